package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	scene "github.com/msc-sim/msc-sim/cmd/internal/tui/scene/demo"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons/demo"
)

// drawDemo draws what the audience sees.
func (m *Model) drawDemo(body grid.Rect) {
	d := scene.Demo{State: m.demo.state, Wall: m.opts.Projector}
	if d.State.Scene != demo.Stage {
		d.Draw(&m.grid, body, m.th)
		return
	}
	top, band := body.SplitBottom(d.CaptionRows(body))
	rule := grid.Rect{X: body.X, Y: band.Y, W: body.W, H: 1}
	m.grid.Rule(rule, rule.Y, theme.Rule)
	m.stage().Draw(&m.grid, top, m.th)
	d.DrawCaption(&m.grid, grid.Rect{X: band.X, Y: band.Y + 1, W: band.W, H: band.H - 1}, m.th)
}

// demoFacts is the header of a demo.
func (m *Model) demoFacts(f *frame.Frame) {
	st := m.demo.state
	f.Name = st.Info.Title
	n := len(st.Chapters)
	bar := strings.Repeat(string(m.th.Glyphs.Box), st.Chapter+1) + strings.Repeat(string(m.th.Glyphs.Open), n-st.Chapter-1)
	f.Facts = []frame.Fact{
		{Text: fmt.Sprintf("chapter %d of %d", st.Chapter+1, n), Style: theme.Text},
		{Text: bar, Style: theme.Accent},
		m.demoMode(),
	}
	if st.Scene == demo.Stage || m.demo.joined {
		f.Right = append(f.Right, st.Chapters[st.Chapter])
	}
	if st.Speed != 1 {
		f.Right = append(f.Right, speedWord(st.Speed))
	}
	if left := st.Left.Round(time.Second); left >= 10*time.Second && !m.opts.Projector {
		f.Right = append(f.Right, fmt.Sprintf("%d:%02d", int(left.Minutes()), int(left.Seconds())%60))
	}
}

// demoMode says what the demo is doing.
func (m *Model) demoMode() frame.Fact {
	g := m.th.Glyphs
	switch mode := m.demo.state.Mode; {
	case m.demo.joined:
		return frame.Fact{Text: string(g.Paused) + " you have the stage", Style: theme.Wait}
	case mode == demo.Playing && m.run != nil && m.run.player.Stopped():
		return frame.Fact{Text: string(g.Paused) + " picture held", Style: theme.Wait}
	case mode == demo.Playing:
		return frame.Fact{Text: string(g.REST) + " " + mode.String(), Style: theme.OK}
	case mode == demo.Stuck:
		return frame.Fact{Text: string(g.Fail) + " " + mode.String(), Style: theme.Fail}
	case mode == demo.Over:
		return frame.Fact{Text: string(g.Done) + " " + mode.String(), Style: theme.OK}
	default:
		return frame.Fact{Text: string(g.Paused) + " " + mode.String(), Style: theme.Wait}
	}
}
