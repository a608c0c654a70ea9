package tui

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// actor is a demo that stands where the test puts it, and remembers its cues.
type actor struct {
	st   demo.State
	cues []string
	saw  time.Duration // the moment up to which the screen has shown the world
}

func newActor() *actor {
	return &actor{st: demo.State{
		Info:     demo.Info{Name: "order", Title: "To wait, or not to wait"},
		Chapters: []string{"One order", "A slow product", "A timeout", "Trying again"},
		Chapter:  1, Scene: demo.Stage, Speed: 1, World: tuitest.New(),
		Caption: "It took 0.21 ms.", Full: "The customer waited for order, and order waited for product, 0.18 ms of the 0.21 ms.",
		Ended: []string{"Both waited. That is synchronous.", "", "", ""}, Notes: []string{"say it slowly"},
	}}
}

func (a *actor) cue(format string, args ...any) {
	a.cues = append(a.cues, fmt.Sprintf(format, args...))
}

func (a *actor) Run(ctx context.Context) error {
	<-ctx.Done()
	return a.st.World.Close()
}
func (a *actor) Opened(context.Context) (demo.World, error) { return a.st.World, nil }
func (a *actor) State() demo.State                          { return a.st }
func (a *actor) Saw(_ demo.World, at time.Duration)         { a.saw = at }
func (a *actor) Do(_ context.Context, c sim.Command) (sim.Result, error) {
	a.cue("do %T", c)
	return sim.Result{Text: "31 hands"}, nil
}
func (a *actor) Jump(i int) bool { a.cue("jump %d", i); return i < len(a.st.Chapters) }
func (a *actor) Next() bool      { a.cue("next"); return true }
func (a *actor) Back() bool      { a.cue("back"); return false }
func (a *actor) Restore()        { a.cue("restore") }
func (a *actor) Pause()          { a.cue("pause"); a.st.Mode = demo.Paused }
func (a *actor) GoOn() (string, bool) {
	a.cue("go on")
	a.st.Mode = demo.Playing
	return "it goes on where it stood", true
}
func (a *actor) Click() string { a.cue("click"); return "" }
func (a *actor) Faster() bool  { a.cue("faster"); a.st.Speed = 2; return true }
func (a *actor) Slower() bool  { a.cue("slower"); return false }

// order lets something happen in the world of the demo.
func (a *actor) order(r *rig) {
	r.Helper()
	if _, err := a.st.World.Do(r.Context(), sim.Send{UseCase: "product.get", N: 1, Fields: map[string]string{"item": "101"}}); err != nil {
		r.Fatal(err)
	}
}

// attend runs a test in front of a demo.
func attend(t *testing.T, w, h int, wall bool, a *actor, f func(*rig)) {
	t.Helper()
	sitWith(t, w, h, Options{
		Start: Start{Demo: "order"}, Ground: DarkGround, Projector: wall,
		OpenDemo: func(context.Context, string) (Demo, error) { return a, nil },
	}, func(r *rig) {
		r.w = a.st.World.(*tuitest.World)
		f(r)
	})
}
