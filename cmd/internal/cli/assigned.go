package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// assign begins an assignment: it reads its file, and makes its lesson. Its
// progress is kept apart from that of the lesson itself.
func (a *app) assign(f assignmentFlags, named []string) (name string, err error) {
	data, err := readWhole(f.file)
	if err != nil {
		return "", err
	}
	as, err := lessons.ParseAssignment(data)
	if err != nil {
		return "", sim.Errorf(sim.CodeOf(err), "%s cannot be started: %s", f.file, sim.AsError(err).Message).
			WithFix("make one: msc-sim lesson assignment NAME --seed N -o FILE")
	}
	name = as.Lesson
	if len(named) > 0 {
		name = named[0]
	}
	l, err := findLesson(name)
	if err != nil {
		return "", err
	}
	personal, err := as.Personal(l)
	if err != nil {
		return "", err
	}
	dir, err := a.stateDir()
	if err != nil {
		return "", err
	}
	if f.result == "" {
		f.result = filepath.Join(filepath.Dir(f.file), "result.json")
	}
	whose := sha256.Sum256([]byte(as.Name + "\x00" + as.Edition))
	kept := fmt.Sprintf("%s-%d-%s", as.Lesson, as.Seed, hex.EncodeToString(whose[:4]))
	a.assigned = &assigned{
		Assignment: as, file: f.file, named: name, lesson: personal, result: f.result,
		store: &lessons.Store{Dir: filepath.Join(dir, "assignments", kept)},
	}
	return name, nil
}

// mostRead bounds a file that somebody hands in, in bytes.
const mostRead = 1 << 20

// readWhole reads a file that is not larger than it may be.
func readWhole(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, sim.Errorf(sim.NotFound, "%s cannot be read: %w", file, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostRead+1))
	if err != nil {
		return nil, sim.Invalidf("%s cannot be read: %w", file, err)
	}
	if len(data) > mostRead {
		return nil, sim.Invalidf("%s is larger than %d KiB", file, mostRead>>10)
	}
	return data, nil
}
