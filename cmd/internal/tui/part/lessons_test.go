package part

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// scenery is one picture that a learner meets: a step of a lesson, as its lines
// have changed its world by then, or a whole world.
type scenery struct {
	name string
	pic  *view.Picture
	show []string
	busy bool // with traffic on every link, also on those that no line of the step uses
}

// sceneries are all of them.
func sceneries(t *testing.T) (all []scenery) {
	for _, name := range worldfile.Builtin() {
		spec, err := worldfile.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, scenery{"world " + name, pictureOfSpec(spec), nil, false})
	}
	for _, name := range lessons.Names(lessons.Builtin()) {
		all = append(all, ofLesson(t, name)...)
	}
	return all
}

var showWords = regexp.MustCompile(`\{show ([^}]*)\}`)

func ofLesson(t *testing.T, name string) (all []scenery) {
	data, err := fs.ReadFile(lessons.Builtin(), name+"/world.yaml")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := worldfile.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(lessons.Builtin(), name+"/lesson.md")
	if err != nil {
		t.Fatal(err)
	}
	var usual, show []string
	step := ""
	add := func(what string) {
		if step != "" {
			all = append(all, scenery{fmt.Sprintf("%s, %q %s", name, step, what), pictureOfSpec(spec), show, false})
			used := pictureOfSpec(spec)
			for i := range used.Links {
				used.Links[i].Sent = 1
			}
			all = append(all, scenery{fmt.Sprintf("%s, %q %s, with traffic on every link", name, step, what), used, show, true})
		}
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "show: [") && step == "":
			usual = strings.FieldsFunc(strings.TrimPrefix(strings.TrimSpace(line), "show:"), func(r rune) bool { return strings.ContainsRune(" [],", r) })
		case strings.HasPrefix(line, "## "):
			step, show = strings.TrimSpace(line[3:]), usual
			if m := showWords.FindStringSubmatch(line); m != nil {
				show = strings.Fields(m[1])
			}
			add("at its start")
		case len(words) > 2 && (words[0] == "setup" || words[0] == "enter") && change(spec, words[1:]):
			add("after " + strings.Join(words[1:], " "))
		}
	}
	return all
}

// change does to a world what a line of the door does, if that shows in its boxes and links.
func change(spec *sim.WorldSpec, words []string) bool {
	switch {
	case words[0] == "swap" && len(words) > 2:
		for i := range spec.Links {
			if string(spec.Links[i].ID) == words[1] {
				spec.Links[i].Transport = words[2]
				return true
			}
		}
	case words[0] == "scale" && len(words) > 2:
		for i := range spec.Services {
			if n, err := strconv.Atoi(words[2]); err == nil && spec.Services[i].Name == words[1] {
				spec.Services[i].Instances = n
				return true
			}
		}
	case (words[0] == "subscribe" || words[0] == "unsubscribe") && len(words) > 2:
		for i := range spec.Topics {
			t := &spec.Topics[i]
			if t.Name != words[1] {
				continue
			}
			t.To = slices.DeleteFunc(slices.Clone(t.To), func(s string) bool { return s == words[2] })
			if words[0] == "subscribe" {
				t.To = append(t.To, words[2])
			}
			return true
		}
	}
	return false
}

func pictureOfSpec(spec *sim.WorldSpec) *view.Picture {
	pic := view.New(spec)
	for _, s := range spec.Services {
		for n := range max(s.Instances, 1) {
			if s.Kind != "client" {
				pic.Apply(sim.Event{Node: sim.Instance{Service: s.Name, N: n + 1}, Fact: sim.Started{Addr: "127.0.0.1:1"}})
			}
		}
	}
	return pic
}

// areas are where a stage has its boxes: on a screen of 80x24 as low as it gets,
// with a strip, and without; and on one of 120x40.
func areas(s Stage) []grid.Rect {
	return []grid.Rect{
		{W: 80, H: min(max(s.Least(80), 4), 7)},
		{W: 80, H: 7},
		{W: 80, H: 11},
		{W: 76, H: 16},
	}
}

// On every stage of every lesson and world each link is told from the others:
// it has a line, a piece of it that no other link shares, and how it travels
// stands there, or the box that it leads to or from says so. No word that stands on a line is written
// over, and nothing that the step names is missing while there is room.
func TestEveryStageIsReadable(t *testing.T) {
	th := theme.New(theme.Options{})
	for _, sc := range sceneries(t) {
		s := Stage{Picture: sc.pic, Show: sc.show}
		for _, r := range areas(s) {
			g := grid.New(r.W, r.H)
			f := s.frame(g, r, th)
			s.Plan = f.plan
			s.Draw(g, r, th)
			mistakes := slices.Concat(f.unlabelled(g), f.missing(sc.show), f.cut(g), f.twins(g))
			switch {
			case f.wide():
				mistakes = f.unsaid(picture(g))
			case sc.busy:
				mistakes = f.cut(g)
			}
			for _, m := range mistakes {
				t.Errorf("%dx%d %s: %s\n%s", r.W, r.H, sc.name, m, picture(g))
			}
			s.Plan = nil
		}
	}
}

