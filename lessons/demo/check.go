package demo

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// Report is what Check found.
type Report struct {
	Info     Info
	Chapters []ChapterReport
	Problems []*sim.Error // where and what, with a way out
}

// ChapterReport is one chapter as it was checked.
type ChapterReport struct {
	Title string
	Ready time.Duration // until its known state was brought about
	Took  time.Duration // all of it, without pauses
	Takes time.Duration // by itself, with them
}

// Check plays every chapter of a demo once without pauses. Everything that is
// expected must hold, every wait must end, everything told must have a value, of
// every question exactly one choice must be true, and the pauses must add up to
// the minutes that the demo promises. A chapter that fails does not keep others
// from being checked. The error is ctx's.
func Check(ctx context.Context, d *Demo, open func(context.Context, *sim.WorldSpec) (World, error)) (Report, error) {
	r := Report{Info: d.Info}
	for i := range d.chapters {
		one, err := check(ctx, d, i, open)
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		r.Chapters = append(r.Chapters, one)
		if err != nil {
			r.Problems = append(r.Problems, sim.AsError(err))
		}
	}
	if p := d.promise(); p != nil {
		r.Problems = append(r.Problems, p)
	}
	return r, nil
}

func check(ctx context.Context, d *Demo, i int, open func(context.Context, *sim.WorldSpec) (World, error)) (r ChapterReport, err error) {
	s := New(d, Options{Open: open, Quick: true, Strict: true, From: i})
	begin := time.Now()
	err = s.perform(ctx, i)
	s.closeWorld(nil)
	return ChapterReport{d.chapters[i].title, s.State().Ready, time.Since(begin), d.Takes(i)}, err
}

// promise compares the pauses with the minutes of the front matter: within a
// tenth, or half a minute.
func (d *Demo) promise() *sim.Error {
	takes, promised := d.takes(), time.Duration(d.Info.Minutes)*time.Minute
	if diff := (takes - promised).Abs(); diff <= max(promised/10, 30*time.Second) {
		return nil
	}
	return lessons.Place{File: d.Info.Name + ".md"}.Invalid("it promises %d minutes, but takes %s", d.Info.Minutes, sim.Human(takes)).
		WithFix("write minutes: %.0f, or change its pauses", math.Ceil(takes.Minutes()))
}

// Err is all problems as one error; nil when there are none.
func (r Report) Err() error {
	var all []error
	for _, p := range r.Problems {
		all = append(all, p)
	}
	return errors.Join(all...)
}
