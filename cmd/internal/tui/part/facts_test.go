package part_test

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
)

func TestStripIsToScale(t *testing.T) {
	s, id, _ := lookup(200)
	line := show(t, "scale", part.Strip{Hop: s.Trace(id).Hops[0], Now: time.Hour}, 120, 4, dark)[2]
	cells := []rune(line)
	var bars []int
	for x, r := range cells {
		if r == '│' {
			bars = append(bars, x)
		}
	}
	if len(bars) != 4 {
		t.Fatalf("%d bars in %q", len(bars), line)
	}
	whole := float64(bars[3] - bars[0])
	for i, d := range []float64{34, 121, 58} {
		got, want := float64(bars[i+1]-bars[i])/whole, d/213
		if got < want-0.02 || got > want+0.02 {
			t.Errorf("piece %d takes %.2f of the strip, want %.2f", i, got, want)
		}
	}
}

func TestPaceIsSaidWhereItMeansSomething(t *testing.T) {
	s, id, _ := lookup(200)
	for _, x := range []struct {
		slower float64
		want   string
	}{
		{6712, "0.21 ms, shown here 6,700 times slower"},
		{1.2, "0.21 ms, shown here as long as it took"},
		{0.25, "0.21 ms, shown here 4 times faster"},
		{5.6e9, "0.21 ms"},
		{0, "0.21 ms"},
	} {
		line := show(t, "pace", part.Strip{Hop: s.Trace(id).Hops[0], Now: time.Hour, Slower: x.slower}, 90, 4, dark)[0]
		if got := strings.TrimSpace(line); !strings.HasSuffix(got, " "+x.want) {
			t.Errorf("%v times: %q, want %q", x.slower, got, x.want)
		}
	}
}

func TestBlinkIsDrawnToScaleWhereItFits(t *testing.T) {
	c, id, _ := checkout()
	h := c.Trace(id).Hops[2] // 250 ms of silence
	lines := show(t, "blink", part.Strip{Hop: h, Now: time.Hour}, 109, 4, dark)
	from, to := strings.IndexRune(lines[3], '├'), strings.IndexRune(lines[3], '┤')
	if got := grid.Width(lines[3][from:to]); got < 39 || got > 41 {
		t.Errorf("a blink of 100 ms takes %d of 100 cells that stand for 250 ms:\n%s", got, lines[3])
	}
}

func TestCustomerLine(t *testing.T) {
	c, id, _ := checkout()
	tr := c.Trace(id)
	ask := sim.Event{Trace: sim.TraceID{77}, Node: sim.Instance{Service: "client"}, At: 2 * time.Second, Fact: sim.Begun{UseCase: "order.place"}}
	pending, later := ask, ask
	pending.At, pending.Fact = ask.At+2*ms, sim.Ended{UseCase: "order.place", Outcome: sim.WasAnswered, Text: "pending", Took: 2 * ms}
	later.At, later.Fact = ask.At+3*time.Second, sim.Ended{Outcome: sim.WasAnswered, Text: "confirmed", Took: 3 * time.Second, Late: true}
	s := world("client:order")
	s.apply(ask)
	s.apply(pending)
	waits := s.Last
	s.apply(later)
	decided := s.Trace(ask.Trace)
	for _, x := range []struct {
		c    part.Customer
		want string
	}{
		{part.Customer{}, "customer: no request yet"},
		{part.Customer{Follow: tr, Now: time.Second + 250*ms}, "customer: waits, 250 ms so far"},
		{part.Customer{Follow: tr, Now: 5 * time.Second}, "customer: confirmed after 353 ms"},
		{part.Customer{Last: c.Last}, "customer: confirmed after 353 ms"},
		{part.Customer{Last: waits}, "customer: pending after 2.00 ms"},
		{part.Customer{Last: s.Last}, "customer: pending after 2.00 ms, confirmed after 3.00 s"},
		{part.Customer{Follow: decided, Now: 9 * time.Second}, "customer: pending after 2.00 ms, confirmed after 3.00 s"},
		{part.Customer{Follow: decided, Now: 4 * time.Second}, "customer: pending after 2.00 ms"},
	} {
		if got := show(t, "customer", x.c, 60, 1, dark)[0]; got != x.want {
			t.Errorf("%q, want %q", got, x.want)
		}
	}
}

