// Package demo plays a story in a running world: captions that tell, lines of
// the door that do, questions to the room. A demo is one text file and no Go
// code; README.md in this folder says how to write one.
//
// [Load] reads and checks a demo, [New] makes a [Show] of it, [Show.Run] plays it.
// Whoever presents may pause, jump, take over and let go at any moment; whoever
// shows it reads [Show.State]. Everything that is played goes through the door of
// a world that is opened anew for every chapter.
package demo

import (
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of a demo. It is written by hand; what is larger is a mistake.
const (
	MaxFile     = 256 << 10 // bytes
	MaxChapters = 10        // as many as there are digits to jump with
	MaxBeats    = 200       // of one chapter
	MaxChoices  = 4         // of one question
	MaxWords    = 6         // of a caption on a wall
	MaxBoxes    = 4         // on a wall
	MaxPause    = 10 * time.Minute
)

// Info is the front matter of a demo.
type Info struct {
	Name     string // "order"
	Title    string
	About    string // what it shows, in a sentence
	Minutes  int    // that it takes by itself
	Audience string
}

// Demo is a demo that was read and checked. It is never changed afterwards; many
// shows may use it at once.
type Demo struct {
	Info     Info
	chapters []chapter
}

// chapter begins from a known state: its world, opened anew, after its setup.
type chapter struct {
	title string
	world *sim.WorldSpec
	show  []string // boxes on the stage; nil = all
	notes []string // for the speaker, in the order in which they are meant
	setup []beat
	beats []beat
	at    lessons.Place
}

// Chapters lists the titles.
func (d *Demo) Chapters() []string {
	all := make([]string, len(d.chapters))
	for i, c := range d.chapters {
		all[i] = c.title
	}
	return all
}

// Takes is how long a chapter lasts by itself at the usual speed, without the
// time that the world needs.
func (d *Demo) Takes(chapter int) time.Duration { return d.chapters[chapter].takes() }

func (c chapter) takes() time.Duration {
	sum := titleTime
	for _, b := range c.beats {
		sum += b.takes()
	}
	return sum
}

// takes is how long the whole demo lasts.
func (d *Demo) takes() (sum time.Duration) {
	for i := range d.chapters {
		sum += d.Takes(i)
	}
	return sum
}

// find is the number of a chapter by its title, or -1.
func (d *Demo) find(title string) int {
	for i, c := range d.chapters {
		if c.title == title {
			return i
		}
	}
	return -1
}
