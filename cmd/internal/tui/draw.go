package tui

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/player"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/lesson"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/message"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/stage"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// The smallest screen that is drawn.
const (
	minWidth  = 60
	minHeight = 20
)

func (m *Model) tooSmall() bool { return m.area.W < minWidth || m.area.H < minHeight }

// draw makes the content that View returns.
func (m *Model) draw() {
	m.cursor = nil
	m.grid.Clear()
	if m.demo != nil && m.demo.blank {
		m.content, m.name = m.grid.Encode(m.th.Palette), m.title()
		return
	}
	if m.tooSmall() {
		message.TooSmall(&m.grid, m.area, minWidth, minHeight)
	} else {
		m.frame().Draw(&m.grid, m.area)
		m.drawBody()
		m.shownNote().Draw(&m.grid, m.area, m.th)
		m.drawLine()
	}
	m.content, m.name = m.grid.Encode(m.th.Palette), m.title()
}

// body is what stands between the rules. A note of several rows has the lowest of
// them, so that it never covers what enter will do.
func (m *Model) body() grid.Rect {
	top, _ := frame.Body(m.area).SplitBottom(max(m.shownNote().Rows(m.area.W)-1, 0))
	return top
}

func (m *Model) drawBody() {
	body := m.body()
	switch p := m.page(); {
	case p != nil:
		p.draw(m, body)
	case m.formIsOpen():
		m.form().draw(m, body)
	case m.opening != "":
		message.Message{Title: "One moment", Text: "Opening " + sim.Visible(m.opening) + "."}.Draw(&m.grid, body, m.th)
	case m.failed != nil:
		e := sim.AsError(m.failed)
		message.Message{Title: sim.Visible(e.Message), Text: sim.Visible(e.Fix), Trouble: true}.Draw(&m.grid, body, m.th)
	case m.run == nil:
		m.home.Draw(&m.grid, body, m.th)
	case m.demoPlays():
		m.drawDemo(body)
	default:
		m.drawWorld()
	}
}

// drawWorld draws the stage and what stands beside it.
func (m *Model) drawWorld() {
	l := m.layout()
	if l.upright {
		m.grid.VLine(l.line.X, l.line.Y-1, l.line.H+2, theme.Rule)
	} else {
		m.grid.Rule(l.line, l.line.Y, theme.Rule)
	}
	m.light(l)
	m.stage().Draw(&m.grid, l.stage, m.th)
	if m.run.lesson == nil {
		m.panel().Draw(&m.grid, l.side, m.th)
		return
	}
	x, y := m.text().Draw(&m.grid, l.side, m.th)
	if x >= 0 && m.over == nil {
		m.cursor = tea.NewCursor(x, y)
	}
}

// light makes the frame of what has the focus the bright one.
func (m *Model) light(l layout) {
	r := l.side
	if m.run.stage {
		r = l.stage
	}
	for _, y := range [...]int{r.Y - 1, r.Bottom()} {
		m.grid.Restyle(grid.Rect{X: r.X, Y: y, W: r.W, H: 1}, func(grid.Style) grid.Style { return theme.Accent })
	}
}

// drawLine draws the line that is being typed over the bottom of the screen.
func (m *Model) drawLine() {
	area := grid.Rect{X: m.area.X, Y: m.area.Y, W: m.area.W, H: m.area.H - 1}
	area.H -= m.note.Rows(m.area.W)
	switch o := m.over.(type) {
	case *paletteOver:
		m.cursor = tea.NewCursor(o.view().Draw(&m.grid, area, m.th))
	case *filterOver:
		m.cursor = tea.NewCursor(o.view().Draw(&m.grid, area, m.th))
	}
}

func (m *Model) stage() stage.Stage {
	r, f := m.run, m.run.player.Frame()
	s := stage.Stage{
		Part: part.Stage{
			Picture: f.Picture, Follow: f.Trace, Clock: f.Clock, Now: f.At, Since: f.Since, Beat: r.beat,
			Select: r.sel, Still: m.opts.ReduceMotion, Plan: &r.plan,
		},
		Frame: f, Hop: r.strip, Ladder: m.ladder(), Focus: r.stage && !m.demoPlays(), Hint: m.nothingYet(),
	}
	switch {
	case r.lesson != nil:
		s.Part.Show = r.state.Show
	case m.demo != nil:
		s.Part.Show, s.Hint = m.demo.state.Show, ""
		s.Told = m.demoPlays() && f.Told() >= m.demo.state.Said // a caption that is ahead says so
		s.Bare = m.demoPlays() && m.opts.Projector
	}
	if r.exchange.found {
		s.Exchange = &r.exchange.Exchange
	}
	return s
}

// nothingYet says how to begin, as long as nothing has begun.
func (m *Model) nothingYet() string {
	if slices.ContainsFunc(m.run.player.Newest().Links, func(l view.Link) bool { return l.Sent > 0 }) {
		return ""
	}
	if m.inPlayground() && m.hasUseCase() {
		return "nothing was sent yet   enter sends " + m.run.world.Spec().UseCases[0].Name + "   + offers load"
	}
	return "nothing was sent yet"
}