func TestColumnsKeepTheirPlace(t *testing.T) {
	c, id, _ := checkout()
	tr := c.Trace(id)
	ladder := show(t, "columns-ladder", part.Ladder{Trace: tr, Clock: warp.New(tr)}, 100, 20, dark)
	for _, l := range ladder[1:14] {
		cells := []rune(l)
		if len(cells) != 100 || cells[87] != '.' || cells[95] != '.' || !strings.HasSuffix(l, " s") {
			t.Errorf("times out of their columns: %q", l)
		}
	}
	for _, l := range show(t, "columns-events", part.Events{Events: tr.Events, Selected: -1}, 100, 12, dark)[1:] {
		if !strings.HasPrefix(l, "  1.") || l[10:14] != " s  " {
			t.Errorf("time out of its column: %q", l)
		}
	}
}

func TestRetryCarriesItsNumber(t *testing.T) {
	c, id, _ := checkout()
	screen := strings.Join(show(t, "retry", c.stage(id, 0.62), 120, 30, dark), "\n")
	if !strings.Contains(screen, "◆2") {
		t.Errorf("no second try in\n%s", screen)
	}
}

func TestGivenUpMessageBecomesACross(t *testing.T) {
	s, id, _ := lookup(0)
	st := s.stage(id, 1)
	st.Show = []string{"order", "product"}
	lines := show(t, "cross", st, 78, 11, dark)
	lane := lines[3]
	if !strings.Contains(lane, "─×─") || !strings.Contains(lines[4], "no response in 250 ms") {
		t.Errorf("no cross on its way:\n%s", strings.Join(lines, "\n"))
	}
}

// A caller that timed out has no response, whatever the other side gave: the picture
// has it lost on its way back, and nowhere the wait as the time of that response.
func TestALostResponseIsNotDrawnAsOneThatCame(t *testing.T) {
	s := world("client:order rest", "order:product rest")
	id := s.request(0, "order.place")
	s.do(id, try{link: "client:order", label: "POST /orders", at: ms, out: ms, work: 5 * ms, status: 200, silent: 2 * time.Second})
	s.ended(id, 2001*ms, sim.WasTimedOut, "no response")
	h := s.Trace(id).Hops[0]
	for name, boxes := range map[string][]string{"two boxes": {"client", "order"}, "more boxes": nil} {
		for _, w := range []int{76, 120} {
			for share, want := range map[float64]string{0.5: "order", 1: "×"} {
				st := s.stage(id, share)
				st.Show = boxes
				screen := strings.Join(show(t, "lost", st, w, 18, dark), "\n")
				if strings.Contains(screen, "200 OK  2.00 s") || strings.Contains(screen, "200  2.00 s") || !strings.Contains(screen, want) {
					t.Errorf("%s, %d cells wide, at %.1f:\n%s", name, w, share, screen)
				}
				if share == 1 && !strings.Contains(screen, "no response in 2.00 s") {
					t.Errorf("%s, %d cells wide: does not say that the client has no response:\n%s", name, w, screen)
				}
			}
		}
	}
	if strip := strings.Join(show(t, "lost-strip", part.Strip{Hop: h, Now: time.Hour}, 100, 4, dark), "\n"); !strings.Contains(strip, "response lost") || strings.Contains(strip, "back") {
		t.Errorf("the strip says it came back:\n%s", strip)
	}
	ladder := strings.Join(show(t, "lost-ladder", part.Ladder{Trace: s.Trace(id)}, 100, 8, dark), "\n")
	if !strings.Contains(ladder, "× no response in 2.00 s") || !strings.Contains(ladder, "··─200 OK─") {
		t.Errorf("the ladder has the response arrive:\n%s", ladder)
	}
}

