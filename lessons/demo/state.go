package demo

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Scene is what the audience looks at.
type Scene uint8

const (
	Title    Scene = iota // the title of a chapter, while its world is opened
	Stage                 // the world, with a caption
	Question              // a question to the room, and later its answer
	End                   // what was seen, in the numbers of this run
)

// Mode says what the show is doing.
type Mode uint8

const (
	Playing Mode = iota
	Paused       // somebody stopped it, or acts on the world
	Waiting      // for whoever presents: step by step, or at a mark
	Stuck        // something it waits for does not come; Trouble says what
	Over
)

func (m Mode) String() string {
	return [...]string{"playing", "paused", "waiting for you", "stuck", "the end"}[m]
}

// State is what a face shows. It is a value; what it points to is never changed.
type State struct {
	Info     Info
	Chapters []string
	Chapter  int // 0 is the first
	Scene    Scene
	Mode     Mode
	World    World         // nil before the first one is open
	Show     []string      // boxes on the stage; nil = all
	Caption  string        // at most MaxWords words
	Full     string        // the same at more length; "" = there is no more to say
	Said     time.Duration // the moment of the world that the caption tells of, on its clock
	Ask      *Asked        // the last question of this chapter; nil = none
	Notes    []string      // for the speaker
	Note     int           // the one that is meant now
	Held     *Moment       // what the picture stands still at until the caption was read; nil = it is of now
	Next     string        // the next caption, for the speaker; "" = the chapter ends
	Mark     string        // the last mark that was passed
	Speed    float64
	Left     time.Duration // of the time for this caption; 0 = it is not known
	Touched  bool          // whoever presents changed the world
	Ready    time.Duration // how long it took to bring this chapter about
	Ended    []string      // of every chapter, what was said last
	Trouble  error         // with Stuck
}

// Moment is one of a world: its clock, and the last event before.
type Moment struct {
	At  time.Duration
	Seq sim.Seq
}

// Asked is a question to the room.
type Asked struct {
	Text    string
	Choices []string
	Votes   []int // hands, by choice; nil = not counted
	Truth   int   // the choice that turned out to be true; -1 = not known yet
}

// Voted is how many hands were up.
func (a *Asked) Voted() (n int) {
	for _, v := range a.Votes {
		n += v
	}
	return n
}
