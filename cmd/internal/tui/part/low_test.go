package part

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// lowStage is one on which boxes have one row.
func lowStage(t *testing.T, pic *view.Picture, w, h int) string {
	t.Helper()
	g := grid.New(w, h)
	Stage{Picture: pic}.Draw(g, g.Bounds(), theme.New(theme.Options{}))
	return picture(g)
}

func chain(links ...string) *view.Picture {
	spec := &sim.WorldSpec{Services: []sim.ServiceSpec{{Name: "client", Kind: "client"}}}
	for _, l := range links {
		id, by, _ := strings.Cut(l, " ")
		spec.Links = append(spec.Links, sim.LinkSpec{ID: sim.LinkID(id), Transport: by})
		spec.Services = append(spec.Services, sim.ServiceSpec{Name: sim.LinkID(id).To()})
	}
	return pictureOfSpec(spec)
}

// A box of one row says what failed, beside what was answered or instead of it.
func TestALowBoxSaysWhatFailed(t *testing.T) {
	pic := chain("client:order rest", "order:payment grpc")
	pic.Boxes[0].Counts = view.Counts{Answered: 251, Failed: 3000}
	pic.Boxes[1].Counts = view.Counts{Answered: 12, Failed: 1}
	pic.Faults = []view.Fault{{ID: "f1", Node: sim.Instance{Service: "payment"}}}
	pic.Links[1].Breaker = "open"
	for _, w := range []int{60, 80, 120} {
		screen := lowStage(t, pic, w, 4)
		for _, want := range []string{"×3000", "×1", "OPEN", "× f1"} {
			if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(screen, "× 3,000", "×3000"), "× 1", "×1"), want) {
				t.Errorf("%d columns: no %q in\n%s", w, want, screen)
			}
		}
	}
}

// Where rows are few, further instances that do nothing of note are left out first,
// and what is left out is named. A queue in which messages wait stays, and so does
// an instance that was killed.
func TestWhatMattersIsKept(t *testing.T) {
	pic := chain("client:order rest", "order:notification rabbitmq", "order:mail rest", "order:stock rest")
	for n := 2; n <= 7; n++ {
		pic.Apply(sim.Event{Node: sim.Instance{Service: "notification", N: n}, Fact: sim.Started{}})
	}
	pic.Apply(sim.Event{Node: sim.Instance{Service: "notification", N: 5}, Fact: sim.Stopped{Cause: "killed"}})
	pic.Queues = append(pic.Queues, view.Queue{Name: "order:notification", Ready: 158})
	for h := 4; h <= 7; h++ {
		screen := lowStage(t, pic, 80, h)
		for _, want := range []string{"158", "#5 ×", "mail", "stock", "more: notification#"} {
			if !strings.Contains(screen, want) {
				t.Errorf("%d rows: no %q in\n%s", h, want, screen)
			}
		}
	}
}

// Lines that only cross are not joined, and lines that lead to one box have a
// piece each before they meet.
func TestLinesOfTheirOwn(t *testing.T) {
	pic := chain("client:web rest", "client:order grpc", "web:order rest")
	for _, size := range [][2]int{{80, 5}, {80, 12}, {120, 20}} {
		screen := lowStage(t, pic, size[0], size[1])
		if n := strings.Count(screen, "gRPC ") + strings.Count(screen, "gRPC─"); n < 1 || strings.Count(screen, "REST") < 2 {
			t.Errorf("%v: not every link says how it travels:\n%s", size, screen)
		}
	}
	crossing := []wire{{path: straight(nil, 0, 4, 2)}, {path: []point{{2, 0}, {2, 1}, {2, 2}, {2, 3}, {2, 4}}}}
	for _, m := range marks(crossing) {
		if m.point == (point{2, 2}) && m.r != '│' {
			t.Errorf("lines that cross are drawn as %c", m.r)
		}
	}
}

// Nothing that moves stands on the words of a line, wherever it is.
func TestNothingMovesOverWords(t *testing.T) {
	th, said := theme.New(theme.Options{}), 0
	for _, sc := range sceneries(t) {
		r := grid.Rect{W: 80, H: 11}
		g := grid.New(r.W, r.H)
		f := Stage{Picture: sc.pic, Show: sc.show, Beat: time.Minute}.frame(g, r, th)
		for i := range f.plan.wires {
			f.wire(&f.plan.wires[i])
		}
		before := picture(g)
		for i := range f.plan.wires {
			w := &f.plan.wires[i]
			if len(w.path) == 0 || f.wide() {
				continue
			}
			f.dots(w.path, 1, 0.5, theme.REST)
			for at := range w.path {
				f.glyph(w.path, at, -1, '●', theme.REST, &view.Hop{Try: 2}, false)
			}
		}
		after := []rune(picture(g))
		for y, line := range strings.Split(before, "\n") {
			for x, c := range []rune(line) {
				if c >= 'A' && c <= 'z' {
					said++
					if now, _ := g.At(x, y); now != c {
						t.Errorf("%s: %c is overwritten by %c\n%s\n%s", sc.name, c, now, before, string(after))
					}
				}
			}
		}
	}
	if said < 1000 {
		t.Errorf("only %d letters stand on lines", said)
	}
}

