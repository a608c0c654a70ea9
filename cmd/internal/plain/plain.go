// Package plain is the face without a screen: one line an event, no cursor
// moves, numbered prompts. It is for screen readers, pipes, scripts and
// terminals that can do no more. Lessons, checks and quiz are the same as on
// the screen, and every one of them can be finished here.
package plain

import (
	"context"
	"io"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// World is what this face needs of a running world; *lab.Lab satisfies it.
// The caller opens and closes it.
type World interface {
	sim.Door
	Spec() *sim.WorldSpec
	Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool)
	Endpoints() []sim.Endpoint
}

// Teacher is what this face needs of a running lesson; *lessons.Session
// satisfies it. All commands go through it, so that it knows what was done.
type Teacher interface {
	Do(ctx context.Context, c sim.Command) (sim.Result, error)
	Update() lessons.State
	State() lessons.State
}

// Options say how this face behaves. The zero value is good.
type Options struct {
	Width int    // text is wrapped at so many columns; 0 = 78, negative = not at all
	Quiet bool   // calls are counted, not told one by one
	Again string // the command that goes on with a lesson; "" = by its name
}

// face is where lines come from and go to, with what is known of the log.
type face struct {
	out     io.Writer
	width   int
	lines   <-chan string
	world   World
	do      func(context.Context, sim.Command) (sim.Result, error)
	cursor  sim.Seq
	buf     []sim.Event
	printed int  // events printed since the last prompt, or in this second
	quiet   bool // Options.Quiet
	loaded  bool // a load is under way
	tally   tally
	last    map[sim.LinkID]sim.Event // the Sent of the last message of each link
	err     error
}

func newFace(out io.Writer, w World, o Options) *face {
	if o.Width == 0 {
		o.Width = 78
	}
	return &face{out: out, width: o.Width, world: w, do: w.Do, quiet: o.Quiet, buf: make([]sim.Event, 256), last: map[sim.LinkID]sim.Event{}}
}
