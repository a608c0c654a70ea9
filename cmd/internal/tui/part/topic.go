package part

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/view"
)

// topic draws the box of a topic. In Kafka it is a log in partitions: each is a
// row that ends with the offset written next, and every group is a letter at the
// place up to which it has read. Elsewhere each group has a queue of its own.
//
//	╭─ order-created ──────╮   ╭─ order-created ──────╮
//	│ 0 ──────e──────a│ 204│   │ email     ▮▮▮▌▯▯  12 │
//	│ 1 ────────────ea│ 188│   │ analytics ▯▯▯▯▯▯   0 │
//	╰────────────── kafka ─╯   ╰─────────────── nats ─╯
func (f *frame) topic(r grid.Rect, n int) {
	t := f.Picture.Topic(f.plan.nodes[n].topic)
	if t == nil {
		return
	}
	id := f.linkOf(n)
	transport := f.transport(id)
	sign, edge := f.th.Glyphs.Message(transport)
	title := theme.Text
	if f.Select.Link == id && id != "" {
		edge, title = theme.Accent, theme.Accent
	}
	f.g.Fill(r, ' ', theme.Plain)
	if r.H < 3 {
		f.sides(r, edge)
		f.g.Set(r.X+2, r.Y, sign, edge)
		text, style := f.keptState(transport, "")
		if text == "" {
			style = title
		}
		f.g.Text(r.X+4, r.Y, sim.Visible(t.Name), style, r.W-6)
		if at := r.X + 4 + grid.Width(sim.Visible(t.Name)) + 1; at+grid.Width(text) <= r.Right()-1 {
			f.g.Text(at, r.Y, text, style, r.Right()-1-at)
		}
		return
	}
	f.g.Box(r, edge, sim.Visible(t.Name), title)
	in := grid.Rect{X: r.X + 2, Y: r.Y + 1, W: r.W - 4, H: r.H - 2}
	if r.W < 18 {
		in.X, in.W = r.X+1, r.W-2
	}
	if parted(t, transport) {
		f.partitions(in, t)
	} else {
		f.groups(in, t)
	}
	f.keptBy(r, t, transport)
}

// parted reports whether a topic is a log in partitions, as it now travels.
func parted(t *view.Topic, transport string) bool {
	return lab.Can(transport).Groups && len(t.Ends) > 0
}

// keptBy writes into the lower edge of a topic what of it is dead, and who keeps
// it, or that its partitions change hands.
func (f *frame) keptBy(r grid.Rect, t *view.Topic, transport string) {
	room := r.W - 6
	if dead := f.dead(t); dead > 0 {
		sign := string(f.th.Glyphs.Fail) + " " + thousands(dead)
		said := fitting(room/2, sign+" dead", sign)
		f.g.Text(r.X+2, r.Bottom()-1, " "+said+" ", theme.Fail, grid.Width(said)+2)
		room -= grid.Width(said) + 3
	}
	text, style := f.keptState(transport, sim.Visible(transport)+" ")
	runs := text == ""
	if runs {
		text, style = keeper(sim.Visible(transport), f.Picture.Box(sim.Instance{Service: engine(transport), N: 1}), room)
	}
	text = fitting(room, text, strings.Replace(text, sim.Visible(transport)+" ", "", 1))
	if g := f.shared(t); g != nil && runs {
		name := sim.Visible(g.Name)
		text, style = fitting(room, name+" rebalances", "rebalances", "anew"), theme.Accent
	}
	if w := grid.Width(text) + 2; w > 2 && w-2 <= room {
		f.g.Text(r.Right()-2-w, r.Bottom()-1, " "+text+" ", style, w)
	}
}

// keptState is the state of the broker of a transport, with a name before it; "" when
// it runs.
func (f *frame) keptState(transport, name string) (string, grid.Style) {
	b := f.Picture.Box(sim.Instance{Service: engine(transport), N: 1})
	switch {
	case b != nil && b.State == view.Down:
		return string(f.th.Glyphs.Fail) + " " + name + orElse(b.Why, "stopped"), theme.Fail
	case b != nil && b.State == view.Standing:
		return string(f.th.Glyphs.Paused) + " " + name + "paused", theme.Wait
	}
	return "", theme.Dim
}

// dead is how many dead letters of a topic and of its groups there are.
func (f *frame) dead(t *view.Topic) (n int64) {
	for i := range f.Picture.Queues {
		q := &f.Picture.Queues[i]
		if q.Name == t.Name || sim.LinkID(q.Name).From() == t.Name {
			n += max(q.Buried, 0)
		}
	}
	return n
}

// shared is the group whose partitions changed hands a moment ago; nil when none.
func (f *frame) shared(t *view.Topic) *view.Group {
	var newest *view.Group
	for i := range t.Groups {
		g := &t.Groups[i]
		if g.Shared != 0 && f.Picture.At-g.Shared <= fresh && (newest == nil || g.Shared > newest.Shared) {
			newest = g
		}
	}
	return newest
}

