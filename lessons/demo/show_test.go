package demo_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// play runs a show in virtual time. wait lets time pass.
func play(t *testing.T, text string, o demo.Options, f func(s *stage, wait func(time.Duration))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := present(t, text, o)
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		synctest.Wait()
		f(s, func(d time.Duration) {
			<-time.After(d)
			synctest.Wait()
		})
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		for i, w := range s.worlds {
			if !w.closed {
				t.Errorf("world %d was left open", i)
			}
		}
	})
}

func TestItPlaysByItself(t *testing.T) {
	play(t, small, demo.Options{}, func(s *stage, wait func(time.Duration)) {
		s.sees(0, demo.Title, demo.Playing, "")
		wait(4 * time.Second)
		s.sees(0, demo.Question, demo.Playing, "")
		wait(10 * time.Second)
		if st := s.State(); st.Ask.Truth != 0 || s.worlds[0].sends() != 1 {
			t.Fatalf("the truth is %d after %d sends", st.Ask.Truth, s.worlds[0].sends())
		}
		wait(10 * time.Second)
		s.sees(0, demo.Stage, demo.Playing, "First.")
		if st := s.State(); st.Mark != "here" || st.Full != "All of the first." || st.Next != "Second." || st.Left <= 0 {
			t.Errorf("%+v", st)
		}
		wait(time.Minute)
		s.sees(1, demo.End, demo.Over, "Third.")
	})
}

func TestPauseStopsTheClock(t *testing.T) {
	play(t, small, demo.Options{From: 1}, func(s *stage, wait func(time.Duration)) {
		wait(4 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "Third.")
		s.Pause()
		wait(time.Hour)
		s.sees(1, demo.Stage, demo.Paused, "Third.")
		said, ok := s.GoOn()
		if !ok || !strings.Contains(said, "where it stood") {
			t.Errorf("%q", said)
		}
		wait(time.Minute)
		s.sees(1, demo.End, demo.Over, "Third.")
	})
}

func TestSpeedChangesWhatIsLeft(t *testing.T) {
	play(t, small, demo.Options{}, func(s *stage, wait func(time.Duration)) {
		wait(3*time.Second + 5*time.Second) // half of the question's ten
		if !s.Faster() || s.State().Speed != 2 {
			t.Fatal("not faster")
		}
		wait(2600 * time.Millisecond)
		if st := s.State(); st.Ask.Truth < 0 {
			t.Error("the rest of the question took longer than half of it")
		}
		for s.Slower() {
		}
		if got := s.State().Speed; got != 0.25 {
			t.Errorf("slowest is %v", got)
		}
	})
}

func TestStepByStep(t *testing.T) {
	play(t, small, demo.Options{Step: true}, func(s *stage, wait func(time.Duration)) {
		wait(4 * time.Second)
		for _, want := range []string{"", "", "First.", "Second."} {
			if st := s.State(); st.Mode != demo.Waiting || st.Caption != want {
				t.Fatalf("%s %q, want to wait at %q", st.Mode, st.Caption, want)
			}
			wait(time.Hour)
			s.Click()
			wait(0)
		}
		wait(4 * time.Second)
		s.sees(1, demo.Stage, demo.Waiting, "Third.")
		s.Click()
		wait(0)
		s.sees(1, demo.End, demo.Over, "Third.")
	})
}

func TestMarksStop(t *testing.T) {
	play(t, small, demo.Options{AtMarks: true}, func(s *stage, wait func(time.Duration)) {
		wait(time.Hour)
		if st := s.State(); st.Mode != demo.Waiting || st.Mark != "here" {
			t.Fatalf("%s at %q", st.Mode, st.Mark)
		}
	})
}

func TestClickerTurnsChapters(t *testing.T) {
	play(t, small, demo.Options{}, func(s *stage, wait func(time.Duration)) {
		s.Click()
		wait(4 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "Third.")
		if said := s.Click(); !strings.Contains(said, "last") {
			t.Errorf("at the last chapter: %q", said)
		}
		if !s.Back() {
			t.Fatal("no way back")
		}
		wait(0)
		s.sees(0, demo.Title, demo.Playing, "")
		if s.Jump(2) || s.Jump(-1) || s.Back() {
			t.Error("there is a chapter where there is none")
		}
	})
}

func TestTheEndIsNotTheEnd(t *testing.T) {
	play(t, small, demo.Options{From: 1, Watched: true, Quick: true}, func(s *stage, wait func(time.Duration)) {
		wait(time.Minute)
		s.sees(1, demo.End, demo.Over, "Third.")
		s.Restore()
		wait(0)
		if s.opened() != 2 {
			t.Errorf("%d worlds were opened, not anew", s.opened())
		}
	})
}

func TestWhoChangedTheWorldGetsItAnew(t *testing.T) {
	play(t, small, demo.Options{From: 1}, func(s *stage, wait func(time.Duration)) {
		wait(4 * time.Second)
		if _, err := s.Do(t.Context(), sim.Send{UseCase: "order.preview", N: 1}); err != nil {
			t.Fatal(err)
		}
		s.sees(1, demo.Stage, demo.Paused, "Third.")
		if said, _ := s.GoOn(); !strings.Contains(said, "where it stood") {
			t.Errorf("after a request: %q", said)
		}
		if _, err := s.Do(t.Context(), sim.Kill{Target: "product"}); err != nil {
			t.Fatal(err)
		}
		said, _ := s.GoOn()
		if !strings.Contains(said, "restored: chapter 2, Two") {
			t.Errorf("after a kill: %q", said)
		}
		wait(4 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "Third.")
		if s.opened() != 2 || s.State().Touched {
			t.Errorf("%d worlds, touched %v", s.opened(), s.State().Touched)
		}
	})
}

