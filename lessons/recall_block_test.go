package lessons_test

import (
	"context"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

const before = "## Before\nAsk.\n```recall old\nWas it so?\n1 yes = true\nbecause It was.\n2 no = false\nbecause It was not.\n```\n"

// opening is how the lesson tiny begins.
const opening = "## Look\nAsk *stock*,"

func TestALessonMayOpenWithOneQuestion(t *testing.T) {
	w := newFake(0)
	l := loadTiny(t, opening, before+opening)
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if st := s.State(); st.Phase != lessons.Asking || st.Title != "Before" || st.Predict.Of != 1 {
		t.Fatalf("it opens with %q in phase %d", st.Title, st.Phase)
	}
	if st := do(t, s, "predict 2"); st.Phase != lessons.Explaining || st.Predict.Choices[1].Why != "It was not." || st.Predict.Truth != 0 {
		t.Errorf("the answer is %+v", st.Predict)
	}
	if st := do(t, s, "next"); st.Title != "Look" {
		t.Errorf("then comes %q", st.Title)
	}
	two := before + strings.Replace(before[strings.Index(before, "```recall"):], "old", "older", 1)
	if _, err := lessons.Load(tiny(opening, two+opening), "tiny"); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("two questions: %v", err)
	}
}

// A line that Enter sends may wait for what was measured.
func TestEnterWaitsForWhatItNeeds(t *testing.T) {
	w := newFake(0)
	l := loadTiny(t, "enter send stock.look item=pears\n", "enter send stock.look item={{word(first(\"client:stock\").path, 1)}}\n", "check count(\"answered\", {link: \"client:stock\", path: \"/stock/apples\", status: 200}) >= 1", "check count(\"answered\") >= 3")
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(t, s, "predict 1", "send stock.look item=apples")
	if got := s.Update().Task.Send; got != "send stock.look item=/stock/apples?all=1" {
		t.Errorf("enter sends %q", got)
	}
}

// picky is a world that refuses every request.
type picky struct{ *fakeWorld }

func (p picky) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	if _, send := c.(sim.Send); send {
		return sim.Result{}, sim.Invalidf("this does not fit")
	}
	return p.fakeWorld.Do(ctx, c)
}

// What the world refuses as senseless is a finding that a step may be about.
func TestARefusalCounts(t *testing.T) {
	w := picky{newFake(0)}
	l := loadTiny(t, "check count(\"answered\", {link: \"client:stock\", path: \"/stock/apples\", status: 200}) >= 1\nanswer first(\"client:stock\").response.media_type\nkeep wait = first(\"client:stock\").took\nresult after {{wait}}", "check refused >= 1\nkeep wait = ms(1)")
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(t, s, "predict 1")
	if err := try(t, s, "send stock.look item=apples"); sim.CodeOf(err) != sim.Invalid {
		t.Fatalf("%v", err)
	}
	if st := s.Update(); st.Phase != lessons.Reading {
		t.Errorf("phase %d", st.Phase)
	}
}