func TestStillMovesNothing(t *testing.T) {
	l := loaded()
	st := part.Stage{Picture: l.Picture, Still: true}
	want := show(t, "still", st, 100, 26, dark)
	for _, beat := range []time.Duration{ms, time.Second, 7777 * ms} {
		st.Beat = beat
		if got := show(t, "still", st, 100, 26, dark); strings.Join(got, "") != strings.Join(want, "") {
			t.Errorf("something moved after %v", beat)
		}
	}
	if screen := strings.Join(want, "\n"); strings.Contains(screen, "•") || !strings.Contains(screen, "412/s") {
		t.Errorf("dots, or no numbers:\n%s", screen)
	}
}

func TestArrowsWalkTheStage(t *testing.T) {
	c, id, _ := checkout()
	st := c.stage(id, 1)
	r := grid.Rect{W: 120, H: 30}
	walk := func(dx, dy int) part.Selection { st.Select = st.Move(r, dx, dy); return st.Select }
	if got := walk(1, 0); got.Box != one("client") {
		t.Fatalf("the first is %+v", got)
	}
	seen := map[string]bool{}
	for range 8 {
		s := walk(1, 0)
		seen[s.Box.Service] = true
		if s.Span != 0 {
			seen["message"] = true
		}
	}
	for _, want := range []string{"order", "notification"} {
		if !seen[want] {
			t.Errorf("walking right never met %s: %v", want, seen)
		}
	}
	if before := st.Select; walk(1, 0) != before {
		t.Error("walked off the stage")
	}
}

func TestAnswerCanBeChosen(t *testing.T) {
	s, id, span := lookup(404)
	st := s.stage(id, 1)
	st.Show = []string{"order", "product"}
	r := grid.Rect{W: 78, H: 11}
	st.Select = part.Selection{Box: one("order")}
	request, answer := part.Selection{Span: span}, part.Selection{Span: span, Answer: true}
	st.Select = st.Move(r, 1, 0)
	if st.Select != request && st.Select != answer {
		t.Fatalf("right of order stands %+v", st.Select)
	}
	st.Select = request
	if got := st.Move(r, 0, 1); got != answer {
		t.Errorf("below the request stands %+v", got)
	}
	lines := show(t, "hit", st, r.W, r.H, dark)
	for y, l := range lines {
		if x := strings.Index(l, "404"); x >= 0 && !strings.Contains(l, "answered") {
			if got := st.Hit(r, grid.Width(l[:x]), y); got != answer {
				t.Errorf("on the verdict stands %+v", got)
			}
		}
	}
	if got := st.Hit(r, 0, 0); got != (part.Selection{}) {
		t.Errorf("on nothing stands %+v", got)
	}
}

func TestFiltered(t *testing.T) {
	c, id, _ := checkout()
	events := c.Trace(id).Events
	got := part.Filtered(events, "PAYMENT attempt")
	if len(got) != 1 {
		t.Fatalf("%d events, want the second attempt alone", len(got))
	}
	if s, ok := got[0].Fact.(sim.Sent); !ok || s.Try != 2 {
		t.Errorf("found %+v", got[0])
	}
	if len(part.Filtered(events, " ")) != len(events) {
		t.Error("an empty filter hides something")
	}
}

func TestFewSamplesHaveNoP99(t *testing.T) {
	c, l := mustLink(checkout()), loaded()
	few := strings.Join(show(t, "few", part.Latency{Took: c}, 70, 12, dark), "\n")
	many := strings.Join(show(t, "many", part.Latency{Took: &l.Link("order:payment").Took}, 70, 12, dark), "\n")
	if strings.Contains(few, "p99") || !strings.Contains(few, "slowest of 1") || !strings.Contains(many, "p99") {
		t.Errorf("few:\n%s\nmany:\n%s", few, many)
	}
}