func TestVote(t *testing.T) {
	play(t, small, demo.Options{}, func(s *stage, wait func(time.Duration)) {
		vote := func(n ...int) error { _, err := s.Do(t.Context(), sim.Vote{Hands: n}); return err }
		if err := vote(1, 2); sim.CodeOf(err) != sim.Conflict {
			t.Errorf("before a question: %v", err)
		}
		wait(4 * time.Second)
		if err := vote(1, 2, 3); err == nil || !strings.Contains(sim.AsError(err).Message, "3 numbers for 2 choices") {
			t.Errorf("too many: %v", err)
		}
		if err := vote(9, 17); err != nil {
			t.Fatal(err)
		}
		wait(11 * time.Second)
		st := s.State()
		if st.Mode != demo.Playing || st.Ask.Voted() != 26 || st.Ask.Truth != 0 {
			t.Errorf("%s, %d hands, truth %d", st.Mode, st.Ask.Voted(), st.Ask.Truth)
		}
	})
}

func TestWhatDoesNotComeIsSaid(t *testing.T) {
	text := strings.Replace(small, "say Third.", "wait count(\"sent\") > 0\nsay Third.", 1)
	play(t, text, demo.Options{From: 1, Watched: true}, func(s *stage, wait func(time.Duration)) {
		wait(time.Minute)
		st := s.State()
		if st.Mode != demo.Stuck || !strings.Contains(sim.AsError(st.Trouble).Message, "small.md:29:1") {
			t.Fatalf("%s: %v", st.Mode, st.Trouble)
		}
		s.Jump(0)
		wait(0)
		s.sees(0, demo.Title, demo.Playing, "")
	})
}

func TestNotesFollow(t *testing.T) {
	play(t, small, demo.Options{Step: true}, func(s *stage, wait func(time.Duration)) {
		wait(4 * time.Second)
		for range 3 {
			s.Click()
			wait(0)
		}
		r, err := s.Do(t.Context(), sim.Show{What: "demo"})
		if err != nil {
			t.Fatal(err)
		}
		n := r.Data.(demo.Script)
		if n.Note != 2 || n.Notes[1] != "the second" || n.Caption != "Second." || n.Chapter != 1 || n.Question != "How many?" {
			t.Errorf("%+v", n)
		}
	})
}

// The picture stands at the moment that a caption tells of until it was read, at any
// pace, and at a mark below it; then it is of now again.
func TestAHeldPictureStandsUntilItWasRead(t *testing.T) {
	text := strings.Replace(small, "say Third.", "hold Third.\nmark peak\nsay Fourth.", 1)
	held := func(s *stage, want bool) {
		s.t.Helper()
		if st := s.State(); (st.Held != nil) != want {
			s.t.Fatalf("%s at %q: held %v, want %v", st.Mode, st.Caption, st.Held, want)
		}
	}
	play(t, text, demo.Options{From: 1, Speed: 0.25}, func(s *stage, wait func(time.Duration)) {
		wait(13 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "Third.")
		held(s, true)
		wait(8 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "Third.")
		held(s, true)
		wait(2 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "Fourth.")
		held(s, false)
	})
	play(t, text, demo.Options{From: 1, AtMarks: true}, func(s *stage, wait func(time.Duration)) {
		wait(time.Hour)
		s.sees(1, demo.Stage, demo.Waiting, "Third.")
		held(s, true)
		s.Click()
		wait(0)
		s.sees(1, demo.Stage, demo.Playing, "Fourth.")
		held(s, false)
	})
	play(t, text, demo.Options{From: 1, Step: true}, func(s *stage, wait func(time.Duration)) {
		wait(time.Hour)
		s.sees(1, demo.Stage, demo.Waiting, "Third.")
		held(s, true)
		if _, err := s.Do(t.Context(), sim.Send{UseCase: "order.preview", N: 1}); err != nil {
			t.Fatal(err)
		}
		held(s, false) // whoever acts sees what comes of it
	})
}

// The screen is shown up to the held moment before its caption stands there, and no
// later moment is waited for.
func TestAHeldCaptionWaitsForItsPicture(t *testing.T) {
	text := strings.Replace(small, "say Third.", "hold Third.", 1)
	play(t, text, demo.Options{From: 1, Watched: true}, func(s *stage, wait func(time.Duration)) {
		s.now(9 * time.Second)
		wait(4 * time.Second)
		s.sees(1, demo.Stage, demo.Playing, "")
		st := s.State()
		if st.Held == nil || st.Held.At != 9*time.Second {
			t.Fatalf("held at %v", st.Held)
		}
		s.now(20 * time.Second)
		s.Saw(st.World, 10*time.Second) // said before it knew
		wait(0)
		s.sees(1, demo.Stage, demo.Playing, "")
		s.Saw(st.World, 9*time.Second)
		wait(0)
		s.sees(1, demo.Stage, demo.Playing, "Third.")
	})
}
