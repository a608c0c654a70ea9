// Package stage draws the living part of a screen: the boxes and the followed
// request, what the customer saw, how long it really took, and what came back.
package stage

import (
	"fmt"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/player"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Stage is what the left side of a lesson and of the playground shows.
type Stage struct {
	Part     part.Stage
	Frame    player.Frame
	Hop      *view.Hop     // the message of the strip; nil = none yet
	Exchange *sim.Exchange // the bytes of Hop; nil = not known
	Ladder   *part.Ladder  // instead of the boxes; nil = boxes
	Hint     string        // what stands there before anything was sent
	Focus    bool
	Bare     bool // only the boxes and what the customer saw
	Told     bool // somebody tells a story: how late the screen is, is no part of it
}

// Areas is where the pieces of a stage stand.
type Areas struct{ Status, Boxes, Customer, Strip, Back grid.Rect }

// Heights: what each piece needs.
const (
	statusFrom = 8  // rows of a stage from which on it says how late it is
	stripFrom  = 14 // and has a strip
	backFrom   = 30 // and the bytes that came back
	backRows   = 13
	leastBack  = 6
)

// Around is how many rows of a stage are not for its boxes, where it has a strip.
const Around = part.StripRows + 3

// Layout divides r; the boxes want so many rows. Pieces for which there is no
// room are empty.
func Layout(r grid.Rect, want int) Areas {
	var a Areas
	rest := r
	if back := min(backRows, r.H-backFrom+9, r.H-Around-want); r.H >= backFrom && back >= leastBack {
		rest, a.Back = rest.SplitBottom(back)
	}
	if r.H >= stripFrom {
		rest, a.Strip = rest.SplitBottom(part.StripRows + 1)
	}
	if r.H >= statusFrom {
		a.Status, rest = rest.SplitTop(1)
	}
	a.Boxes, a.Customer = rest.SplitBottom(1)
	return a
}

// Draw draws all of it.
func (s Stage) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	a := Layout(r, s.Part.Needs(r.W))
	if s.Bare {
		a = Areas{}
		a.Boxes, a.Customer = r.SplitBottom(1)
	}
	if !s.Told {
		s.status(g, a.Status, th)
	}
	if s.Ladder != nil {
		s.Ladder.Draw(g, a.Boxes.Inset(part.Margin, 0), th)
	} else {
		s.Part.Draw(g, a.Boxes, th)
	}
	part.Customer{Last: s.Frame.Last, Before: s.Frame.Picture.Counts != view.Counts{}, Follow: s.Frame.Trace, Now: s.Frame.At}.Draw(g, a.Customer.Inset(part.Margin, 0), th)
	s.strip(g, a.Strip, th)
	s.back(g, a.Back, th)
}

// status says how late the screen is, in a place of its own so that nothing jumps.
func (s Stage) status(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.Empty() {
		return
	}
	if s.Focus {
		g.Set(r.X, r.Y, th.Glyphs.Right, theme.Accent)
		g.Text(r.X+2, r.Y, "stage", theme.Accent, r.W-2)
	}
	text := ""
	switch lag := s.Frame.Lag(); {
	case s.Frame.Mode == player.Paused:
		text = "this picture is paused; the world runs on"
	case s.Frame.All && (s.Frame.Trace == nil || s.Frame.Over): // it is of now
	case lag >= 10e6:
		text = fmt.Sprintf("you act now · you see %.1f s ago", lag.Seconds())
	}
	g.Right(r.Right()-1, r.Y, text, theme.Dim, r.W-10)
}

func (s Stage) strip(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.Empty() {
		return
	}
	g.HLine(r.X, r.Y, r.W+1, theme.Rule)
	if s.Hop == nil {
		g.Text(r.X+2, r.Y+2, s.Hint, theme.Dim, r.W-4)
		return
	}
	strip := part.Strip{Hop: s.Hop, By: part.Travels(s.Frame.Picture, s.Hop.Link), Now: s.Frame.At, Broker: part.Keeper(s.Frame.Picture, s.Hop.Link)}
	if b := s.Frame.Picture.Box(s.Hop.To); b != nil {
		strip.Paused = b.State == view.Standing
	}
	from, to, open := strip.Span()
	if open {
		to = s.Hop.EndedAt // it is known already, though it is not shown yet
	}
	if s.Frame.Clock != nil && to > from {
		shown := s.Frame.Clock.Shown(to) - s.Frame.Clock.Shown(from)
		strip.Slower = float64(shown) / float64(to-from) / (s.Frame.Speed * s.Frame.Haste)
	}
	strip.Draw(g, grid.Rect{X: r.X + 2, Y: r.Y + 1, W: r.W - 4, H: r.H - 1}, th)
}

// back shows the beginning of what came back, or of what went out while
// nothing has come back.
func (s Stage) back(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.Empty() {
		return
	}
	g.HLine(r.X, r.Y, r.W+1, theme.Rule)
	if s.Exchange == nil || s.Hop == nil {
		g.Text(r.X+2, r.Y+2, s.noBytes(), theme.Dim, r.W-4)
		return
	}
	answer := s.Hop.EndedAt != 0 && s.Hop.EndedAt <= s.Frame.At && len(s.Exchange.Response.Raw) > 0
	title := "what went out"
	if answer {
		title = "what came back"
	}
	g.Text(r.X+2, r.Y+1, title, theme.Dim, r.W-4)
	g.Right(r.Right()-2, r.Y+1, "enter on a message shows every byte", theme.Dim, r.W-24)
	area := grid.Rect{X: r.X + 2, Y: r.Y + 3, W: r.W - 4, H: r.H - 3}
	part.Inspector{Exchange: *s.Exchange, Answer: answer}.Draw(g, area, th)
}

// noBytes says why the bytes of a message are not there.
func (s Stage) noBytes() string {
	h := s.Hop
	switch {
	case h == nil:
		return "the bytes of the next message appear here"
	case h.EndedAt != 0 && h.BytesOut == 0 && h.BytesIn == 0:
		return "nothing crossed a connection for this message"
	case h.EndedAt == 0 && h.AcceptedAt == 0:
		return "its bytes appear here once they have crossed"
	default:
		return "the bytes of this message are no longer stored"
	}
}
