package cli

import (
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/cmd/internal/tui"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// screen shows the face with a screen until the person leaves.
func (a *app) screen(ctx context.Context, start tui.Start) error {
	return a.screenWith(ctx, start, demo.Options{})
}

// screenWith is screen with what a demo is to be played like.
func (a *app) screenWith(ctx context.Context, start tui.Start, o demo.Options) error {
	grounds := map[string]tui.Ground{"auto": tui.AutoGround, "dark": tui.DarkGround, "light": tui.LightGround}
	a.screened.Lock()
	left := sync.OnceFunc(a.screened.Unlock)
	defer left()
	ascii := a.ascii()
	return tui.Run(ctx, tui.Options{
		Start:        start,
		Ground:       grounds[a.look.theme.value],
		Likely:       grounds[likelyGround(a.Getenv("COLORFGBG"))],
		ASCII:        ascii.use,
		AskSigns:     !ascii.chosen,
		Left:         left,
		NoColor:      a.noColor(),
		ReduceMotion: a.look.calm,
		Projector:    a.look.wall,
		Version:      thisBuild().Version,
		Open:         func(ctx context.Context, name string) (tui.World, error) { return a.openWorld(ctx, name) },
		OpenLesson: func(ctx context.Context, name string) (tui.World, tui.Lesson, error) {
			return a.openLesson(ctx, name)
		},
		Again: a.again,
		OpenDemo: func(_ context.Context, name string) (tui.Demo, error) {
			d, err := findDemo(name)
			if err != nil {
				return nil, err
			}
			o.Watched = true
			return a.openDemo(d, o)
		},
		Lessons: a.lessonRows,
		Worlds:  worldRows,
		Demos:   demoRows,
		Due:     a.dueNames,
		Words:   wordRows,
		In:      a.In,
		Out:     a.Out,
	})
}

func (a *app) openWorld(ctx context.Context, name string) (*running, error) {
	spec, err := worldfile.Load(name)
	if err == nil {
		err = a.attach.to(spec)
	}
	if err != nil {
		return nil, err
	}
	return a.open(ctx, spec, lab.Options{}, nil)
}

func (a *app) lessonRows() (rows []tui.LessonRow) {
	all, _ := a.shelf() // progress that cannot be read is told when its lesson begins
	for _, l := range all {
		rows = append(rows, tui.LessonRow{
			Name: l.info.Name, Title: l.info.Title, Promise: l.info.Promise, Minutes: l.info.Minutes, Level: l.info.Level,
			Needs: l.info.Needs, Step: l.done, Steps: l.info.Steps, Done: l.finished,
		})
	}
	return rows
}

func worldRows() (rows []tui.WorldRow) {
	for _, name := range worldfile.Builtin() {
		if spec, err := worldfile.Load(name); err == nil {
			rows = append(rows, tui.WorldRow{Name: name, About: spec.About})
		}
	}
	return rows
}

func demoRows() (rows []tui.DemoRow) {
	for _, name := range demo.Names(demo.Builtin()) {
		if d, err := findDemo(name); err == nil {
			i := d.Info
			rows = append(rows, tui.DemoRow{Name: i.Name, Title: i.Title, About: i.About, Minutes: i.Minutes, Chapters: len(d.Chapters())})
		}
	}
	return rows
}

func wordRows() (rows []tui.Word) {
	for _, t := range lessons.Words() {
		rows = append(rows, tui.Word{Term: t.Word, Meaning: t.Text})
	}
	return rows
}
