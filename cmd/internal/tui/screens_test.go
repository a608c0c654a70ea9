package tui

import (
	"fmt"
	"testing"
	"time"
)

// sizes are the two terminals that every screen is drawn for.
var sizes = []struct{ w, h int }{{80, 24}, {120, 40}}

// everySize runs f at every size; name is that of its golden files.
func everySize(t *testing.T, start Start, f func(r *rig, name string)) {
	t.Helper()
	everySizeWith(t, Options{Start: start, Ground: DarkGround}, f)
}

func everySizeWith(t *testing.T, o Options, f func(r *rig, name string)) {
	t.Helper()
	for _, s := range sizes {
		t.Run(fmt.Sprintf("%dx%d", s.w, s.h), func(t *testing.T) {
			sitWith(t, s.w, s.h, o, func(r *rig) { f(r, fmt.Sprintf("%dx%d", s.w, s.h)) })
		})
	}
}

var (
	inLesson     = Start{Lesson: "rest"}
	inPlayground = Start{World: "catalog"}
)

func TestHome(t *testing.T) {
	everySize(t, Start{}, func(r *rig, size string) {
		r.press("down")
		r.golden("home-" + size)
	})
}

// Enter for a task that is done shows what the stage still moves towards: it never
// goes on over a text that was not shown.
func TestEnterShowsWhatTheStageHoldsBack(t *testing.T) {
	everySizeWith(t, Options{Start: inLesson}, func(r *rig, _ string) {
		r.press("3", "enter")
		r.pass(700 * time.Millisecond)
		r.misses("It took 0.21", "enter  send")
		r.sees("One question, one answer", "enter show it now")
		r.press("enter")
		r.sees("It took 0.21", "enter go on")
		r.press("enter")
		r.sees("Read what crossed")
	})
}

func TestLessonFromPredictionToSummary(t *testing.T) {
	everySize(t, inLesson, func(r *rig, size string) {
		r.golden("lesson-predict-" + size)
		r.press("3")
		r.golden("lesson-do-" + size)
		r.press("enter")
		r.pass(700 * time.Millisecond)
		r.golden("lesson-moving-" + size)
		r.misses("It took 0.21 ms")
		r.pass(3 * time.Second)
		r.golden("lesson-truth-" + size)
		r.sees("synchronous")
		r.press("enter", "enter")
		r.pass(3 * time.Second)
		r.golden("lesson-value-" + size)
		r.press("tab", "right")
		r.golden("lesson-stage-" + size)
		r.press("tab", "a")
		r.golden("lesson-answer-" + size)
		r.write("63")
		r.press("enter")
		r.sees("63 is not what the task asks for")
		r.write("62")
		r.press("enter")
		r.sees("envelope")
		r.press("enter")
		r.golden("lesson-quiz-" + size)
		r.press("2")
		r.golden("lesson-explained-" + size)
		r.press("n")
		r.golden("lesson-summary-" + size)
		r.press("enter")
		r.pass(100 * time.Millisecond)
		r.sees("Playground")
		if !r.w.Closed() {
			r.Error("the world of the lesson was left open")
		}
	})
}

func TestPlayground(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		r.golden("playground-" + size)
		r.press(":")
		r.golden("palette-" + size)
		r.write("send product.get item=999")
		r.press("enter")
		r.pass(4 * time.Second)
		r.golden("playground-sent-" + size)
		r.press("2")
		r.golden("playground-latency-" + size)
		r.press("3")
		r.golden("playground-links-" + size)
		r.press("v")
		r.golden("playground-ladder-" + size)
		r.press("v", "1", "tab", "up", "up")
		r.golden("playground-event-" + size)
		r.press("enter")
		r.golden("inspector-" + size)
		r.press("x")
		r.golden("inspector-bytes-" + size)
		r.press("esc", "?")
		r.golden("help-" + size)
		r.press("w")
		r.golden("words-" + size)
	})
}

func TestHomeWithMuchProgress(t *testing.T) {
	start := Options{Ground: DarkGround, Due: func() []string { return []string{"why", "rest"} }, Lessons: func() (rows []LessonRow) {
		for i, name := range []string{"why", "rest", "grpc", "queue", "brokers", "kafka", "events", "saga-outbox"} {
			rows = append(rows, LessonRow{Name: name, Title: "About " + name, Promise: "You will know it.", Minutes: 15, Steps: 10, Step: max(4-i, 0), Done: i < 2})
		}
		return rows
	}}
	everySizeWith(t, start, func(r *rig, size string) {
		r.sees("► grpc", "Due: three questions on why, rest", "msc-sim recall")
		r.golden("home-progress-" + size)
		r.press("G")
		r.sees("► order", "7 chapters")
		r.golden("home-demos-" + size)
	})
}
