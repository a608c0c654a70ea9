package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"hash/fnv"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// rosterID is what may be the name of a file.
var rosterID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// roster makes an assignment for every row "id, name" of a file, ID.json each, in a
// directory, and one key for all of them. Each has a seed of its own, made from the seed given and the id.
func (a *app) roster(l *lessons.Lesson, seed uint64, file, dir string) error {
	data, err := readWhole(file)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.TrimLeadingSpace = 2, true
	rows, err := r.ReadAll()
	if err != nil {
		return sim.Invalidf("%s is not a roster: %v", sim.Visible(file), err).WithFix("one person a line: id, name")
	}
	seen := map[string]bool{}
	var given []lessons.Assignment
	for i, row := range rows {
		id, name := strings.TrimSpace(row[0]), strings.TrimSpace(row[1])
		switch {
		case i == 0 && strings.EqualFold(id, "id"):
			continue
		case !rosterID.MatchString(id) || seen[strings.ToLower(id)]:
			return sim.Invalidf("%s:%d: %q cannot be an id", sim.Visible(file), i+1, sim.Visible(id)).WithFix("use only A to Z, 0 to 9, - and _, and each id once")
		}
		seen[strings.ToLower(id)] = true
		h := fnv.New64a()
		_, _ = h.Write([]byte(strconv.FormatUint(seed, 10) + "/" + id)) // it never fails
		as, err := lessons.Assign(l, h.Sum64(), name)
		if err != nil {
			return err
		}
		given = append(given, as)
		out, err := json.MarshalIndent(as, "", "  ")
		if err != nil {
			return err
		}
		if err := a.deliver(filepath.Join(dir, id+".json"), append(out, '\n')); err != nil {
			return err
		}
	}
	return a.writeKey(filepath.Join(dir, classKey), l, given...)
}
