package lessons_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
)

// checkTiny checks the lesson tiny, changed, in a fake world.
func checkTiny(t *testing.T, w *fakeWorld, changes ...string) lessons.Report {
	t.Helper()
	open := func(context.Context, *lessons.Lesson) (lessons.World, func() error, error) {
		return w, func() error { return nil }, nil
	}
	o := lessons.Options{Visit: func(context.Context, string) error { w.outside("curl/8"); return nil }}
	r, err := lessons.Check(t.Context(), tiny(changes...), "tiny", open, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheckFindsNothingInAGoodLesson(t *testing.T) {
	r := checkTiny(t, newFake(2*time.Millisecond))
	for _, p := range r.Problems {
		t.Errorf("%v (%s)", p, p.Fix)
	}
	if len(r.Steps) != 5 || r.Steps[0].Told != "You said **short**; it took 2.00 ms. You knew." {
		t.Errorf("played %+v", r.Steps)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	const looked = `check count("answered", {link: "client:stock", path: "/stock/apples", status: 200}) >= 1`
	for _, tt := range []struct {
		name string
		old  string
		bad  string
		took time.Duration
		want string
	}{
		{"true before anything was done", looked, `check count("failed") == 0`, 2 * time.Millisecond, "lesson.md:26:7: the task of \"Look\" is done before"},
		{"true because of the step before", `check count("failed", {link: "client:stock", outcome: "failed"}) >= 1`, `check wait < ms(5)`, 2 * time.Millisecond, `the task of "Break" is done before`},
		{"no choice is true", `2 long  = first("client:stock").took >= ms(5)`, `2 long  = first("client:stock").took >= ms(9)`, 7 * time.Millisecond, "of the choices of took, 0 are true"},
		{"two choices are true", `1 short = first("client:stock").took < ms(5)`, `1 short = true`, 20 * time.Millisecond, "of the choices of took, 2 are true"},
		{"quiz without a right answer", "1 fewer than 100 = ratio(ms(1000), wait) < 100", "1 fewer than 100 = false", 20 * time.Millisecond, "of the choices of rate, 0 are true"},
		{"something told has no value", "You said **{{mine}}**", `{{first("client:stock", {status: 500}).took}}`, 2 * time.Millisecond, "lesson.md:35:1: something told here has no value"},
		{"a hint that says nothing", "hint two\nhint three", `hint {{first("client:stock", {status: 404}).took}}` + "\nhint three", 2 * time.Millisecond, "something told here has no value"},
		{"a number that is not there", "did waited {{wait}}", `did waited {{link("client:stock").p99}}`, 2 * time.Millisecond, "something told here has no value"},
		{"a link nothing crossed", `{{first("client:stock", {outcome: "failed"}).reason}}`, `{{link("stock:client").sent}}`, 2 * time.Millisecond, "no byte crossed it"},
		{"answers that do not solve", "send stock.look item=apples\nwait", "send stock.look item=pears\nwait", 2 * time.Millisecond, `the answer of "Look" does not solve it`},
	} {
		synctest.Test(t, func(t *testing.T) { // an answer that solves nothing is waited for
			changes := []string{tt.old, tt.bad}
			if strings.Contains(tt.bad, "stock:client") {
				changes = append(changes, `"client:stock": {transport: rest}`, `"client:stock": {transport: rest}`+"\n"+`  "stock:client": {transport: rest}`)
			}
			w := newFake(tt.took)
			r := checkTiny(t, w, changes...)
			for _, p := range r.Problems {
				if strings.Contains(p.Message, tt.want) {
					return
				}
			}
			t.Errorf("%s: it finds %v, want %q", tt.name, r.Problems, tt.want)
		})
	}
}

func TestCheckClosesWhatItOpened(t *testing.T) {
	closed := false
	open := func(context.Context, *lessons.Lesson) (lessons.World, func() error, error) {
		return newFake(0), func() error { closed = true; return errors.New("it would not close") }, nil
	}
	_, err := lessons.Check(t.Context(), tiny(), "tiny", open, lessons.Options{})
	if !closed || err == nil || !strings.Contains(err.Error(), "would not close") {
		t.Errorf("closed %v, %v", closed, err)
	}
}

// A p99 of a dozen is no p99, and the check says so.
func TestCheckExplainsATooSmallSample(t *testing.T) {
	r := checkTiny(t, newFake(2*time.Millisecond), "result after {{wait}}", "result {{link(\"client:stock\").p99}}")
	if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Message, "p99 needs at least 100 answered calls, and this step has 1") {
		t.Errorf("got %v", r.Problems)
	}
}
