package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// mostRows is how many partitions, or groups, the box of a topic lists.
const mostRows = 5

// topics puts the topics into the graph, between who publishes and who subscribed:
//
//	order ──▶ order-created ──▶ email
//	                        ├──▶ analytics
//	                        ╰──▶ loyalty
//
// Where nobody stands between, as with REST, who publishes asks everybody itself.
// At holds the nodes of each service. Where a step names topics, it shows those; a topic
// without anybody at both ends is there only when it is named.
func (g *graph) topics(p *view.Picture, at map[string][]int, show []string) {
	some := slices.ContainsFunc(show, func(name string) bool { return p.Topic(name) != nil })
	for k := range p.Topics {
		t := &p.Topics[k]
		if some && !slices.Contains(show, t.Name) {
			continue
		}
		in := slices.IndexFunc(p.Links, func(l view.Link) bool { return l.ID.To() == t.Name && at[l.ID.From()] != nil })
		heard := slices.ContainsFunc(t.Groups, func(of view.Group) bool { return at[of.Name] != nil })
		switch {
		case in >= 0 && !queued(p.Links[in].Transport):
			g.calls(in, at[p.Links[in].ID.From()], t, at)
			continue
		case (in < 0 || !heard) && !slices.Contains(show, t.Name):
			continue
		}
		n := []int{len(g.nodes)}
		g.nodes = append(g.nodes, node{inst: sim.Instance{Service: t.Name, N: 1}, box: -1, topic: t.Name, rows: rowsOfTopic(p, t), weight: somethingWaits})
		for i, l := range p.Links {
			switch {
			case l.ID.To() == t.Name:
				g.connect(i, at[l.ID.From()], n)
			case l.ID.From() == t.Name && hears(t, l.ID.To()):
				g.connect(i, n, at[l.ID.To()])
			}
		}
	}
}

// calls joins who publishes with everybody who subscribed.
func (g *graph) calls(link int, from []int, t *view.Topic, at map[string][]int) {
	for _, of := range t.Groups {
		g.connect(link, from, at[of.Name])
	}
}

// hears reports whether a service takes part in a topic.
func hears(t *view.Topic, service string) bool {
	return slices.ContainsFunc(t.Groups, func(g view.Group) bool { return g.Name == service })
}

// unused reports whether a link only serves to ask a subscriber by hand, and
// nobody has done so: its wire would cross the whole picture for nothing.
func (g *graph) unused(l *view.Link) bool {
	return l.Sent == 0 && slices.ContainsFunc(g.wires, func(w wire) bool {
		return g.nodes[w.from].topic != "" && g.nodes[w.to].inst.Service == l.ID.To()
	})
}

// rowsOfTopic is how many rows the box of a topic lists: its partitions, or where
// it has none the queues of its groups.
func rowsOfTopic(p *view.Picture, t *view.Topic) int {
	n := len(t.Groups)
	if parted(t, p.Transport(t.Name)) {
		n = len(t.Ends)
	}
	return min(max(n, 1), mostRows)
}

// height is how many rows the box of a node has where service boxes have h.
// Where messages are kept there is more to see than a name.
func (n node) height(h int, large bool) int {
	switch {
	case n.topic != "" && (h >= 3 || large):
		return n.rows + 2
	case n.queue != "" && (h >= 3 || large):
		return queueRows
	default:
		return h
	}
}

// shape is what of a link decides about the layout.
type shape struct {
	link sim.LinkID
	by   string // the transport
	used bool
}

func shapeOf(l *view.Link) shape {
	return shape{l.ID, l.Transport, l.Sent > 0}
}

// form is what of a topic decides about the layout.
type form struct {
	name   string
	rows   int
	groups []string
}

func formsOf(p *view.Picture) (all []form) {
	for i := range p.Topics {
		f := form{name: p.Topics[i].Name, rows: rowsOfTopic(p, &p.Topics[i])}
		for _, g := range p.Topics[i].Groups {
			f.groups = append(f.groups, g.Name)
		}
		all = append(all, f)
	}
	return all
}

// is reports whether a topic still has this form.
func (f form) is(p *view.Picture, t *view.Topic) bool {
	return f.name == t.Name && f.rows == rowsOfTopic(p, t) &&
		slices.EqualFunc(f.groups, t.Groups, func(name string, g view.Group) bool { return name == g.Name })
}
