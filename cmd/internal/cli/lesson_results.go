package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// handedIn is one file that was read.
type handedIn struct {
	File   string          `json:"file"`
	Intact bool            `json:"intact"` // not changed after it was written; no proof
	Result *lessons.Result `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
	Flags  []string        `json:"flags,omitempty"` // what a teacher should look at: no proof of anything
}

func (a *app) lessonResults() *cobra.Command {
	form := oneOf("table", "csv", "json")
	c := &cobra.Command{
		Use:   "results FILE…",
		Short: "put what became of assignments into one table",
		Long: `Reads result.json files and prints a row for each. A file that was changed after it was
written has the word changed in its row; one that is no result is named, and the rest is
read all the same. The exit code is then 1 or 2. Results with the seed of another person, or
with the values of another run, are marked. None of this proves who did the work: a person
can play for another one, and msc-sim can write any result.`,
		Example: "  msc-sim lesson results */result.json\n  msc-sim lesson results */result.json --format csv > class.csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return sim.Invalidf("there is no file to read").WithFix("such as: msc-sim lesson results */result.json")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, files []string) error {
			all := readResults(files)
			if err := a.writeResults(all, form.value); err != nil {
				return err
			}
			return a.tellTroubles(all)
		},
	}
	c.Flags().Var(form, "format", "output format")
	return c
}

func readResults(files []string) (all []handedIn) {
	for _, file := range files {
		in := handedIn{File: file}
		data, err := readWhole(file)
		if err == nil {
			var r lessons.Result
			if r, err = lessons.ParseResult(data); err == nil {
				in.Result, in.Intact = &r, r.Intact()
			}
		}
		if err != nil {
			in.Error = strings.TrimPrefix(sim.AsError(err).Message, file+" ")
		}
		all = append(all, in)
	}
	flag(all)
	return all
}

// flag marks results that have the seed of another person's, or the same measured
// values: two runs never measure the same to the last digit.
func flag(all []handedIn) {
	for i := range all {
		for j := range all {
			r, o := all[i].Result, all[j].Result
			switch {
			case i == j || r == nil || o == nil || r.Lesson != o.Lesson:
			case r.CopyOf(*o):
				all[i].Flags = append(all[i].Flags, "same run as "+all[j].File)
			case r.Seed == o.Seed && r.Name != o.Name:
				all[i].Flags = append(all[i].Flags, "same seed as "+all[j].File)
			}
		}
	}
}

func (a *app) writeResults(all []handedIn, form string) error {
	switch form {
	case "json":
		return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "results": all})
	case "csv":
		return csv.NewWriter(a.Out).WriteAll(resultRecords(all))
	default:
		return table(a.Out, resultRows(all), 2, 3, 4, 5, 6, 7, 8, 9)
	}
}

// resultRows are the results that can be read, for people.
func resultRows(all []handedIn) [][]string {
	rows := [][]string{{"name", "lesson", "seed", "done", "by program", "hints", "predicted", "quiz", "points", "minutes", "ended", "file", "check"}}
	for _, in := range all {
		r := in.Result
		if r == nil {
			continue
		}
		of := func(n, of int) string { return fmt.Sprintf("%d of %d", n, of) }
		rows = append(rows, []string{
			orDash(sim.Visible(r.Name)), r.Lesson, strconv.FormatUint(r.Seed, 10), of(r.Done, r.Of), strconv.Itoa(r.Solved()),
			strconv.Itoa(r.Hints()), of(r.Predictions.Right, r.Predictions.Of()), of(r.Quiz.Right, r.Quiz.Of()), r.Points.String(),
			fmt.Sprintf("%.1f", r.Seconds/60), r.Ended.Format("2006-01-02 15:04"), sim.Visible(in.File), in.check(),
		})
	}
	return rows
}

// resultRecords are the results that can be read, for spreadsheets: one number
// a cell.
func resultRecords(all []handedIn) [][]string {
	rows := [][]string{{
		"name", "lesson", "seed", "done", "of", "by_program", "hints", "predicted_right", "predicted_wrong", "predicted_unknown",
		"predicted_of", "quiz_right", "quiz_of", "points", "points_of", "seconds", "started", "ended", "version", "machine", "file", "check",
	}}
	for _, in := range all {
		r := in.Result
		if r == nil {
			continue
		}
		p, n := r.Predictions, strconv.Itoa
		rows = append(rows, []string{
			noFormula(sim.Visible(r.Name)), r.Lesson, strconv.FormatUint(r.Seed, 10), n(r.Done), n(r.Of), n(r.Solved()), n(r.Hints()), n(p.Right),
			n(p.Wrong), n(p.Unknown), n(p.Of()), n(r.Quiz.Right), n(r.Quiz.Of()), fmt.Sprintf("%.1f", r.Points.Earned), n(r.Points.Of), fmt.Sprintf("%.1f", r.Seconds), r.Started.Format(time.RFC3339),
			r.Ended.Format(time.RFC3339), noFormula(sim.Visible(r.Version)), noFormula(sim.Visible(r.Machine)), noFormula(sim.Visible(in.File)), noFormula(in.check()),
		})
	}
	return rows
}

// check says in a word whether a result is as it was written.
func (in handedIn) check() string {
	said := in.Flags
	if !in.Intact {
		said = append([]string{"changed"}, said...)
	}
	if len(said) == 0 {
		return "ok"
	}
	return sim.Visible(strings.Join(said, "; "))
}

// noFormula keeps a spreadsheet from taking a name for a formula.
func noFormula(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t") {
		return "'" + s
	}
	return s
}

// tellTroubles names every file that is not as it was written, and ends with an
// error when there is one: Invalid for files that are no results, Conflict for
// results that were changed.
func (a *app) tellTroubles(all []handedIn) error {
	bad, changed := 0, 0
	for _, in := range all {
		switch {
		case in.Error != "":
			bad++
			fmt.Fprintf(a.Err, "%s: %s\n", sim.Visible(in.File), sim.Visible(in.Error))
		case !in.Intact:
			changed++
			fmt.Fprintf(a.Err, "%s: it was changed after msc-sim wrote it\n", sim.Visible(in.File))
		}
	}
	switch {
	case bad > 0:
		return sim.Invalidf("%d of %d files are no results, %d were changed", bad, len(all), changed).WithFix("ask for result.json as msc-sim lesson NAME --assignment wrote it")
	case changed > 0:
		return sim.Errorf(sim.Conflict, "%d of %d results were changed", changed, len(all)).WithFix("ask for result.json as it was written")
	}
	return nil
}
