package part

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Only what went well is drawn as a success, wherever it is told.
func TestEndings(t *testing.T) {
	th := theme.New(theme.Options{})
	for _, c := range []struct {
		outcome sim.Outcome
		code    sim.Code
		sign    rune
		style   grid.Style
	}{
		{sim.WasAnswered, sim.OK, '✓', theme.OK},
		{sim.WasAnswered, sim.NotFound, '!', theme.Wait}, // 404
		{sim.WasAnswered, sim.Invalid, '!', theme.Wait},  // 400, 405
		{sim.WasAnswered, sim.Conflict, '!', theme.Wait}, // only 0 left
		{sim.WasAnswered, sim.Unavailable, '×', theme.Fail},
		{sim.WasDegraded, sim.OK, '~', theme.Wait},
		{sim.WasFailed, sim.Unavailable, '×', theme.Fail},
		{sim.WasTimedOut, sim.Timeout, '×', theme.Fail},
		{sim.WasRejected, sim.Exhausted, '×', theme.Fail},
		{sim.WasLost, sim.OK, '×', theme.Fail},
		{sim.Waiting, sim.OK, '○', theme.Wait},
	} {
		if end := endingOf(th.Glyphs, c.outcome, c.code); end.sign != c.sign || end.style != c.style {
			t.Errorf("%s with %s: %c %v, want %c %v", c.outcome, c.code, end.sign, end.style, c.sign, c.style)
		}
	}

	g := grid.New(100, 4)
	e := Events{Selected: -1, Events: []sim.Event{
		{Fact: sim.Answered{Status: 404, Code: sim.NotFound}},
		{Fact: sim.Ended{UseCase: "order.place", Outcome: sim.WasAnswered, Code: sim.Conflict, Text: "only 0 left"}},
		{Fact: sim.Answered{Status: 200}},
	}}
	e.Draw(g, g.Bounds(), th)
	for y, want := range []rune{0, '!', '!', '✓'} {
		if r, _ := g.At(columnsFor(g.Bounds()).mark, y); want != 0 && r != want {
			t.Errorf("row %d of the events: %c, want %c", y, r, want)
		}
	}

	rung := end(&view.Hop{EndedAt: 1, Outcome: sim.WasAnswered, Status: 404, Code: sim.NotFound}, 0, 1)
	if rung.style != theme.Wait {
		t.Errorf("404 in the ladder: %v", rung.style)
	}

	b := &view.Box{Counts: view.Counts{Answered: 3, Refused: 2, Failed: 1}}
	g.Clear()
	f := &frame{g: g, th: th}
	f.counts(0, 0, 24, b)
	if row := rowOf(g, 0); !strings.HasPrefix(row, "✓ 1 ! 2") || !strings.Contains(row, "× 1") {
		t.Errorf("a box counts %q", row)
	}
	g.Clear()
	f.counts(0, 0, 24, &view.Box{Counts: view.Counts{Answered: 3, Late: 1}})
	if row := rowOf(g, 0); !strings.HasPrefix(row, "✓ 2 ? 1") {
		t.Errorf("a box with a late response counts %q", row)
	}
}

func rowOf(g *grid.Grid, y int) string {
	var b strings.Builder
	for x := range g.Bounds().W {
		r, _ := g.At(x, y)
		b.WriteRune(r)
	}
	return b.String()
}

// An error is told with its reason, where there is room for one of them with the reason alone.
func TestTheCustomerSaysWhy(t *testing.T) {
	const refused, unavailable = "error: payment cannot be reached: connection refused", "error: order o-1 failed: payment is unavailable: injected: 503 Service Unavailable"
	const field = `quantity: "three" is not a whole number that fits`
	for _, c := range []struct {
		w          int
		text, want string
	}{
		{91, refused, "error: payment cannot be reached: connection refused, after 12"},
		{75, refused, "payment cannot be reached: connection refused, after 12"},
		{57, refused, "payment cannot be reached, after 12"},
		{77, unavailable, "order o-1 failed: payment is unavailable: injected, after 12"},
		{65, unavailable, "order o-1 failed: payment is unavailable, after 12"},
		{57, unavailable, "payment is unavailable: injected, after 12"},
		{41, unavailable, "order o-1 failed, after 12"},
		{75, field, `quantity: "three" is not a whole number that fits, after 12`},
		{66, field, `quantity: "three" is not a whole number, after 12`},
	} {
		g := grid.New(c.w, 1)
		Customer{Last: view.Seen{Text: c.text, Outcome: sim.WasFailed, Took: 12 * time.Millisecond}}.Draw(g, g.Bounds(), theme.New(theme.Options{}))
		if got := rowOf(g, 0); !strings.HasPrefix(got, "customer: "+c.want) {
			t.Errorf("at %d: %q, want %q", c.w, got, c.want)
		}
	}
}

