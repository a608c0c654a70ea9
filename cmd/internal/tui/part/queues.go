package part

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Queues is the table of what brokers keep: queues with what waits, what is in
// hand, what came again and what was given up; topics with their partitions, and
// how far each group has read; exchanges with where they lead.
type Queues struct {
	Picture   *view.Picture
	Exchanges []Exchange
	Select    string // the name of a queue; "" = none
}

// Exchange is the exchanges of RabbitMQ and their bindings.
type Exchange struct {
	Name, Kind string
	To         []string // "order:notification"
}

// deadLetters ends the name of a queue in which the dead letters of another lie.
// They are told in its row.
const deadLetters = " dead letters"

// Names lists the queues in the order of their rows: those of groups that read
// partitions only when something of theirs is dead, because the partitions tell
// the rest.
func (q Queues) Names() (names []string) {
	for i := range q.Picture.Queues {
		x := &q.Picture.Queues[i]
		from := sim.LinkID(x.Name).From()
		t := q.Picture.Topic(from)
		told := t != nil && parted(t, q.Picture.Transport(from)) || q.Picture.Topic(x.Name) != nil
		if !strings.HasSuffix(x.Name, deadLetters) && (!told || x.Buried > 0) {
			names = append(names, x.Name)
		}
	}
	return names
}

// Cells of a bar of a queue: three of them are ten times as much.
const (
	queueCells = 12
	queueScale = "1  10 100 1k"
)

// cellsOf is how much of a bar so many messages fill, so that 3 and 3 000 can
// both be seen.
func cellsOf(n int64, cells int) int {
	if n <= 0 || cells <= 0 {
		return 0
	}
	filled := (1 + 3*math.Log10(float64(n))) / queueCells * float64(cells)
	return min(max(int(math.Round(filled)), 1), cells)
}

// depth draws the bar of a queue: what waits is filled, what is in hand is half.
// Where nobody knows what waits there is no bar.
func depth(g *grid.Grid, r grid.Rect, ready, inHand int64) {
	if ready == sim.Unmeasured {
		return
	}
	inHand = max(inHand, 0)
	waits, all := cellsOf(ready, r.W), cellsOf(ready+inHand, r.W)
	if inHand > 0 && all == waits { // few in hand are seen beside many that wait
		all = min(waits+1, r.W)
		waits = min(waits, all-1)
	}
	for x := range r.W {
		switch {
		case x < waits:
			g.Set(r.X+x, r.Y, '▮', theme.Queue)
		case x < all:
			g.Set(r.X+x, r.Y, '▌', theme.Wait)
		default:
			g.Set(r.X+x, r.Y, '▯', theme.Queue)
		}
	}
}

// queueRow is one row of the table.
type queueRow struct {
	queue string                          // the name of the queue it tells of; "" = of none
	draw  func(g *grid.Grid, r grid.Rect) // into one row
}

// Draw draws the rows that fit; the selected one is always among them.
func (q Queues) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.H < 2 || r.W < leastColumns || q.Picture == nil {
		return
	}
	rows := q.rows(r.W, th)
	if len(rows) == 0 {
		g.Text(r.X, r.Y, "no queue yet; t moves a link to a broker", theme.Dim, r.W)
		return
	}
	if below := q.table(r); below.H < r.H {
		y := r.Y + min(below.H, len(rows))
		g.Set(r.X, y, '▮', theme.Queue)
		x := r.X + 2 + g.Text(r.X+2, y, "waits", theme.Dim, r.W-2) + 2
		g.Set(x, y, '▌', theme.Wait)
		g.Text(x+2, y, "unacked"+notToScale, theme.Dim, r.Right()-x-2)
		r = below
	}
	first := q.first(rows, r.H)
	for i := range min(r.H, len(rows)-first) {
		at := grid.Rect{X: r.X, Y: r.Y + i, W: r.W, H: 1}
		if more := len(rows) - first - i; i == r.H-1 && more > 1 {
			g.Text(at.X, at.Y, "and "+strconv.Itoa(more)+" more rows, for which there is no room", theme.Dim, at.W)
			break
		}
		rows[first+i].draw(g, at)
		if name := rows[first+i].queue; name != "" && name == q.Select {
			g.Restyle(at, theme.Lit)
		}
	}
}