func TestHexShowsEveryByte(t *testing.T) {
	e := exchange()
	e.Request.Raw = nil
	for i := range 256 {
		e.Request.Raw = append(e.Request.Raw, byte(i))
	}
	e.Request.Total = 256
	screen := strings.Join(show(t, "bytes", part.Inspector{Exchange: e, Hex: true}, 80, 24, dark), "\n")
	for _, want := range []string{"00 01 02", "f8 f9 fa fb fc fd fe ff", "0000f0", "ABCDEFGHIJKLMNO"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
}

func TestTextWraps(t *testing.T) {
	tx := part.Text{Source: prose, Terms: []string{"response"}}
	for _, w := range []int{5, 20, 43, 200} {
		g := grid.New(w, tx.Len(w))
		tx.Draw(g, g.Bounds(), theme.New(dark))
		all := strings.Join(strings.Fields(strings.Join(g.Lines(), " ")), "")
		if want := "A404NotFoundisaresponse,notafailure."; !strings.HasPrefix(all, want) {
			t.Errorf("at width %d: %q", w, all)
		}
		if !strings.HasSuffix(all, "1.first") {
			t.Errorf("at width %d the end is missing: %q", w, all)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(prose, 20)
	f.Add("**a* `b** ```\n- \n1. \n#\n\x1b[31m名前*x*", 7)
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = min(max(w, 0), 60)
		tx := part.Text{Source: s, Terms: []string{"a", "status code", ""}}
		g := grid.New(w+2, min(tx.Len(w), 200))
		g.Fill(g.Bounds(), '#', theme.Plain)
		r, _ := g.Bounds().SplitLeft(w)
		tx.Draw(g, r, theme.New(dark))
		for y := range g.Bounds().H {
			for x := w; x < w+2; x++ {
				if ch, _ := g.At(x, y); ch != '#' {
					t.Fatalf("%q at width %d writes %q beyond its edge", s, w, ch)
				}
			}
		}
	})
}

func FuzzInspector(f *testing.F) {
	f.Add("HTTP/1.1 200 OK", "Content-Type", "application/json", []byte(`{"a":[1,"x\n"]}`), 80)
	f.Add("", "", "\u202e", []byte{0xff, 0}, 3)
	f.Fuzz(func(t *testing.T, start, name, value string, body []byte, w int) {
		w = min(max(w, 0), 200)
		c := sim.Captured{Start: start, Lines: []sim.Field{{Name: name, Value: value}}, Body: body, Raw: body, Total: int64(len(body)) + 9}
		i := part.Inspector{Exchange: sim.Exchange{Link: "a:b", Response: c}, Answer: true}
		g := grid.New(w, min(i.Len(w), 300))
		i.Draw(g, g.Bounds(), theme.New(dark))
		for _, l := range g.Lines() {
			for _, r := range l {
				if r < 0x20 || r == 0x7f {
					t.Fatalf("%q is drawn", r)
				}
			}
		}
	})
}

func TestChangesCanBeRead(t *testing.T) {
	s := world("client:order", "order:payment")
	s.apply(sim.Event{At: time.Second, Node: one("payment"), Fact: sim.Stopped{Cause: "killed"}})
	st := part.Stage{Picture: s.Picture}
	screen := func() string { return strings.Join(show(t, "news", st, 90, 20, dark), "\n") }
	if !strings.Contains(screen(), "× killed") {
		t.Errorf("a killed service looks alive:\n%s", screen())
	}
	s.apply(sim.Event{At: 2 * time.Second, Node: one("payment"), Fact: sim.Started{Addr: "127.0.0.1:40009"}})
	if got := screen(); !strings.Contains(got, "payment   started again on another port") {
		t.Errorf("no word of the new port:\n%s", got)
	}
	s.apply(sim.Event{At: 3500 * ms, Fact: sim.Marked{Text: "later"}})
	s.Notices = s.Notices[:len(s.Notices)-1]
	if got := screen(); !strings.Contains(got, "payment   started again on another port") {
		t.Errorf("gone before it could be read:\n%s", got)
	}
	s.apply(sim.Event{At: 9 * time.Second, Node: one("client"), Trace: s.id(), Fact: sim.Begun{UseCase: "order.place"}})
	if got := screen(); strings.Contains(got, "another port") {
		t.Errorf("still there:\n%s", got)
	}
	st.Show = []string{"order", "payment"}
	s.apply(sim.Event{At: 10 * time.Second, Node: one("payment"), Fact: sim.Paused{Cause: "paused"}})
	if got := screen(); !strings.Contains(got, "‖ paused") {
		t.Errorf("two boxes, and a pause is not told:\n%s", got)
	}
}
