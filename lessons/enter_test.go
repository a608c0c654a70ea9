package lessons_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// heldWorld is a fake whose sends begin when they are let go.
type heldWorld struct {
	*fakeWorld
	begun, free chan struct{}
}

func (w heldWorld) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	if _, send := c.(sim.Send); send {
		w.begun <- struct{}{}
		<-w.free
	}
	return w.fakeWorld.Do(ctx, c)
}

// startWith begins the lesson tiny with changes.
func startWith(t *testing.T, w lessons.World, o lessons.Options, changes ...string) *lessons.Session {
	t.Helper()
	s, err := lessons.Start(t.Context(), loadTiny(t, changes...), w, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	tinyEnter = "enter send stock.look item=apples\nenter send stock.look item=pears\n"
	tinyCheck = `check count("answered", {link: "client:stock", path: "/stock/apples", status: 200}) >= 1` +
		"\nanswer first(\"client:stock\").response.media_type\n"
)

func TestEnterWaitsForWhatItHasBegun(t *testing.T) {
	w := heldWorld{newFake(time.Millisecond), make(chan struct{}), make(chan struct{})}
	s := startWith(t, w, lessons.Options{})
	do(t, s, "predict 1")
	first := make(chan error)
	go func() { first <- try(t, s, "enter") }()
	<-w.begun
	if st := s.Update(); st.Task.Running != "send stock.look item=apples" || st.Task.Send != "" {
		t.Errorf("while it runs the task says %+v", st.Task)
	}
	if err := try(t, s, "enter"); sim.CodeOf(err) != sim.Conflict || !strings.Contains(err.Error(), "running: send stock.look") {
		t.Errorf("a second Enter: %v", err)
	}
	close(w.free)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if got, want := w.lines(), []string{"send stock.look item=apples"}; !cmp.Equal(got, want) {
		t.Errorf("the world did %q, want %q", got, want)
	}
	if st := s.Update(); st.Task.Running != "" {
		t.Errorf("afterwards the task says %+v", st.Task)
	}
}

func TestOneEnterDoesBothHalves(t *testing.T) {
	w := newFake(time.Millisecond)
	s := startWith(t, w, lessons.Options{},
		tinyEnter, "enter send stock.look\nand send stock.look item=pears\nwait count(\"answered\") >= 2\n",
		tinyCheck, "check count(\"answered\") >= 1\nkeep seen = count(\"answered\")\n",
		"after {{wait}}", "{{seen}} seen")
	if st := do(t, s, "predict 1"); st.Task.Send != "send stock.look  and  send stock.look item=pears" || st.Task.Of != 1 {
		t.Errorf("Enter offers %+v", st.Task)
	}
	if st := do(t, s, "enter"); st.Phase != lessons.Reading || st.Task.Result != "done, 2 seen" {
		t.Errorf("it is told before both are done: %+v", st.Task)
	}
}

// What the second half of a press says is known only when the first half is done.
func TestEnterOffersNoValueThatIsNotKnownYet(t *testing.T) {
	s := startWith(t, newFake(time.Millisecond), lessons.Options{},
		tinyEnter, "enter send stock.look\nand send stock.look item={{count(\"answered\")}}\n")
	if st := do(t, s, "predict 1"); st.Task.Send != "send stock.look  and  send stock.look item=…" {
		t.Errorf("Enter offers %q", st.Task.Send)
	}
}

func TestANumberIsToldWhenTheLoadHasEnded(t *testing.T) {
	w := newFake(time.Millisecond)
	s := startWith(t, w, lessons.Options{},
		tinyEnter, "enter load 3/s stock.look for=2s\n",
		tinyCheck, "check count(\"answered\") >= 2\nkeep seen = count(\"answered\")\n",
		"after {{wait}}", "{{seen}} seen")
	if st := do(t, s, "predict 1", "enter"); st.Phase != lessons.Doing || st.Task.Running != "load 3/s stock.look for=2s" {
		t.Fatalf("while the load goes on: %+v", st.Task)
	}
	if err := try(t, s, "enter"); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("a second Enter: %v", err)
	}
	w.set(func(w *fakeWorld) { w.ask(""); w.add(sim.Event{Fact: sim.Load{UseCase: "stock.look"}}) })
	if st := s.Update(); st.Phase != lessons.Reading || st.Task.Result != "done, 4 seen" {
		t.Errorf("after it: %+v", st.Task)
	}
}

