// Package tui is the face with a screen. There is one Bubble Tea model, and it
// only decides: which screen stands there, what a key does, which moment of the
// log is shown. The screens (scene/…) and their parts (part) are plain structs
// that draw into a grid; the player decides about time.
//
// Services never touch the screen. They write to the log at full speed, and one
// tick a frame reads it: thirty a second while something moves, none when
// nothing does.
package tui

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

// World is what the screen needs of a running world; *lab.Lab satisfies it.
// All methods may be called by many goroutines.
type World interface {
	sim.Door
	Spec() *sim.WorldSpec
	Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool)
	LinkStats(sim.LinkID) sim.LinkStats
	Now() time.Duration // the world's clock
	Endpoints() []sim.Endpoint
	Receipts() []world.Receipt // of faults, in the order they were armed
	Guards() []world.Guards    // the policies of every link, and how they are doing
	Choices(sim.LinkID) []world.Choice
	Topics() []sim.TopicSpec                                      // as they are kept now, with who hears them now
	Exchanges() []lab.Exchange                                    // of RabbitMQ, with where they lead
	Dead(ctx context.Context, queue string) ([]lab.Letter, error) // the dead letters of a queue
	Close() error
}

// Demo is what the screen needs of a demo; *demo.Show satisfies it. The screen
// runs it once; when Run returns nothing of it is left. Do is for whoever
// presents.
type Demo interface {
	Run(ctx context.Context) error
	Opened(ctx context.Context) (demo.World, error)
	State() demo.State
	Saw(w demo.World, at time.Duration)
	Do(ctx context.Context, c sim.Command) (sim.Result, error)
	Jump(chapter int) bool
	Next() bool
	Back() bool
	Restore()
	Pause()
	GoOn() (said string, ok bool)
	Click() (said string)
	Faster() bool
	Slower() bool
}

// Lesson is what the screen needs of a running lesson; *lessons.Session
// satisfies it. Commands go through its Do, so that it knows what was done.
// Update and State return at once, also while a Do is on its way.
type Lesson interface {
	Do(ctx context.Context, c sim.Command) (sim.Result, error)
	Update() lessons.State
	State() lessons.State
}
