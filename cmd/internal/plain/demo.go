package plain

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// Teller tells a demo line by line: captions, questions, and what happens
// between them. Many goroutines may use it.
type Teller struct {
	out io.Writer
	o   Options

	mu   sync.Mutex // guards what follows
	face *face      // of the world of this chapter
	last demo.State
	fail func() // is called once, when nothing can be written any more
}

// NewTeller tells to out. Fail, if not nil, is called when writing does not work
// any more.
func NewTeller(out io.Writer, o Options, fail func()) *Teller {
	return &Teller{out: out, o: o, fail: fail}
}

// Tell tells what is new in st.
func (t *Teller) Tell(st demo.State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w, ok := st.World.(World)
	if !ok || st.Scene == demo.Title && st.Ready == 0 {
		return
	}
	if t.face == nil || t.face.world != w {
		t.face = newFace(t.out, w, t.o)
		t.face.skipEvents()
		t.last = demo.State{}
		t.face.print("")
		t.face.say("Chapter %d of %d: %s.", st.Chapter+1, len(st.Chapters), st.Chapters[st.Chapter])
	}
	t.news(st)
	t.last = st
	if t.face.err != nil && t.fail != nil {
		t.fail()
		t.fail = nil
	}
}

// news tells what differs from what was told last.
func (t *Teller) news(st demo.State) {
	f := t.face
	f.tellEvents()
	if a := st.Ask; a != nil && (t.last.Ask == nil || a.Text != t.last.Ask.Text) {
		f.printed = 0
		f.say("Question: %s", a.Text)
		for i, c := range a.Choices {
			f.wrap("  "+string(rune('1'+i))+") ", c)
		}
	}
	if a := st.Ask; a != nil && a.Truth >= 0 && (t.last.Ask == nil || t.last.Ask.Truth < 0) {
		f.say("What happened: %d) %s.", a.Truth+1, a.Choices[a.Truth])
	}
	if st.Caption != "" && st.Caption != t.last.Caption {
		f.printed = 0
		f.say("%s", st.Caption)
		if st.Full != "" {
			f.wrap("  ", st.Full)
		}
	}
	if st.Mode != t.last.Mode {
		t.mode(st)
	}
}

func (t *Teller) mode(st demo.State) {
	switch st.Mode {
	case demo.Waiting:
		t.face.say("Enter goes on.")
	case demo.Paused:
		t.face.say("Paused. Enter goes on.")
	case demo.Stuck:
		t.face.trouble(st.Trouble)
	case demo.Over:
		t.face.print("")
		t.face.say("The end of %s.", st.Info.Title)
		for i, c := range st.Ended {
			if c != "" {
				t.face.wrap("  ", st.Chapters[i]+": "+c)
			}
		}
	}
}

func (t *Teller) say(err error, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.face == nil:
	case err != nil:
		t.face.trouble(err)
	case text != "":
		t.face.say("%s", sim.Visible(text))
	}
}

// Demo plays a show to its end and does the lines that are typed meanwhile:
// nothing goes on, n and p turn chapters, 0 restores this one, q leaves, and any
// line of the door acts on its world. When in ends it goes on by itself.
func Demo(ctx context.Context, in io.Reader, t *Teller, s *demo.Show) error {
	ctx, cancel := context.WithCancel(ctx)
	lines, stop := readLines(ctx, in)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for line := range lines {
			if t.typed(ctx, s, strings.TrimSpace(line)) {
				cancel()
			}
		}
	}()
	err := s.Run(ctx)
	cancel()
	stop()
	<-done
	return err
}

// typed does one line and reports whether it was the last.
func (t *Teller) typed(ctx context.Context, s *demo.Show, line string) (last bool) {
	switch line {
	case "":
		t.say(nil, s.Click())
	case "q", "quit", "exit":
		return true
	case "n":
		s.Next()
	case "p":
		s.Back()
	case "0":
		s.Restore()
	default:
		c, err := door.Parse(line)
		var r sim.Result
		if err == nil {
			r, err = s.Do(ctx, c)
		}
		t.say(err, r.Text)
	}
	return false
}
