package part

import (
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Customer is the one line on every stage: what the customer saw.
type Customer struct {
	Last   view.Seen
	Follow *view.Trace   // while it goes on, the customer waits
	Now    time.Duration // the real moment that is shown
}

// Draw fills one row.
func (c Customer) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Strip draws one attempt to scale, with a human anchor. It needs 4 rows.
type Strip struct {
	Hop    *view.Hop
	Now    time.Duration // the real moment that is shown
	Slower float64       // how many times slower it is shown; 0 = not said
}

// StripRows is how many rows a Strip fills.
const StripRows = 4

// Draw draws the strip.
func (s Strip) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Ladder is one request as a sequence diagram with real and shown times.
type Ladder struct {
	Trace  *view.Trace
	Clock  *warp.Clock
	Now    time.Duration // the real moment that is shown; later rungs are not drawn. 0 = all
	Scroll int           // the first rung drawn
	Select sim.SpanID
}

// Len is how many rungs there are.
func (l Ladder) Len() int { return 0 }

// Span is the attempt that rung i belongs to; 0 for none.
func (l Ladder) Span(i int) sim.SpanID { return 0 }

// Draw draws the ladder, its heads in the first row.
func (l Ladder) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Inspector shows what crossed a connection for one attempt.
type Inspector struct {
	Exchange sim.Exchange
	Answer   bool // the answer instead of the request
	Hex      bool // raw bytes
	Scroll   int  // the first row drawn
}

// Len is how many rows there are at a width; scroll within it.
func (i Inspector) Len(width int) int { return 0 }

// Draw draws the inspector.
func (i Inspector) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Events is a list of what happened, the newest at the bottom.
type Events struct {
	Events   []sim.Event
	Filter   string // shown in the head; Filtered applies it
	Selected int    // index into Events; -1 = none: the newest stay in view
}

// Draw draws the list.
func (e Events) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Filtered are the events whose line contains every word of filter.
func Filtered(events []sim.Event, filter string) []sim.Event { return events }

// Latency is a histogram of how long answered attempts took.
type Latency struct {
	Title string // "order:payment"
	Took  *view.Histogram
}

// Draw draws the histogram with axis, unit and percentiles.
func (l Latency) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Links is the table of counts, a row a link.
type Links struct {
	Links  []view.Link
	Select sim.LinkID
	Scroll int
}

// Draw draws the table.
func (l Links) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Notices are what changed in the world, the newest first.
type Notices struct {
	Notices []view.Notice
	Now     time.Duration
}

// Draw draws as many as fit.
func (n Notices) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}

// Text is prose in light Markdown: paragraphs, *emphasis*, **strong**, `code`,
// lists ("- " or "1. "), fenced code, "## headings". Words of Terms are underlined
// where they first stand.
type Text struct {
	Source string
	Terms  []string
	Scroll int        // the first row drawn
	Style  grid.Style // of the plain words; 0 = theme.Text
}

// Len is how many rows the text takes at a width.
func (t Text) Len(width int) int { return 0 }

// Draw draws the text and returns nothing; use Len to bound Scroll.
func (t Text) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {}