func (m *Model) text() lesson.Lesson {
	r := m.run
	return lesson.Lesson{
		State: r.state, Focus: !r.stage, Scroll: r.scroll,
		Typed: r.answer.Value(), Cursor: r.answer.Position(), Typing: r.typing(),
	}
}

func (m *Model) panel() playground.Panel {
	r, pic := m.run, m.run.player.Frame().Picture
	p := playground.Panel{Tab: r.tab, Focus: !r.stage, Shown: r.shownTabs()}
	p.Events = part.Events{Events: r.events, Filter: r.filter, Selected: -1}
	if r.picked >= 0 {
		p.Events.Selected = len(r.events) - 1 - r.picked
	}
	link := r.link()
	p.Links = part.Links{Links: pic.Links, Select: link}
	for i := range pic.Links {
		if pic.Links[i].ID == link {
			p.Latency = part.Latency{Title: string(link), Took: &pic.Links[i].Took}
		}
	}
	p.Notices = part.Notices{Notices: pic.Notices, Now: pic.At}
	m.failurePanel(&p, pic)
	return p
}

// link is the one that panels speak of: the selected one, or that of the
// selected message, or the first.
func (r *running) link() sim.LinkID {
	if r.sel.Link != "" {
		return r.sel.Link
	}
	if h := r.hop(); h != nil && h.Span == r.sel.Span {
		return h.Link
	}
	if links := r.player.Frame().Picture.Links; len(links) > 0 {
		return links[0].ID
	}
	return ""
}

// frame is what stands around the body.
func (m *Model) frame() frame.Frame {
	f := frame.Frame{Name: "msc-sim", Keys: m.footer()}
	switch p := m.page(); {
	case p != nil && p.name(m) != "":
		f.Name = p.name(m)
	case m.run == nil:
		f.Right = []string{m.opts.Version}
	case m.run.lesson != nil:
		m.lessonFacts(&f)
	case m.demo != nil:
		m.demoFacts(&f)
	default:
		m.worldFacts(&f)
	}
	return f
}

// shownNote is what was last said, or how long a command has been on its way.
func (m *Model) shownNote() frame.Note {
	if m.note.Text == "" {
		return frame.Note{Text: m.progress(time.Now())}
	}
	return m.note
}

func (m *Model) lessonFacts(f *frame.Frame) {
	st := m.run.state
	f.Name = st.Info.Title
	bar := strings.Repeat(string(m.th.Glyphs.Box), st.Step+1) + strings.Repeat(string(m.th.Glyphs.Open), max(st.Steps-st.Step-1, 0))
	f.Facts = []frame.Fact{
		{Text: fmt.Sprintf("step %d of %d%*s", st.Step+1, st.Steps, digits(st.Steps)-digits(st.Step+1), ""), Style: theme.Text},
		{Text: bar, Style: theme.Accent},
		m.mode(),
	}
	if beyond(st) {
		f.Facts[0] = frame.Fact{Text: "beyond the core", Style: theme.Text}
	}
	if st.Saved {
		f.Right = append(f.Right, "saved")
	}
	if st.Left > 0 {
		f.Right = append(f.Right, left(st.Left))
	}
}

// left says about how long it still takes.
func left(d time.Duration) string {
	if n := math.Round(d.Minutes()); n > 1 {
		return fmt.Sprintf("about %.0f minutes left", n)
	}
	return "about a minute left"
}

// digits is how many a number has: what follows a count keeps its place.
func digits(n int) int { return len(strconv.Itoa(n)) }

func (m *Model) worldFacts(f *frame.Frame) {
	pic := m.run.player.Frame().Picture
	f.Name = "playground · " + m.run.world.Spec().Name
	f.Facts = []frame.Fact{m.mode()}
	if pic.Load > 0 {
		f.Facts = append(f.Facts, frame.Fact{Text: pic.Load.String() + " offered", Style: theme.Text})
	}
	if pic.Sent < pic.Load {
		f.Facts = append(f.Facts, frame.Fact{Text: fmt.Sprintf("only %.0f/s sent", float64(pic.Sent)), Style: theme.Wait})
	}
	if pic.NotKept > 0 {
		f.Right = append(f.Right, fmt.Sprintf("%d not drawn, all counted", pic.NotKept))
	}
}

// mode says how the shown moment moves.
func (m *Model) mode() frame.Fact {
	f := m.run.player.Frame()
	switch f.Mode {
	case player.Paused:
		return frame.Fact{Text: string(m.th.Glyphs.Paused) + " paused", Style: theme.Wait}
	case player.Replay:
		return frame.Fact{Text: string(m.th.Glyphs.Left) + " replay", Style: theme.Accent}
	case player.Slow:
		return frame.Fact{Text: string(m.th.Glyphs.Dot) + " slow " + speedWord(f.Speed), Style: theme.Wait}
	default:
		return frame.Fact{Text: string(m.th.Glyphs.REST) + " live", Style: theme.OK}
	}
}