// Where a step names topics, only those are boxes; else all between who is shown.
func TestAStepMayNameItsTopics(t *testing.T) {
	pic := pictureOfSpec(&sim.WorldSpec{
		Services: []sim.ServiceSpec{{Name: "order"}, {Name: "email"}},
		Topics:   []sim.TopicSpec{{Name: "created", To: []string{"email"}}, {Name: "declined", To: []string{"email"}}},
		Links:    []sim.LinkSpec{{ID: "order:created", Transport: "nats"}, {ID: "order:declined", Transport: "nats"}},
	})
	for _, c := range []struct{ show, there []string }{
		{[]string{"order", "email"}, []string{"created", "declined"}},
		{[]string{"order", "declined", "email"}, []string{"declined"}},
	} {
		var topics []string
		for _, n := range graphOf(pic, c.show, true).nodes {
			if n.topic != "" {
				topics = append(topics, n.topic)
			}
		}
		if !slices.Equal(topics, c.there) {
			t.Errorf("of %q these topics are shown: %q", c.show, topics)
		}
	}
}

// The names of boxes of one row are whole where they have room without the sign of what
// went well, and a queue keeps its name beside its number.
func TestALowBoxKeepsItsName(t *testing.T) {
	spec, err := worldfile.Load("mail")
	if err != nil {
		t.Fatal(err)
	}
	pic := pictureOfSpec(spec)
	for h := 3; h <= 6; h++ {
		screen := lowStage(t, pic, 80, h)
		for _, want := range []string{"│ notification ", "■ notification 0", "payment 0", "inventory"} {
			if !strings.Contains(screen, want) {
				t.Errorf("%d rows: no %q in\n%s", h, want, screen)
			}
		}
	}
	pic.Queues = append(pic.Queues, view.Queue{Name: "order:notification", Ready: 12345})
	pic.Boxes[len(pic.Boxes)-1].Counts.Failed = 3
	if screen := lowStage(t, pic, 80, 5); !strings.Contains(screen, "■ notif") || !strings.Contains(screen, " 12k ") || !strings.Contains(screen, "×") {
		t.Errorf("no name, no number or no failure in\n%s", screen)
	}
}

// The bars of queues are not to scale, and the line below the stage says so.
func TestTheBarsOfQueuesSayTheyAreNotToScale(t *testing.T) {
	if cellsOf(20, 40) == 2*cellsOf(10, 40) {
		t.Error("they are to scale")
	}
	pic := chain("client:order rest", "order:notification rabbitmq")
	short := chain("order:notification rabbitmq") // its signs count what is accepted and handled, in longer words
	for _, c := range []struct {
		pic  *view.Picture
		w    int
		want string
	}{{pic, 80, "unacked (not to scale)"}, {pic, 120, "unacked (not to scale)"}, {short, 76, "unacked (no scale)"}, {short, 80, "unacked (no"}} {
		if screen := lowStage(t, c.pic, c.w, 9); !strings.Contains(screen, c.want) {
			t.Errorf("%q is not said in\n%s", c.want, screen)
		}
	}
}

var countOf = regexp.MustCompile(`([✓×])( ?\d)?`)

// What succeeded and what failed can both be read on every stage of every lesson, and
// no sign of them stands without its number.
func TestEveryCountHasItsNumber(t *testing.T) {
	th := theme.New(theme.Options{})
	for _, sc := range sceneries(t) {
		for i := range sc.pic.Boxes {
			sc.pic.Boxes[i].Counts = view.Counts{Answered: 1234, Failed: 197}
		}
		for _, r := range areas(Stage{Picture: sc.pic, Show: sc.show}) {
			g := grid.New(r.W, r.H)
			f := Stage{Picture: sc.pic, Show: sc.show}.frame(g, r, th)
			for n, b := range f.plan.rects {
				if f.plan.nodes[n].kept() || f.boxOf(n) == nil || f.wide() {
					continue
				}
				f.box(n)
				said := ""
				for y := range b.H {
					said += headOf(g, grid.Rect{X: b.X, Y: b.Y + y, W: b.W, H: 1}) + "\n"
				}
				signs := ""
				for _, m := range countOf.FindAllStringSubmatch(said, -1) {
					if signs += m[1]; m[2] == "" {
						t.Errorf("%dx%d %s: a sign without its number:\n%s", r.W, r.H, sc.name, said)
					}
				}
				if signs != "✓×" && b.W >= 4+leastName+1+len("1234x197")+1 {
					t.Errorf("%dx%d %s: not both counts:\n%s", r.W, r.H, sc.name, said)
				}
			}
		}
	}
}
