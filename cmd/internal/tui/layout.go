package tui

import "github.com/msc-sim/msc-sim/cmd/internal/tui/grid"

// wide is the width from which on the text stands beside the stage.
const wide = 100

// layout is where stage and side stand in the body, and the line between them.
type layout struct {
	stage, side, line grid.Rect
	upright           bool
}

// layout divides the body: side by side where there is room, else one above the
// other, with more room for what has the focus.
func (m *Model) layout() layout {
	body := m.body()
	if body.W >= wide {
		n := min(max(body.W*36/100, 40), 64)
		left, right := body.SplitRight(n)
		left, line := left.SplitRight(1)
		return layout{left, right, line, true}
	}
	n := body.H * 45 / 100
	if m.run.stage {
		n = body.H - 5
	} else if m.run.lesson == nil {
		n = body.H - 9
	}
	top, rest := body.SplitTop(n)
	line, bottom := rest.SplitTop(1)
	return layout{top, bottom, line, false}
}