// partitions lists the partitions: their ends and how far each group has read, or
// while a group shares them out anew, who has them.
func (f *frame) partitions(r grid.Rect, t *view.Topic) {
	anew := f.shared(t)
	for p := range min(r.H, len(t.Ends)) {
		row := grid.Rect{X: r.X, Y: r.Y + p, W: r.W, H: 1}
		switch {
		case p == r.H-1 && len(t.Ends) > r.H:
			f.g.Text(row.X, row.Y, "and "+strconv.Itoa(len(t.Ends)-p)+" more", theme.Dim, row.W)
		case anew != nil:
			who, style := "nobody", theme.Wait
			if p < len(anew.Holder) && anew.Holder[p] != "" {
				who, style = sim.Visible(anew.Holder[p]), theme.Accent
			}
			x := row.X + f.g.Text(row.X, row.Y, strconv.Itoa(p)+" → ", theme.Dim, row.W)
			f.g.Text(x, row.Y, who, style, row.Right()-x)
		default:
			track(f.g, row, t, p)
		}
	}
}

// track draws one partition: its number, a track with the letters of the groups,
// and the offset that is written next. The further left a letter, the more the
// group has not handled yet: three cells are ten times as much.
func track(g *grid.Grid, r grid.Rect, t *view.Topic, p int) {
	x := r.X + g.Text(r.X, r.Y, strconv.Itoa(p), theme.Dim, r.W) + 1
	written, cells := number, 0
	if r.W < 16 {
		written = thousands
	}
	for _, end := range t.Ends {
		cells = max(cells, len(written(end)))
	}
	to := r.Right() - cells - 2
	g.Right(r.Right(), r.Y, written(t.Ends[p]), theme.Text, cells)
	if to-x < 2 {
		return
	}
	for c := x; c < to; c++ {
		g.Set(c, r.Y, '─', theme.Edge)
	}
	g.Set(to, r.Y, '│', theme.Stream)
	signs, taken := letters(t), map[int]bool{}
	for i, group := range t.Groups {
		if p >= len(group.Next) {
			continue
		}
		lag := t.Ends[p] - group.Next[p]
		at := to - 1 - min(cellsOf(lag, queueCells), to-1-x)
		for taken[at] && at > x {
			at--
		}
		style := theme.Stream
		if lag > 0 {
			style = theme.Wait
		}
		taken[at] = true
		g.Set(at, r.Y, signs[i], style)
	}
}

// letters gives every group of a topic a letter of its own: the first of its name
// that no other has.
func letters(t *view.Topic) []rune {
	taken, all := map[rune]bool{}, make([]rune, len(t.Groups))
	for i, g := range t.Groups {
		all[i] = '?'
		for _, r := range strings.ToLower(g.Name) + "123456789" {
			if r > ' ' && r < 0x7f && !taken[r] {
				taken[r], all[i] = true, r
				break
			}
		}
	}
	return all
}

// groups lists the groups of a topic with what waits for each.
func (f *frame) groups(r grid.Rect, t *view.Topic) {
	name := 0
	for _, g := range t.Groups {
		name = max(name, grid.Width(g.Name))
	}
	if len(t.Groups) == 0 {
		f.g.Text(r.X, r.Y, fitting(r.W, "no subscriber", "no subscriber"), theme.Dim, r.W)
	}
	cells := 0
	for _, g := range t.Groups {
		cells = max(cells, grid.Width(waiting(f.queueOf(sim.Link(t.Name, g.Name)), r.W/2)))
	}
	name = min(name, r.W-cells-1)
	w := r.W - name - 1
	for i := range min(r.H, len(t.Groups)) {
		f.g.Text(r.X, r.Y+i, sim.Visible(t.Groups[i].Name), theme.Text, name)
		q := f.queueOf(sim.Link(t.Name, t.Groups[i].Name))
		f.gauge(grid.Rect{X: r.X + name + 1, Y: r.Y + i, W: w, H: 1}, q, cells)
	}
}

// behind says on a wire out of a topic how much its group has not handled yet:
// with its letter where the topic has partitions.
func (f *frame) behind(w *wire, room int) badge {
	t := f.Picture.Topic(f.plan.nodes[w.from].topic)
	group := f.Picture.Links[w.link].ID.To()
	if t == nil || !parted(t, f.Picture.Links[w.link].Transport) {
		return badge{}
	}
	for i, g := range t.Groups {
		if g.Name != group || len(g.Next) == 0 {
			continue
		}
		lag, letter, style := t.Lag(g), string(letters(t)[i]), theme.Dim
		if lag > 0 {
			style = theme.Wait
		}
		return badge{fitting(room, letter+" lag "+number(lag), letter+" "+thousands(lag)), style}
	}
	return badge{}
}