// What a paused service has not read is not on its way: its bytes have arrived.
func TestWhatAPausedServiceHasNotRead(t *testing.T) {
	h := &view.Hop{SentAt: time.Second, To: sim.Instance{Service: "payment", N: 1}, BytesOut: 334}
	for paused, want := range map[bool]string{true: "not read yet: payment is paused 7.01 s", false: "on its way 7.01 s"} {
		g := grid.New(90, StripRows)
		Strip{Hop: h, Now: 8010 * time.Millisecond, Paused: paused}.Draw(g, g.Bounds(), theme.New(theme.Options{}))
		if got := strings.Join(g.Lines(), "\n"); !strings.Contains(got, want) {
			t.Errorf("paused %v: no %q in\n%s", paused, want, got)
		}
	}
}

// Under gRPC the status of HTTP says nothing of the call, and grpc-status says it all.
func TestAFailedCallIsNotDone(t *testing.T) {
	x := sim.Exchange{
		Link: "order:payment", Protocol: "h2",
		Request:  sim.Captured{Start: "POST /x HTTP/2", Raw: []byte("x"), Total: 1, Lines: []sim.Field{{Name: "content-type", Value: "application/grpc"}}},
		Response: sim.Captured{Start: "HTTP/2 200 OK", Raw: []byte("x"), Total: 1, Lines: []sim.Field{{Name: "grpc-status", Value: "5"}}},
	}
	got := inspected(Inspector{Exchange: x, Answer: true}, 100)
	if !strings.Contains(got, "the call failed: 5 NOT_FOUND") || strings.Contains(got, "done") {
		t.Errorf("%s", got)
	}
}

// A message is accepted and handled, a call is answered: the sign says which of them it counts.
func TestTheSignOfSuccessNamesWhatItCounts(t *testing.T) {
	for _, c := range []struct {
		want string
		on   []string
	}{
		{"answered", []string{"rest", "grpc"}},
		{"accepted, handled", []string{"rabbitmq", "kafka"}},
		{"answered", []string{"rest", "rabbitmq"}},
	} {
		f := frame{Stage: Stage{Picture: &view.Picture{}}, plan: &Plan{}}
		for i, tr := range c.on {
			f.Picture.Links = append(f.Picture.Links, view.Link{Transport: tr})
			f.plan.wires = append(f.plan.wires, wire{link: i})
		}
		if got := f.doneWord(); got != c.want {
			t.Errorf("%v: %q, want %q", c.on, got, c.want)
		}
	}
}

// In a box of one row the sign of a failure alone says that the instance is down.
// One that runs has a number with each sign, however short its form is.
func TestOnlyABoxThatIsDownHasABareSignOfFailure(t *testing.T) {
	th := theme.New(theme.Options{})
	f := frame{Stage: Stage{Picture: &view.Picture{}}, plan: &Plan{}, th: th}
	for state, want := range map[view.State]bool{view.Up: false, view.Down: true} {
		b := view.Box{State: state, Counts: view.Counts{Answered: 1900, Refused: 100, Failed: 53}}
		whole, less := f.inRow(&b)
		for _, form := range slices.Concat(whole, less) {
			text := ""
			for _, r := range form {
				text += r.text
			}
			bare := slices.ContainsFunc(strings.FieldsFunc(text, unicode.IsDigit), func(s string) bool {
				return strings.HasSuffix(text, s)
			})
			if bare != want {
				t.Errorf("%v: a form is %q", state, text)
			}
		}
	}
}