func picture(g *grid.Grid) string {
	b := g.Bounds()
	var out strings.Builder
	for y := range b.H {
		row := ""
		for x := range b.W {
			r, _ := g.At(x, y)
			if r == 0 {
				r = ' '
			}
			row += string(r)
		}
		out.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	return out.String()
}

// unsaid lists what the large drawing of two boxes must say and does not.
func (f *frame) unsaid(screen string) (all []string) {
	for _, want := range []string{f.name(0), f.name(1), TransportWord(f.Picture.Links[f.plan.wires[0].link].Transport)} {
		if !strings.Contains(screen, want) {
			all = append(all, want+" is not there")
		}
	}
	return all
}

// unlabelled lists the links that do not say how they travel on a line of their own.
func (f *frame) unlabelled(g *grid.Grid) (all []string) {
	for i := range f.plan.wires {
		w := &f.plan.wires[i]
		l := f.Picture.Links[w.link]
		sign, _ := f.th.Glyphs.Message(l.Transport)
		piece := ""
		for x := range w.seg.w {
			r, _ := g.At(w.seg.x+x, w.seg.y)
			piece += string(r)
		}
		from, to := f.plan.nodes[w.from], f.plan.nodes[w.to]
		switch {
		case len(w.path) == 0:
			all = append(all, string(l.ID)+" has no line")
		case w.seg.w < 1, w.seg.w < 2 && !from.kept(): // what comes out of a topic or a queue has no word of its own
			all = append(all, fmt.Sprintf("%s has no piece of its own (%d)", l.ID, w.seg.w))
		case from.kept() || to.topic != "" || to.queue != "" && f.plan.rects[w.to].H >= queueRows:
		case !strings.Contains(piece, TransportWord(l.Transport)) && !strings.ContainsRune(piece, sign):
			all = append(all, fmt.Sprintf("%s does not say that it travels by %s: %q", l.ID, l.Transport, piece))
		}
	}
	return all
}

// missing lists what the step names and the stage does not show.
func (f *frame) missing(show []string) (all []string) {
	for _, name := range show {
		there := slices.ContainsFunc(f.plan.nodes, func(n node) bool { return n.inst.Service == name })
		broker := slices.ContainsFunc(f.Picture.Boxes, func(b view.Box) bool { return b.Instance.Service == name && b.Kind == view.Broker })
		if !there && !broker {
			all = append(all, name+" is not there")
		}
	}
	return all
}

// twins lists the queues that have the same title as another one.
func (f *frame) twins(g *grid.Grid) (all []string) {
	titles := map[string]bool{}
	for n, r := range f.plan.rects {
		if f.plan.nodes[n].queue == "" {
			continue
		}
		title := strings.Trim(headOf(g, r), "╭─╮│■▲ 0123456789")
		if titles[title] {
			all = append(all, fmt.Sprintf("two queues are called %q", title))
		}
		titles[title] = true
	}
	return all
}

// headOf is the first row of a rectangle.
func headOf(g *grid.Grid, r grid.Rect) (s string) {
	for x := range r.W {
		c, _ := g.At(r.X+x, r.Y)
		s += string(c)
	}
	return s
}

// cut lists the names that are cut although the stage has columns to spare: all would
// be whole if each column were as wide as its longest name with its frame, and each
// channel as narrow as its wires allow.
func (f *frame) cut(g *grid.Grid) (all []string) {
	need, cut := map[int]int{}, map[int]string{}
	for n, r := range f.plan.rects {
		head, title, around := headOf(g, r), f.name(n), 2
		if f.plan.nodes[n].kept() {
			title = f.plan.nodes[n].title()
		}
		if q := f.plan.nodes[n].queue; q != "" {
			title = f.plan.nodes[n].end()
		}
		switch {
		case r.H >= queueRows:
		case f.plan.nodes[n].queue != "":
			around = 8 // its sign and a number
		case f.plan.nodes[n].topic != "":
			around = 6
		default:
			around = 4
		}
		need[r.X] = max(need[r.X], grid.Width(title)+around)
		if !strings.Contains(head, title) {
			cut[n] = fmt.Sprintf("%q is cut to %q", title, head)
		}
	}
	sum := manyChannel * (len(need) - 1)
	for _, w := range need {
		sum += max(w, minBoxW-4)
	}
	if sum <= f.r.W-2 {
		for _, what := range cut {
			all = append(all, fmt.Sprintf("%s, and all need %d of %d columns", what, sum, f.r.W-2))
		}
	}
	return all
}
