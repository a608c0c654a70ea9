package part

import (
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Stage is the picture of the world: boxes, links, the followed request, and
// everything else as flow.
type Stage struct {
	Picture *view.Picture
	Show    []string      // the services to show; nil = all
	You     string        // the service that the learner is; "" = none
	Follow  *view.Trace   // the request that is drawn message by message; nil = none
	Clock   *warp.Clock   // its clock; nil runs like real time
	Now     time.Duration // the real moment that is shown
	Beat    time.Duration // moves the dots of flows; grows by a frame a frame
	Select  Selection
	Still   bool  // nothing moves: links show counts and their last result
	Plan    *Plan // keeps the layout from frame to frame; nil computes it anew
}

// Selection is what is selected on a stage: at most one of Box, Link and Span is set.
type Selection struct {
	Box    sim.Instance
	Link   sim.LinkID
	Span   sim.SpanID // an attempt of the followed request
	Answer bool       // with Span: the answer, not the request
}

// Plan is a layout of boxes and links, kept between frames. The zero value is
// ready. It belongs to one goroutine.
type Plan struct{}

// Draw draws the stage.
func (s Stage) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Hit is what stands at a cell, for the mouse.
func (s Stage) Hit(r grid.Rect, x, y int) Selection { return Selection{} }

// Move is the next thing to select in a direction (dx, dy of -1, 0, 1), for the
// arrow keys. From nothing it selects the first box.
func (s Stage) Move(r grid.Rect, dx, dy int) Selection { return s.Select }