func TestEnterDoesNotRepeatWhatIsNotHome(t *testing.T) {
	w := newFake(time.Millisecond)
	now := time.Unix(1e9, 0)
	s := startWith(t, w, lessons.Options{Now: func() time.Time { return now }},
		tinyEnter, "enter send stock.look\n",
		tinyCheck, "check count(\"settled\") >= 1\n", "after {{wait}}", "seen")
	do(t, s, "predict 1", "enter")
	open := sim.Event{Trace: sim.TraceID{7}, Span: 700, Node: client, Link: way}
	w.set(func(w *fakeWorld) { w.say(open, sim.Sent{Label: "GET /slow", Try: 1}) })
	if st := s.Update(); st.Task.Send != "" || st.Task.Running != "1 message has not ended yet" {
		t.Errorf("while it is under way: %+v", st.Task)
	}
	now = now.Add(time.Minute) // a paused service may never answer
	if st := s.Update(); st.Task.Send != "send stock.look" || st.Task.Running != "" {
		t.Errorf("when nothing happens any more: %+v", st.Task)
	}
}

// A step about something that did not happen tells nothing, keeps nothing, and is
// offered again.
func TestWhatDidNotHappenIsDoneAgain(t *testing.T) {
	w := newFake(50 * time.Millisecond)
	s := startWith(t, w, lessons.Options{}, tinyCheck,
		`check count("answered") >= 1`+"\nonly if first(\"client:stock\").took < ms(10)\notherwise It took {{first(\"client:stock\").took}}, and 10 ms are the limit.\n")
	st := do(t, s, "predict 1", "enter")
	if want := "In this run it did not happen. It took 50.0 ms, and 10 ms are the limit."; st.Phase != lessons.Doing || st.Task.Missed != want || st.Task.Done || st.After != "" {
		t.Fatalf("missed: %+v", st.Task)
	}
	w.set(func(w *fakeWorld) { w.took = time.Millisecond })
	if st = do(t, s, "enter"); st.Task.Missed != "" || st.Task.Send == "" || st.Predict.Chosen != 0 {
		t.Fatalf("done again: %+v", st.Task)
	}
	if st = do(t, s, "enter"); st.Phase != lessons.Reading || st.Predict.Truth != 0 || !strings.Contains(st.After, "1.00 ms") {
		t.Errorf("after it happened: %+v", st)
	}
}

func TestAPredictionIsNotJudgedWhereItDidNotHappen(t *testing.T) {
	for _, change := range []string{
		"How long?\nonly if count(\"failed\") > 0\notherwise Nothing failed.\n",
		"How long? Of the dead?\n",
	} {
		changes := []string{"How long?\n", change}
		if strings.Contains(change, "dead") {
			changes = append(changes, "short = first(\"client:stock\").took < ms(5)", "short = count(\"lost\") > 0", "long  = first(\"client:stock\").took >= ms(5)", "long = count(\"lost\") > 1")
		}
		s := startWith(t, newFake(time.Millisecond), lessons.Options{}, changes...)
		st := do(t, s, "predict 1", "send stock.look", "answer application/json")
		if st.Predict.Truth != -1 || !strings.Contains(st.After, "counts neither as right nor as wrong") {
			t.Errorf("judged: %+v, %q", st.Predict, st.After)
		}
		do(t, s, "next", "solve", "next", "solve", "next", "solve", "next", "solve", "next", "next")
		if sum := s.Update().Summary; sum == nil || sum.Predicted != 0 {
			t.Errorf("the summary counts %+v", sum)
		}
	}
}

// A question about something that did not happen is not asked.
func TestAQuestionWaitsForWhatItIsAbout(t *testing.T) {
	w := newFake(50 * time.Millisecond)
	s := startWith(t, w, lessons.Options{}, "How many in a second?\n", "How many in a second?\nonly if wait < ms(10)\notherwise Nothing was quick.\n")
	do(t, s, "predict 1", "send stock.look", "answer application/json", "next", "solve")
	st := do(t, s, "next")
	if !strings.Contains(st.Predict.Question, "did not happen. Nothing was quick.") || !strings.Contains(st.Predict.Question, "*Look*") {
		t.Fatalf("asked: %+v", st.Predict)
	}
	w.set(func(w *fakeWorld) { w.took, w.dead = time.Millisecond, false })
	if st = do(t, s, "predict 1"); st.Predict.Question != "How many in a second?" {
		t.Errorf("after it happened: %+v", st.Predict)
	}
}

// What a reader has seen among the bytes is not called unseen.
func TestAWrongValueIsToldWhyItIsWrong(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
	do(t, s, "predict 1", "send stock.look")
	for given, want := range map[string]string{
		"X-Odd": "crossed too, but the task asks for something else",
		"pears": "is not what the task asks for",
		"json":  "is nearly right: the whole media type",
	} {
		if st := do(t, s, "answer "+given); st.Task.ValueSays != want || !st.Task.ValueWrong {
			t.Errorf("%s: %+v, want %q", given, st.Task, want)
		}
	}
}
