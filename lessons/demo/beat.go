package demo

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// beat is one thing that a chapter does.
type beat interface {
	// play does it in a show and returns when it is done. An error says what
	// the demo expected in vain, or is the cause that ended ctx.
	play(ctx context.Context, s *Show) error
	// takes is how long the audience has for it.
	takes() time.Duration
}

// The beats.
type (
	// say shows a caption and leaves time to read it. What it holds, the picture of
	// the moment it tells of, stands as long.
	say struct {
		short, full lessons.Text
		holds       bool
	}
	// pause leaves time.
	pause struct{ d time.Duration }
	// mark is a place where a presenter may want to stand still.
	mark struct{ name string }
	// note is for the speaker, from here on.
	note struct{ i int }
	// do is a line of the door.
	do struct {
		line string
		cmd  sim.Command
		at   lessons.Place
	}
	// wait goes on when something has happened.
	wait struct {
		until lessons.Condition
		text  string
		at    lessons.Place
	}
	// keep names a number.
	keep struct{ k lessons.Kept }
	// expect is what must be true here; only checks look at it.
	expect struct {
		that lessons.Condition
		text string
		at   lessons.Place
	}
	// anew lets expressions look only at what happens from here on.
	anew struct{}
	// ask asks the room.
	ask struct {
		text    lessons.Text
		choices []choice
		d       time.Duration
		at      lessons.Place
	}
	// reveal shows what turned out to be true of the last question.
	reveal struct {
		d  time.Duration
		of *ask
		at lessons.Place
	}
)

// choice is one possible answer, and when it is the true one.
type choice struct {
	text lessons.Text
	when lessons.Condition
}

// How long things stay unless the script says otherwise.
const (
	titleTime  = 3 * time.Second
	askTime    = 20 * time.Second
	revealTime = 6 * time.Second
	perCaption = 2 * time.Second
	perWord    = 330 * time.Millisecond // 180 words a minute: slow readers, and a glance at the stage
)

// reading is how long a caption is left.
func (b say) reading() time.Duration {
	return perCaption + time.Duration(b.short.Words()+b.full.Words())*perWord
}

func (b say) takes() time.Duration    { return b.reading() }
func (b pause) takes() time.Duration  { return b.d }
func (b ask) takes() time.Duration    { return b.d }
func (b reveal) takes() time.Duration { return b.d }
func (mark) takes() time.Duration     { return 0 }
func (note) takes() time.Duration     { return 0 }
func (do) takes() time.Duration       { return 0 }
func (wait) takes() time.Duration     { return 0 }
func (keep) takes() time.Duration     { return 0 }
func (expect) takes() time.Duration   { return 0 }
func (anew) takes() time.Duration     { return 0 }
