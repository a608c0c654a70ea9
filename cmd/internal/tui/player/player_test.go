package player_test

import (
	"context"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/player"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

const frame = time.Second / 30

// rig is a player in front of a world on strings. Screen and world share a clock.
type rig struct {
	t *testing.T
	w *tuitest.World
	p *player.Player
}

func newRig(t *testing.T) *rig {
	w := tuitest.New()
	r := &rig{t, w, player.New(w.Spec(), w.Timeline())}
	r.run(time.Second)
	return r
}

// run lets so much time pass, a frame at a time.
func (r *rig) run(d time.Duration) {
	for ; d > 0; d -= frame {
		r.w.Pass(frame)
		r.p.Advance(frame, r.w.Now())
	}
}

func (r *rig) send(item string) {
	_, err := r.w.Do(context.Background(), sim.Send{UseCase: "product.get", N: 1, Fields: map[string]string{"item": item}})
	if err != nil {
		r.t.Fatal(err)
	}
}

// answered is how many answers the shown picture counts.
func (r *rig) answered() int64 { return r.p.Frame().Picture.Link("order:product").Answered }

func TestLiveShowsARequestSlowlyAndNeverLate(t *testing.T) {
	r := newRig(t)
	r.send("101")
	var frames int
	var last time.Duration
	for r.run(frame); r.p.Moving(); r.run(frame) {
		f := r.p.Frame()
		if f.At < last {
			t.Fatalf("time ran backwards, from %v to %v", last, f.At)
		}
		if f.Lag() > player.MaxLag+frame {
			t.Fatalf("live is %v late", f.Lag())
		}
		if !f.Over {
			frames++
			if n := r.answered(); n != 0 {
				t.Fatalf("the answer was counted before it was shown")
			}
		}
		last = f.At
	}
	if frames < 20 {
		t.Errorf("a request of 0.2 ms was shown for %d frames; nobody can follow that", frames)
	}
	if r.answered() != 1 {
		t.Errorf("after the request %d answers are counted, want 1", r.answered())
	}
}

func TestLiveKeepsUpWithALongRequest(t *testing.T) {
	w := tuitest.New()
	r := &rig{t, w, player.New(w.Spec(), w.Timeline())}
	trace, span := sim.TraceID{9}, sim.SpanID(9)
	add := func(at time.Duration, f sim.Fact) {
		w.Log.Add(sim.Event{At: at, Trace: trace, Span: span, Node: sim.Instance{Service: "order", N: 1}, Link: "order:product", Fact: f})
	}
	add(0, sim.Begun{UseCase: "product.get"})
	for i := range time.Duration(12) { // twelve slow attempts: about 20 s of warped time
		at := i * 300 * time.Millisecond
		span++
		add(at, sim.Sent{Label: "GET /products/101", Try: int(i) + 1})
		for w.Now() < at+250*time.Millisecond {
			r.run(frame)
			if lag := r.p.Frame().Lag(); lag > player.MaxLag+frame {
				t.Fatalf("attempt %d: live is %v late", i+1, lag)
			}
		}
		add(at+250*time.Millisecond, sim.Failed{Code: sim.Timeout, Reason: "no response in time", Took: 250 * time.Millisecond})
	}
}

func TestPauseStandsStillAndResumeShowsTheRest(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(5 * frame)
	r.p.Pause()
	at := r.p.Frame().At
	r.run(10 * time.Second)
	f := r.p.Frame()
	if f.At != at || f.Mode != player.Paused || r.p.Moving() {
		t.Fatalf("paused at %v, now %v, mode %v, moving %v", at, f.At, f.Mode, r.p.Moving())
	}
	r.p.Resume()
	if f := r.p.Frame(); f.Mode != player.Replay || f.At != at {
		t.Fatalf("after pause: mode %v at %v, want the rest of the request from %v", f.Mode, f.At, at)
	}
	r.run(5 * time.Second)
	if f := r.p.Frame(); f.Mode != player.Live || f.Lag() > 0 {
		t.Errorf("in the end: mode %v, %v late, want live", f.Mode, f.Lag())
	}
}

func TestStepBackOverAndForwardAgain(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(3 * time.Second)
	r.send("999")
	r.run(3 * time.Second)
	if r.answered() != 2 {
		t.Fatalf("%d answers, want 2", r.answered())
	}
	var back []sim.Seq
	for r.p.StepBack() {
		back = append(back, r.p.Frame().Picture.Seq)
	}
	if n := r.answered(); n != 0 {
		t.Errorf("at the beginning %d answers are counted", n)
	}
	for i := len(back) - 2; i >= 0; i-- {
		if !r.p.Step() {
			t.Fatalf("step %d forward failed", i)
		}
		if got := r.p.Frame().Picture.Seq; got != back[i] {
			t.Fatalf("forward at event %d, backward it was %d", got, back[i])
		}
	}
	if !r.p.Step() || r.p.Step() {
		t.Errorf("the newest event is reached by one more step, and is the last")
	}
	if n := r.answered(); n != 2 {
		t.Errorf("at the end %d answers are counted, want 2", n)
	}
	if f := r.p.Frame(); f.Mode != player.Paused {
		t.Errorf("stepping leaves mode %v", f.Mode)
	}
}

func TestReplayGoesBackAndReturnsToLive(t *testing.T) {
	r := newRig(t)
	if r.p.Replay() {
		t.Fatal("there is nothing to replay yet")
	}
	r.send("101")
	r.run(4 * time.Second)
	if !r.p.Replay() {
		t.Fatal("cannot replay")
	}
	f := r.p.Frame()
	if f.Mode != player.Replay || f.At != f.Trace.BeganAt || r.answered() != 0 {
		t.Errorf("replay: mode %v at %v (began %v), %d answers", f.Mode, f.At, f.Trace.BeganAt, r.answered())
	}
	r.run(4 * time.Second)
	if f := r.p.Frame(); f.Mode != player.Live || f.At != r.w.Now() || r.answered() != 1 {
		t.Errorf("after it: mode %v, late %v, %d answers", f.Mode, f.Lag(), r.answered())
	}
}

func TestSlowTakesLonger(t *testing.T) {
	shown := func(slower int) (frames int) {
		r := newRig(t)
		for range slower {
			r.p.Slower()
		}
		r.send("101")
		for r.run(frame); !r.p.Frame().Over; r.run(frame) {
			frames++
		}
		return frames
	}
	one, quarter := shown(0), shown(2)
	if ratio := float64(quarter) / float64(one); ratio < 3.5 || ratio > 4.5 {
		t.Errorf("a quarter of the speed takes %.1f times as long, want 4", ratio)
	}
}

func TestSpeedHasEnds(t *testing.T) {
	r := newRig(t)
	for range player.MaxJog {
		if !r.p.Slower() {
			t.Fatal("cannot go slower")
		}
	}
	if r.p.Slower() {
		t.Error("there is no slowest speed")
	}
	if f := r.p.Frame(); f.Mode != player.Slow || f.Speed != 1.0/16 {
		t.Errorf("slowest: %v %v", f.Mode, f.Speed)
	}
	r.p.Live()
	if f := r.p.Frame(); f.Mode != player.Live || f.Speed != 1 {
		t.Errorf("live again: %v %v", f.Mode, f.Speed)
	}
}

func TestNewestIsFollowedAfterTheLastOneWasSeen(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(2 * frame)
	first := r.p.Frame().Trace
	r.send("102")
	r.run(2 * frame)
	r.send("103")
	if got := r.p.Frame().Trace; got.ID != first.ID {
		t.Fatal("a request was dropped in the middle of being shown")
	}
	r.run(3 * time.Second)
	if got := label(r.p.Frame().Trace); got != "GET /products/103" {
		t.Errorf("then follows %s, want the newest", got)
	}
}

func TestTheFollowedIsNotForgottenUnderLoad(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(2 * frame)
	first := r.p.Frame().Trace.ID
	for range 2 * view.KeptTraces {
		r.send("102")
	}
	r.run(2 * frame)
	if f := r.p.Frame(); f.Trace == nil || f.Trace.ID != first {
		t.Errorf("it follows %s, want still the first", label(f.Trace))
	}
}

func TestStandingAtAnEventShowsItsRequest(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(3 * time.Second)
	e := r.p.Events(3, func(sim.Event) bool { return true })[1]
	r.send("102")
	r.run(3 * time.Second)
	r.p.StandAt(e)
	f := r.p.Frame()
	if f.Mode != player.Paused || f.Picture.Seq != e.Seq || label(f.Trace) != "GET /products/101" {
		t.Errorf("stands at event %d of %s, %v; want %d", f.Picture.Seq, label(f.Trace), f.Mode, e.Seq)
	}
	r.p.Live()
	r.run(frame)
	if f := r.p.Frame(); f.Lag() > 0 || r.answered() != 2 {
		t.Errorf("live again: %v late, %d answers", f.Lag(), r.answered())
	}
}

func TestAHoleInTheLogIsJumped(t *testing.T) {
	r := newRig(t)
	for range 20 {
		r.send("101")
	}
	r.w.Log.Forget(100)
	r.run(4 * time.Second)
	f := r.p.Frame()
	if f.Picture.Seq != r.w.Log.Last() || f.Picture.NotKept == 0 {
		t.Errorf("shown up to %d of %d, %d not kept", f.Picture.Seq, r.w.Log.Last(), f.Picture.NotKept)
	}
}

func TestEventsUpToTheShownMoment(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(4 * time.Second)
	all := func(sim.Event) bool { return true }
	if got := r.p.Events(3, all); len(got) != 3 || got[2].Seq != r.w.Log.Last() {
		t.Errorf("got %d events, the last of them %d", len(got), got[len(got)-1].Seq)
	}
	r.p.StepBack()
	if got := r.p.Events(3, all); got[2].Seq != r.w.Log.Last()-1 {
		t.Errorf("one step back the list ends at %d of %d", got[2].Seq, r.w.Log.Last())
	}
}

func label(t *view.Trace) string {
	if t == nil || len(t.Hops) == 0 {
		return "nothing"
	}
	return t.Hops[0].Label
}

// The shown moment goes as far as it is let, and back to there when it was further;
// the world goes on.
func TestStoppedAtAMoment(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.run(3 * time.Second)
	stop := &player.Stop{At: r.w.Now(), Seq: r.p.Head()}
	r.run(frame) // the screen is a little further already
	r.send("102")
	r.p.StopAt(stop)
	for range 90 {
		r.run(frame)
		if f := r.p.Frame(); f.At != stop.At || f.Picture.Seq != stop.Seq || r.answered() != 1 || !r.p.Stopped() {
			t.Fatalf("shows %v, event %d, %d answers; want it to stand at %v, event %d", f.At, f.Picture.Seq, r.answered(), stop.At, stop.Seq)
		}
	}
	r.p.StopAt(nil)
	r.run(4 * time.Second)
	if f := r.p.Frame(); f.Lag() > 0 || r.answered() != 2 || r.p.Stopped() {
		t.Errorf("let go: %v late, %d answers", f.Lag(), r.answered())
	}
}

// While the end of a request stays to be looked at, what happens meanwhile is not
// shown yet, and the frame does not claim it.
func TestToldIsWhatWasShown(t *testing.T) {
	r := newRig(t)
	r.send("101")
	for r.run(frame); !r.p.Frame().Over; {
		r.run(frame)
	}
	if f := r.p.Frame(); f.Told() != f.Now {
		t.Errorf("all was shown, but told is %v of %v", f.Told(), f.Now)
	}
	r.send("102")
	r.run(frame)
	if f := r.p.Frame(); !f.Over || f.Told() != f.At || f.At >= f.Now || r.answered() != 1 {
		t.Errorf("told %v, at %v of %v, over %v, %d answers", f.Told(), f.At, f.Now, f.Over, r.answered())
	}
	r.run(4 * time.Second)
	if f := r.p.Frame(); f.Told() != f.Now || r.answered() != 2 {
		t.Errorf("told %v of %v with %d answers", f.Told(), f.Now, r.answered())
	}
}

// A request that prepared a scene is not told in it, also when the player had not
// read of it before.
func TestASceneBeginsAtTheMomentOfItsWorld(t *testing.T) {
	r := newRig(t)
	r.send("101")
	r.w.Pass(time.Second)
	r.p.Begin(r.w.Now())
	r.run(4 * time.Second)
	if f := r.p.Frame(); f.Trace != nil || f.Last.Outcome != sim.Waiting {
		t.Errorf("the scene tells of what was before it: %+v", f.Last)
	}
}
