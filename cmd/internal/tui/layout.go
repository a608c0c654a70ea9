package tui

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/stage"
)

// Widths from which on the side stands beside the stage. The panel of the
// playground has long rows, so it stands below unless there is much room.
const (
	wideText  = 100
	widePanel = 180
)

// layout is where stage and side stand in the body, and the line between them.
type layout struct {
	stage, side, line grid.Rect
	upright           bool
}

// layout divides the body: side by side where there is room, else one above the
// other.
func (m *Model) layout() layout {
	body, wide, most := m.body(), wideText, 64
	if m.run.lesson == nil {
		wide, most = widePanel, 90
	}
	if body.W >= wide {
		left, right := body.SplitRight(min(max(body.W*36/100, 40), most))
		left, line := left.SplitRight(1)
		return layout{left, right, line, true}
	}
	top, rest := body.SplitTop(body.H - m.below(body) - 1)
	line, bottom := rest.SplitTop(1)
	return layout{top, bottom, line, false}
}

// below is how many rows stand below the stage.
func (m *Model) below(body grid.Rect) int {
	switch {
	case m.run.lesson != nil:
		return m.textBelow(body)
	case body.H >= tall:
		want := m.stage().Part.Needs(body.W) + stage.Around
		return min(body.H*38/100, max(body.H-1-want, leastPanel))
	case m.run.stage:
		return panelRows
	default:
		return body.H - bigStage - 1
	}
}

// textBelow is how many rows the text of a lesson has below the stage: as many as
// it fills, while the stage keeps its least. What it does not fill is the stage's.
// Where the stage has the focus it has more, and the text can still be read.
func (m *Model) textBelow(body grid.Rect) int {
	room, text := body.H-1, m.text()
	least := max(min(m.stage().Part.Least(body.W)+1, mostSmall), smallStage) // with what the customer saw
	if body.H >= tall {
		least = room / 2
	}
	most := room - least
	if m.run.stage {
		most = min(most, max(text.TaskRows(body.W), leastText))
	}
	return min(text.Rows(body.W, most), most)
}

// Heights where one stands above the other.
const (
	tall       = 30 // a body from which on both sides have room
	leastPanel = 7  // of a panel below boxes that need room
	panelRows  = 5  // of a panel that has not the focus
	smallStage = 5  // of a stage beside the text of a lesson
	mostSmall  = 8  // of one with many boxes
	bigStage   = 10 // of a stage beside a panel
	leastText  = 5  // of a text that has not the focus
)
