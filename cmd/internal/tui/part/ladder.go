package part

import (
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Ladder is one request as a sequence diagram: a line for everybody who took
// part, a rung for everything that was said, the real and the shown time of each.
//
//	client        order            payment           real ms    shown
//	   │──POST /orders─►│               │              0.000   0.00 s
//	   │                │──Charge  1───►│              0.094   0.33 s
//	   │                │       × no answer in 250 ms  250.3   2.17 s
//	   │                │··waits 102 ms··              352.6   2.57 s
type Ladder struct {
	Trace  *view.Trace
	Clock  *warp.Clock   // for the shown times; nil leaves them out
	Now    time.Duration // the real moment that is shown; later rungs are not drawn. 0 = all
	Scroll int           // the first rung drawn
	Select sim.SpanID
}

// Len is how many rungs there are.
func (l Ladder) Len() int { return len(l.rungs()) }

// Draw draws the ladder, its heads in the first row.
func (l Ladder) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if l.Trace == nil || r.H < 2 || r.W < leastColumns {
		return
	}
	rs := l.rungs()
	times := 11
	if l.Clock != nil {
		times = 20
	}
	if r.W < 50 {
		times = 11
	}
	lanes, clock := r.SplitRight(times)
	d := ladder{Ladder: l, g: g, th: th, lanes: lanes, clock: clock, who: l.lines()}
	d.n = min(len(d.who), max(lanes.W/leastLane, 2))
	d.heads()
	rows := r.H - 1
	for i := range rows {
		y := r.Y + 1 + i
		d.posts(y)
		if n := l.Scroll + i; n >= 0 && n < len(rs) {
			d.rung(rs[n], y)
		}
	}
}

// ladder is one drawing of a Ladder.
type ladder struct {
	Ladder
	g            *grid.Grid
	th           *theme.Theme
	lanes, clock grid.Rect
	who          []sim.Instance
	n            int // lines drawn; the last one stands for all that have no room
}

// leastLane is the least distance of two lines.
const leastLane = 9

// lane is the distance of two lines.
func (d *ladder) lane() int { return min((d.lanes.W-2)/max(d.n, 1), 30) }

// x is the column of the line of who[i].
func (d *ladder) x(i int) int {
	return d.lanes.X + d.lane()/2 + min(max(i, 0), d.n-1)*d.lane()
}

func (d *ladder) heads() {
	w := d.lane()
	for i, who := range d.who[:d.n] {
		name := sim.Visible(who.String())
		if more := len(d.who) - d.n; more > 0 && i == d.n-1 {
			name = strconv.Itoa(more+1) + " others"
		}
		d.g.Center(d.x(i)-w/2, d.lanes.Y, name, theme.Title, w-1)
	}
	d.g.Right(d.clock.X+11, d.clock.Y, "real ms", theme.Dim, 10)
	if d.clock.W >= 20 {
		d.g.Right(d.clock.Right(), d.clock.Y, "shown", theme.Dim, 8)
	}
}

// posts draws the line of everybody.
func (d *ladder) posts(y int) {
	for i := range d.n {
		d.g.Set(d.x(i), y, '│', theme.Rule)
	}
}

func (d *ladder) rung(r rung, y int) {
	if d.Select != 0 && r.span == d.Select {
		all := grid.Rect{X: d.lanes.X, Y: y, W: d.lanes.W + d.clock.W, H: 1}
		defer d.g.Restyle(all, theme.Lit)
	}
	d.times(r, y)
	a, b := d.x(r.from), d.x(r.to)
	room := d.lanes.Right() - 1
	switch r.kind {
	case arrow, broken:
		if a == b { // both have no line of their own
			d.note(a+2, y, room-a-2, r.text, r.style)
			return
		}
		d.arrow(r, a, b, y)
	case cross:
		mid := (a + b) / 2
		if b < a {
			mid = b + 2
		}
		d.g.Set(mid, y, d.th.Glyphs.Fail, r.style)
		d.note(mid+2, y, room-mid-2, r.text, r.style)
	case pause:
		d.g.Set(a+1, y, d.th.Glyphs.Faint, r.style)
		d.g.Set(a+2, y, d.th.Glyphs.Faint, r.style)
		d.note(a+3, y, room-a-3, r.text, r.style)
	case effect:
		d.g.Set(a, y, d.th.Glyphs.Dot, r.style)
		d.note(a+2, y, room-a-2, r.text, r.style)
	}
}

// note writes a text over the lines it crosses, with a blank behind it.
func (d *ladder) note(x, y, w int, s string, st grid.Style) {
	n := d.g.Text(x, y, s, st, w)
	if n < w {
		if r, _ := d.g.At(x+n, y); r != '│' {
			d.g.Set(x+n, y, ' ', theme.Plain)
		}
	}
}

// arrow draws a message from column a to column b; a broken one stops half-way.
func (d *ladder) arrow(r rung, a, b, y int) {
	step, head := 1, d.th.Glyphs.Right
	if b < a {
		step, head = -1, d.th.Glyphs.Left
	}
	n := abs(b-a) - 1
	for i := 1; i <= n; i++ {
		ch := '─'
		if r.kind == broken && i > n*2/3 {
			ch = d.th.Glyphs.Faint
		}
		d.g.Set(a+i*step, y, ch, theme.Edge)
	}
	if r.kind == arrow && n > 0 {
		d.g.Set(b-step, y, head, theme.Edge)
	}
	if n > 4 {
		left := min(a, b) + 2
		d.g.Center(left, y, fitting(n-2, r.text, cutVerb(r.text)), r.style, n-2)
	}
}

// cutVerb leaves out the method of a label, or the words of a status.
func cutVerb(s string) string {
	for i := range len(s) {
		if s[i] == ' ' {
			if s[0] >= '0' && s[0] <= '9' {
				return s[:i]
			}
			return s[i+1:]
		}
	}
	return s
}

// times writes the real and the shown time of a rung, since the request began.
func (d *ladder) times(r rung, y int) {
	real := float64(r.at-d.Trace.BeganAt) / float64(time.Millisecond)
	d.g.Right(d.clock.X+11, y, strconv.FormatFloat(real, 'f', 3, 64), theme.Text, 10)
	if d.Clock != nil && d.clock.W >= 20 {
		shown := d.Clock.Shown(r.at).Seconds()
		d.g.Right(d.clock.Right(), y, strconv.FormatFloat(max(shown, 0), 'f', 2, 64)+" s", theme.Dim, 8)
	}
}
