package tui

import (
	"context"
	"io"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/home"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/words"
)

// Rows of the home screen and of the glossary.
type (
	LessonRow = home.Lesson
	WorldRow  = home.World
	DemoRow   = home.Demo
	Word      = words.Word
)

// Ground says which colours fit the terminal.
type Ground uint8

const (
	AutoGround Ground = iota // the terminal is asked; until it answers, Likely holds
	DarkGround
	LightGround
)

// Start says which screen comes first. The zero value is the home screen.
type Start struct {
	Lesson string // the name of a lesson
	World  string // or of a world for the playground
	Demo   string // or of a demo
}

// Options of Run. The functions must be given; everything else may be zero.
type Options struct {
	Start        Start
	Ground       Ground
	Likely       Ground // what the environment says of the ground; AutoGround = nothing
	ASCII        bool   // only characters that every terminal has
	AskSigns     bool   // the terminal is asked whether its glyphs are one cell wide; if not, ASCII is used
	NoColor      bool   // attributes only
	ReduceMotion bool   // nothing moves; results appear where they are
	Projector    bool   // nothing dim
	Version      string

	// Open opens a world for the playground; the screen closes it.
	Open func(ctx context.Context, world string) (World, error)
	// OpenLesson opens a lesson and its world; the screen closes the world.
	OpenLesson func(ctx context.Context, name string) (World, Lesson, error)
	// Again is the command that goes on with a lesson; nil = that by its name.
	Again func(name string) string
	// OpenDemo prepares a demo; the screen runs it to its end.
	OpenDemo func(ctx context.Context, name string) (Demo, error)
	// What follows is read when its screen is shown. Due names the lessons whose
	// questions are to be recalled now.
	Lessons func() []LessonRow
	Worlds  func() []WorldRow
	Demos   func() []DemoRow
	Due     func() []string
	Words   func() []Word

	// Left is called when the terminal is the shell's again, before worlds are
	// closed; nil = nothing is done.
	Left func()

	In  io.Reader // nil = the terminal
	Out io.Writer // nil = the terminal; the summary goes here too
}
