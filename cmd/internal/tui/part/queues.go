package part

import (
	"math"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Queues is the table of queues: what waits, what is being worked on, what came
// again and what was given up.
type Queues struct {
	Queues []view.Queue
	Scroll int
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
func depth(g *grid.Grid, r grid.Rect, ready, inHand int64) {
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

// Draw draws a row a queue.
func (q Queues) Draw(g *grid.Grid, r grid.Rect, _ *theme.Theme) {
	if r.H < 2 || r.W < leastColumns {
		return
	}
	if len(q.Queues) == 0 {
		g.Text(r.X, r.Y, "no queue has been heard of; t moves a link to a broker", theme.Dim, r.W)
		return
	}
	name := 12
	for i := range q.Queues {
		name = max(name, grid.Width(sim.Visible(q.Queues[i].Name))+2)
	}
	name = min(name, max(r.W/3, 12))
	cols := []struct {
		name  string
		width int
		of    func(view.Queue) int64
		style grid.Style
	}{
		{"wait", 9, func(q view.Queue) int64 { return q.Ready }, theme.Text},
		{"in work", 9, func(q view.Queue) int64 { return q.Unacked }, theme.Text},
		{"again", 8, func(q view.Queue) int64 { return q.Redelivered }, theme.Wait},
		{"dead", 8, func(q view.Queue) int64 { return q.Buried }, theme.Fail},
	}
	g.Text(r.X, r.Y, "queue", theme.Dim, name)
	g.Text(r.X+name, r.Y, queueScale, theme.Dim, queueCells)
	for i := range min(r.H, len(q.Queues)-q.Scroll+1) {
		y, x := r.Y+i, r.X+name+queueCells+1
		row := view.Queue{}
		if i > 0 {
			row = q.Queues[q.Scroll+i-1]
			g.Text(r.X, y, sim.Visible(row.Name), theme.Text, name-1)
			depth(g, grid.Rect{X: r.X + name, Y: y, W: queueCells, H: 1}, row.Ready, row.Unacked)
		}
		for _, c := range cols {
			if x+c.width > r.Right() {
				break
			}
			x += c.width
			text, st := c.name, theme.Dim
			if n := c.of(row); i > 0 {
				text = number(n)
				if n > 0 {
					st = c.style
				}
			}
			g.Right(x, y, text, st, c.width-1)
		}
		if i > 0 && row.Buried > 0 {
			g.Text(x+2, y, sim.Visible(row.BuriedWhy), theme.Dim, r.Right()-x-2)
		}
	}
}