// table is the part of r that rows are drawn in: below queues stands what their bars
// mean, where more than one has room.
func (q Queues) table(r grid.Rect) grid.Rect {
	if r.H > 2 && len(q.Names()) > 0 {
		r.H--
	}
	return r
}

// first is the first row drawn.
func (q Queues) first(rows []queueRow, height int) int {
	at := slices.IndexFunc(rows, func(r queueRow) bool { return q.Select != "" && r.queue == q.Select })
	return min(max(at-height+2, 0), max(len(rows)-height, 0))
}

// At is the queue whose row is drawn at y of r; "" for none.
func (q Queues) At(r grid.Rect, y int) string {
	rows, r := q.rows(r.W, nil), q.table(r)
	if i := q.first(rows, r.H) + y - r.Y; y >= r.Y && y < r.Bottom() && i < len(rows) {
		return rows[i].queue
	}
	return ""
}

func (q Queues) rows(width int, th *theme.Theme) (rows []queueRow) {
	names, name := q.Names(), 12
	for _, n := range names {
		name = max(name, grid.Width(sim.Visible(n))+2)
	}
	for _, t := range q.Picture.Topics {
		name = max(name, grid.Width(sim.Visible(t.Name))+2)
	}
	for _, x := range q.Exchanges {
		name = max(name, grid.Width(x.title())+2)
	}
	name = min(name, max(width*2/5, 12))
	if len(names) > 0 {
		rows = append(rows, queueRow{draw: func(g *grid.Grid, r grid.Rect) { queueHead(g, r, name) }})
	}
	for i := range q.Picture.Queues {
		if x := q.Picture.Queues[i]; slices.Contains(names, x.Name) {
			rows = append(rows, queueRow{x.Name, func(g *grid.Grid, r grid.Rect) { oneQueue(g, r, x, name, th) }})
		}
	}
	for i := range q.Picture.Topics {
		if t := &q.Picture.Topics[i]; parted(t, q.Picture.Transport(t.Name)) {
			rows = append(rows, topicRows(t, lab.Can(q.Picture.Transport(t.Name)).Broker, name)...)
		}
	}
	for _, x := range q.Exchanges {
		rows = append(rows, queueRow{draw: func(g *grid.Grid, r grid.Rect) { x.draw(g, r, name) }})
	}
	return rows
}

// byW is the width of the name of a broker.
const byW = 9

// queueColumn is one number of a queue.
type queueColumn struct {
	name  string
	width int
	of    func(view.Queue) int64
	style grid.Style
}

// queueColumns are the numbers that have room in w cells: where it is narrow, how
// often something was handed out again gives way.
func queueColumns(w int) []queueColumn {
	all := []queueColumn{
		{"wait", 8, func(q view.Queue) int64 { return q.Ready }, theme.Text},
		{"unacked", 8, func(q view.Queue) int64 { return q.Unacked }, theme.Wait},
		{"redelivered", 12, func(q view.Queue) int64 { return q.Redelivered }, theme.Wait},
		{"DLQ", 7, func(q view.Queue) int64 { return q.Buried }, theme.Fail},
	}
	need := 0
	for _, c := range all {
		need += c.width
	}
	if need > w {
		return slices.Delete(all, 2, 3)
	}
	return all
}

func queueHead(g *grid.Grid, r grid.Rect, name int) {
	g.Text(r.X, r.Y, "queue", theme.Dim, name)
	g.Text(r.X+name, r.Y, "by", theme.Dim, byW)
	g.Text(r.X+name+byW, r.Y, queueScale, theme.Dim, queueCells)
	x := r.X + name + byW + queueCells + 1
	for _, c := range queueColumns(r.Right() + 1 - x) {
		if x += c.width; x <= r.Right()+1 {
			g.Right(x-1, r.Y, c.name, theme.Dim, c.width-1)
		}
	}
}

