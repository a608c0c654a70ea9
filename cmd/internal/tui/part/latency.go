package part

import (
	"math"
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Latency is a histogram of how long answered attempts took, on a logarithmic
// axis. Under enough samples the 99th percentile says nothing, so it is
// replaced by the slowest.
type Latency struct {
	Title string // "order:payment"
	Took  *view.Histogram
}

// enough samples for a 99th percentile: one of them lies beyond it.
const enough = 100

// Draw draws the histogram: title, bars, axis with ticks, percentiles.
func (l Latency) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.H < 2 {
		return
	}
	if l.Took == nil || l.Took.Count() == 0 {
		g.Text(r.X, r.Y, "no response yet", theme.Dim, r.W)
		return
	}
	head := "times of " + number(l.Took.Count()) + " responses"
	if l.Took.Count() == 1 {
		head = "time of 1 response"
	}
	g.Text(r.X, r.Y, head, theme.Dim, r.W)
	if t := sim.Visible(l.Title); len(head)+2+grid.Width(t) < r.W {
		g.Right(r.Right(), r.Y, t, theme.Title, r.W)
	}
	if r.H < 7 {
		l.numbers(g, r.X, r.Y+1, r.W)
		return
	}
	a := l.axis(grid.Rect{X: r.X + 6, Y: r.Bottom() - 3, W: r.W - 7, H: 2})
	l.bars(g, a, grid.Rect{X: a.r.X, Y: r.Y + 1, W: a.r.W, H: r.H - 4})
	a.draw(g)
	for _, p := range []float64{0.5, 0.9, 0.99} {
		if p < 0.6 || l.Took.Count() >= enough {
			g.Set(a.x(l.Took.Quantile(p)), a.r.Y, '▲', theme.Accent)
		}
	}
	l.numbers(g, r.X, r.Bottom()-1, r.W)
}

// numbers writes the percentiles, or the slowest where there are few samples.
func (l Latency) numbers(g *grid.Grid, x, y, w int) {
	end := x + w
	put := func(name string, d time.Duration, st grid.Style) {
		text := sim.Human(d)
		if x+grid.Width(name)+1+grid.Width(text) > end {
			return
		}
		x += g.Text(x, y, name+" ", theme.Dim, end-x)
		g.Text(x, y, text, st, end-x)
		x += 7 + 2
	}
	n := l.Took.Count()
	if n < enough {
		put("▲ p50", l.Took.Quantile(0.5), theme.Accent)
		put("slowest of "+number(n), l.Took.Max(), theme.Text)
		return
	}
	put("▲ p50", l.Took.Quantile(0.5), theme.Accent)
	put("p90", l.Took.Quantile(0.9), theme.Accent)
	put("p99", l.Took.Quantile(0.99), theme.Accent)
	put("max", l.Took.Max(), theme.Text)
}

// axis maps durations to columns, logarithmically.
type axis struct {
	r        grid.Rect // its line, and the row of its labels
	from, to float64   // logarithms of seconds
}

// axis covers what was measured, at least a decade.
func (l Latency) axis(r grid.Rect) axis {
	bs := l.Took.Buckets()
	from := math.Log10(max(bs[0].From, time.Microsecond).Seconds())
	to := math.Log10(max(bs[len(bs)-1].To, 2*time.Microsecond).Seconds())
	if to-from < 1 {
		mid := (from + to) / 2
		from, to = max(mid-0.5, -6), max(mid-0.5, -6)+1
	}
	return axis{r, from, to}
}

// at is where on the axis a duration lies, in columns.
func (a axis) at(d time.Duration) float64 {
	return (math.Log10(max(d.Seconds(), 1e-6)) - a.from) / (a.to - a.from) * float64(a.r.W)
}

func (a axis) x(d time.Duration) int {
	return a.r.X + min(max(int(a.at(d)), 0), a.r.W-1)
}

// share gives each column the part of a bucket that lies in it.
func (a axis) share(cols []float64, b view.Bucket) {
	from, to := a.at(b.From), a.at(b.To)
	for x := max(int(from), 0); x < len(cols) && float64(x) < to; x++ {
		part := min(to, float64(x+1)) - max(from, float64(x))
		cols[x] += float64(b.Count) * part / (to - from)
	}
}

// draw draws the line, and a tick with its unit at 1, 2 and 5 of every decade
// where there is room.
func (a axis) draw(g *grid.Grid) {
	for x := a.r.X; x < a.r.Right(); x++ {
		g.Set(x, a.r.Y, '─', theme.Rule)
	}
	free := a.r.X - 4
	for decade := -6; decade <= 2; decade++ {
		for _, m := range []float64{1, 2, 5} {
			s := m * math.Pow(10, float64(decade))
			if l := math.Log10(s); l < a.from-1e-9 || l > a.to+1e-9 {
				continue
			}
			d := time.Duration(math.Round(s * 1e9))
			x, text := a.x(d), tick(d)
			if left := x - grid.Width(text)/2; left > free && left+grid.Width(text) <= a.r.Right()+1 {
				g.Set(x, a.r.Y, '┬', theme.Rule)
				g.Text(left, a.r.Y+1, text, theme.Dim, 8)
				free = left + grid.Width(text) + 1
			}
		}
	}
}

// tick is a round duration: "20 µs", "0.5 ms", "2 s".
func tick(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + " µs"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	default:
		return strconv.FormatInt(int64(d/time.Second), 10) + " s"
	}
}

// eighths are bars of one to eight eighths of a cell.
var eighths = [...]rune{' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'}

// bars draws a bar for every column, the highest as high as there is room.
func (l Latency) bars(g *grid.Grid, a axis, r grid.Rect) {
	cols := make([]float64, r.W)
	for _, b := range l.Took.Buckets() {
		a.share(cols, b)
	}
	most := 0.0
	for _, c := range cols {
		most = max(most, c)
	}
	for x, c := range cols {
		n := int(math.Ceil(c / most * float64(r.H) * 8))
		for y := 0; n > 0; y++ {
			g.Set(r.X+x, r.Bottom()-1-y, eighths[min(n, 8)], theme.REST)
			n -= 8
		}
	}
	g.Right(r.X-1, r.Y, number(int64(math.Ceil(most))), theme.Dim, 5)
	g.Right(r.X-1, r.Bottom()-1, "0", theme.Dim, 5)
}
