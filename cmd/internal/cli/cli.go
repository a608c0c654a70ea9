// Package cli is the command line: one file a command. It reads words and
// flags, chooses a face, wires the parts together and reports what went wrong.
// What the program can do is written elsewhere.
package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
)

// Options is what a command knows of the world around it.
type Options struct {
	Args      []string // without the name of the program
	In        io.Reader
	Out, Err  io.Writer
	Getenv    func(string) string
	Interrupt func() // gives signals back to the system: a second Ctrl-C ends the program at once
}

// Exit codes.
const (
	done   = 0
	failed = 1 // it was tried and did not work
	wrong  = 2 // it could not be tried: the input must change
)

// Run carries out one command line and returns the exit code. Everything that
// it started has ended when it returns, also when ctx ends.
func Run(ctx context.Context, o Options) int {
	a := &app{Options: o}
	defer context.AfterFunc(ctx, a.yieldSignals)()
	root := a.root()
	root.SetArgs(o.Args)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.report(err)
	}
	return done
}

// app is one run of the program.
type app struct {
	Options
	look     look
	assigned *assigned // the assignment that is being solved; nil = none
	attach   attachFlags
	screened sync.Mutex // held while the screen has the terminal
}

// yieldSignals gives signals back to the system once the terminal is as it was: a
// second one would end the program and leave the terminal to nobody.
func (a *app) yieldSignals() {
	a.screened.Lock()
	defer a.screened.Unlock()
	a.Interrupt()
}

func (a *app) say(format string, args ...any) { fmt.Fprintf(a.Out, format+"\n", args...) }

// report tells an error to the person and gives the exit code for it.
func (a *app) report(err error) int {
	e := sim.AsError(err)
	if asksForJSON(a.Args) {
		_ = json.NewEncoder(a.Err).Encode(control.ProblemOf(e))
	} else {
		fmt.Fprintln(a.Err, sentence(e))
	}
	if e.Code == sim.Invalid || e.Code == sim.NotFound {
		return wrong
	}
	return failed
}

// sentence is an error with what to do next: "there is no world x – did you mean y?"
func sentence(err error) string {
	e := sim.AsError(err)
	lines := strings.Split(e.Message, "\n") // several errors of one file stand below each other
	for i, l := range lines {
		lines[i] = sim.Visible(l)
	}
	s := strings.Join(lines, "\n")
	if e.Fix != "" {
		s += " – " + sim.Visible(e.Fix)
	}
	return s
}

// asksForJSON looks at the words themselves, because errors in flags are
// reported before flags are known.
func asksForJSON(args []string) bool {
	i := slices.Index(args, "--format")
	return i >= 0 && i+1 < len(args) && args[i+1] == "json" ||
		slices.ContainsFunc(args, func(s string) bool { return strings.EqualFold(s, "--format=json") })
}