func oneQueue(g *grid.Grid, r grid.Rect, q view.Queue, name int, th *theme.Theme) {
	g.Text(r.X, r.Y, sim.Visible(q.Name), theme.Text, name-1)
	g.Text(r.X+name, r.Y, sim.Visible(q.Broker), theme.Dim, byW-1)
	depth(g, grid.Rect{X: r.X + name + byW, Y: r.Y, W: queueCells, H: 1}, q.Ready, q.Unacked)
	x := r.X + name + byW + queueCells + 1
	for _, c := range queueColumns(r.Right() + 1 - x) {
		if x += c.width; x > r.Right()+1 {
			return
		}
		n, style := c.of(q), theme.Dim
		text := number(n)
		if n > 0 {
			style = c.style
			if c.name == "DLQ" {
				text = string(th.Glyphs.Fail) + " " + text
			}
		}
		g.Right(x-1, r.Y, text, style, c.width-1)
	}
	if q.Buried > 0 {
		g.Text(x+2, r.Y, sim.Visible(q.BuriedWhy), theme.Dim, r.Right()-x-2)
	}
}

// topicRows are a head with the lag of every group, and a row a partition.
func topicRows(t *view.Topic, broker string, name int) (rows []queueRow) {
	rows = append(rows, queueRow{draw: func(g *grid.Grid, r grid.Rect) {
		g.Text(r.X, r.Y, sim.Visible(t.Name), theme.Text, name-1)
		g.Text(r.X+name, r.Y, sim.Visible(broker), theme.Dim, byW-1)
		lags(g, grid.Rect{X: r.X + name + byW, Y: r.Y, W: r.W - name - byW, H: 1}, t)
	}})
	for p := range t.Ends {
		rows = append(rows, queueRow{draw: func(g *grid.Grid, r grid.Rect) {
			g.Text(r.X+2, r.Y, "partition", theme.Dim, name-3)
			const w = 36
			track(g, grid.Rect{X: r.X + name, Y: r.Y, W: min(w, r.W-name), H: 1}, t, p)
			x := r.X + name + w + 2
			g.Text(x, r.Y, fitting(r.Right()-x, holders(t, p), ""), theme.Dim, r.Right()-x)
		}})
	}
	return rows
}

// lags writes how much each group of a topic has not handled yet, with its letter.
func lags(g *grid.Grid, r grid.Rect, t *view.Topic) {
	signs, width := letters(t), 0
	for _, of := range t.Groups {
		width += grid.Width(of.Name) + len(number(t.Lag(of))) + 6
	}
	x := r.X + g.Text(r.X, r.Y, "lag", theme.Dim, r.W) + 2
	for i, of := range t.Groups {
		lag, style := t.Lag(of), theme.Dim
		if lag > 0 {
			style = theme.Wait
		}
		text := string(signs[i]) + " "
		if width+3 <= r.W {
			text += sim.Visible(of.Name) + " "
		}
		x += g.Text(x, r.Y, text+number(lag), style, r.Right()-x) + 3
	}
}

// holders names the instances that have a partition.
func holders(t *view.Topic, p int) string {
	var all []string
	for _, of := range t.Groups {
		if p < len(of.Holder) && of.Holder[p] != "" {
			all = append(all, sim.Visible(of.Holder[p]))
		}
	}
	if len(all) == 0 {
		return "no consumer"
	}
	return strings.Join(all, ", ")
}

func (x Exchange) title() string { return orElse(x.Name, "default exchange") }

func (x Exchange) draw(g *grid.Grid, r grid.Rect, name int) {
	g.Text(r.X, r.Y, x.title(), theme.Text, name-1)
	g.Text(r.X+name, r.Y, sim.Visible(x.Kind), theme.Dim, byW-1)
	at := r.X + name + byW
	text := "→ " + sim.Visible(strings.Join(x.To, ", "))
	if grid.Width(text) > r.Right()-at {
		text = "→ " + strconv.Itoa(len(x.To)) + " queues"
	}
	g.Text(at, r.Y, text, theme.Text, r.Right()-at)
}
