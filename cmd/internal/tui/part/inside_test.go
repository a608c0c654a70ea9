package part_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
)

// everything is one of each part, full and empty.
func everything() map[string]drawing {
	c, id, span := checkout()
	tr, l := c.Trace(id), loaded()
	selected := c.stage(id, 0.7)
	selected.Select = part.Selection{Span: span}
	link := c.stage(id, 0.3)
	link.Select, link.Still = part.Selection{Link: "order:payment"}, true
	s, two, _ := lookup(404)
	pair := s.stage(two, 0.8)
	pair.Show, pair.You = []string{"order", "product"}, "order"
	f, two, _ := lookup(0)
	silent := f.stage(two, 1)
	silent.Show = pair.Show
	busy := part.Stage{Picture: l.Picture, Show: []string{"order", "payment"}, Beat: 3 * time.Second}
	var links []string
	for i := range 60 {
		links = append(links, fmt.Sprintf("svc-%d:svc-%d", i/2, i+1))
	}
	ring := world("a:b", "b:c", "c:a", "a:a", "c:b")
	return map[string]drawing{
		"stage":            selected,
		"stage still":      link,
		"stage loaded":     part.Stage{Picture: l.Picture, Beat: time.Second},
		"stage generic":    part.Stage{Picture: world(links...).Picture},
		"stage ring":       part.Stage{Picture: ring.Picture},
		"stage two":        pair,
		"stage two silent": silent,
		"stage two busy":   busy,
		"stage empty":      part.Stage{Picture: world().Picture},
		"no stage":         part.Stage{},
		"customer":         part.Customer{Last: l.Last},
		"customer waits":   part.Customer{Follow: tr, Now: time.Second + 100*ms},
		"strip":            part.Strip{Hop: tr.Hops[1], Now: time.Hour, Slower: 6712},
		"strip silent":     part.Strip{Hop: tr.Hops[2], Now: time.Hour},
		"strip open":       part.Strip{Hop: tr.Hops[2], Now: tr.Hops[2].SentAt + ms},
		"strip trace":      part.Strip{Trace: tr, Now: time.Hour},
		"no strip":         part.Strip{},
		"ladder":           part.Ladder{Trace: tr, Clock: warp.New(tr), Select: span, Scroll: 2},
		"no ladder":        part.Ladder{},
		"inspector":        part.Inspector{Exchange: exchange(), Answer: true},
		"inspector hex":    part.Inspector{Exchange: exchange(), Hex: true, Scroll: 1},
		"no inspector":     part.Inspector{},
		"events":           part.Events{Events: tr.Events, Selected: 7, Filter: "order"},
		"no events":        part.Events{Selected: -1},
		"latency":          part.Latency{Title: "order:payment", Took: &l.Link("order:payment").Took},
		"latency few":      part.Latency{Took: &c.Link("order:payment").Took},
		"no latency":       part.Latency{},
		"links":            part.Links{Links: l.Links, Select: "order:payment", Scroll: 1},
		"no links":         part.Links{},
		"notices":          part.Notices{Notices: l.Notices, Now: l.At},
		"no notices":       part.Notices{},
		"text":             part.Text{Source: prose, Terms: []string{"response"}},
		"no text":          part.Text{},
	}
}

const prose = "A `404 Not Found` is a *response*, **not** a failure.\n\n- one\n- two which is long enough to wrap\n\n```\nGET /products/101\n```\n## More\n1. first"

// TestNothingIsDrawnOutside draws every part into rectangles of many sizes in
// the middle of a larger grid.
func TestNothingIsDrawnOutside(t *testing.T) {
	th := theme.New(dark)
	sizes := [][2]int{{0, 0}, {1, 1}, {3, 2}, {7, 3}, {12, 5}, {20, 9}, {33, 7}, {54, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}}
	for name, d := range everything() {
		for _, s := range sizes {
			g := grid.New(s[0]+8, s[1]+8)
			g.Fill(g.Bounds(), '#', theme.Plain)
			r := grid.Rect{X: 4, Y: 4, W: s[0], H: s[1]}
			d.Draw(g, r, th)
			for y := 0; y < s[1]+8; y++ {
				for x := 0; x < s[0]+8; x++ {
					if ch, _ := g.At(x, y); ch != '#' && !r.Contains(x, y) {
						t.Errorf("%s in %dx%d: %q at %d,%d", name, s[0], s[1], ch, x-4, y-4)
						x, y = s[0]+8, s[1]+8
					}
				}
			}
		}
	}
}

// TestSameFieldsSameCells draws twice, with and without a plan kept from before.
func TestSameFieldsSameCells(t *testing.T) {
	c, id, _ := checkout()
	th, plan := theme.New(dark), &part.Plan{}
	a, b := grid.New(90, 24), grid.New(90, 24)
	for _, at := range []float64{0.2, 0.9, 0.2} {
		st := c.stage(id, at)
		a.Clear()
		st.Draw(a, a.Bounds(), th)
		st.Plan = plan
		b.Clear()
		st.Draw(b, b.Bounds(), th)
		if a.Encode(th.Palette) != b.Encode(th.Palette) {
			t.Errorf("at %v a kept plan draws something else", at)
		}
	}
}

func TestForeignTextDoesNothing(t *testing.T) {
	const evil = "\x1b]52;c;aGk=\x07\u202e\x9b31m"
	e := exchange()
	e.Response.Start += evil
	e.Response.Lines[0].Name, e.Response.Lines[1].Value = evil, evil
	e.Response.Body = []byte(`{"` + evil + `": "` + evil + `"}`)
	e.Response.Notes = []string{evil}
	s := world("client:order")
	id := s.request(time.Second, evil)
	s.do(id, try{link: "client:order", label: evil, at: time.Second, out: ms, work: ms, home: ms, status: 200})
	s.effect(id, 2*time.Second, "order", evil)
	s.ended(id, 3*time.Second, sim.WasAnswered, evil)
	st := s.stage(id, 0.9)
	tr := s.Trace(id)
	th := theme.New(dark)
	for name, d := range map[string]drawing{
		"stage": st, "inspector": part.Inspector{Exchange: e, Answer: true}, "ladder": part.Ladder{Trace: tr},
		"events": part.Events{Events: tr.Events, Selected: -1, Filter: evil}, "customer": part.Customer{Last: s.Last},
		"strip": part.Strip{Trace: tr, Now: time.Hour}, "text": part.Text{Source: "a " + evil + " *b" + evil + "* `" + evil + "`"},
		"latency": part.Latency{Title: evil, Took: &s.Link("client:order").Took},
	} {
		g := grid.New(100, 30)
		d.Draw(g, g.Bounds(), th)
		for _, line := range g.Lines() {
			for _, r := range line {
				if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
					t.Errorf("%s draws %q", name, r)
				}
			}
		}
	}
}
