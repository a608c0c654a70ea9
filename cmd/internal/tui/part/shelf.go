package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// lowShelf is how many rows a stage must have to name its brokers.
const lowShelf = 9

// onShelf reports whether a box is a broker that is shown. Brokers are no part of
// the graph: what they keep stands there, and they themselves in a row below it.
//
//	built in   ✓ nats   × kafka killed
func (s Stage) onShelf(b *view.Box) bool {
	return b.Kind == view.Broker && (s.Show == nil || slices.Contains(s.Show, b.Instance.Service))
}

// shelfRows is how many rows the brokers take.
func (s Stage) shelfRows() int {
	for i := range s.Picture.Boxes {
		if s.onShelf(&s.Picture.Boxes[i]) {
			return 1
		}
	}
	return 0
}

// shelved is one broker with its place.
type shelved struct {
	box  *view.Box
	text string
	at   grid.Rect
}

const shelfWord = "built in"

// brokers lists those that find room in the row below the graph.
func (f *frame) brokers() (all []shelved) {
	if f.shelf.Empty() {
		return nil
	}
	x := f.shelf.X + Margin + grid.Width(shelfWord) + 3
	for i := range f.Picture.Boxes {
		b := &f.Picture.Boxes[i]
		if !f.onShelf(b) {
			continue
		}
		text := sim.Visible(b.Instance.String())
		if b.Note != "" {
			text += " " + sim.Visible(b.Note)
		}
		switch {
		case b.State == view.Down:
			text += " " + orElse(b.Why, "stopped")
		case b.State == view.Standing:
			text += " paused"
		case b.Nodes.Text() != "":
			text += ", " + b.Nodes.Text()
		}
		if bad := f.boxFaults(b.Instance); bad.text != "" {
			text += " " + bad.text
		}
		w := grid.Width(text) + 2
		if x+w > f.shelf.Right()-Margin {
			break
		}
		all = append(all, shelved{b, text, grid.Rect{X: x, Y: f.shelf.Y, W: w, H: 1}})
		x += w + 3
	}
	return all
}

// shelves draws the brokers.
func (f *frame) shelves() {
	all := f.brokers()
	if len(all) == 0 {
		return
	}
	word := shelfWord
	if slices.ContainsFunc(all, func(s shelved) bool { return s.box.Note != "" }) {
		word = "brokers" // not all are built in
	}
	f.g.Text(f.shelf.X+Margin, f.shelf.Y, word, theme.Dim, f.shelf.W-2*Margin)
	for _, s := range all {
		sign, signStyle, style := f.th.Glyphs.Done, theme.OK, theme.Text
		switch s.box.State {
		case view.Down:
			sign, signStyle, style = f.th.Glyphs.Fail, theme.Fail, theme.Fail
		case view.Standing:
			sign, signStyle, style = f.th.Glyphs.Paused, theme.Wait, theme.Wait
		default:
			if s.box.Nodes.Text() != "" {
				style = theme.Wait
			}
		}
		if f.Select.Box == s.box.Instance {
			style = theme.Accent
		}
		f.g.Set(s.at.X, s.at.Y, sign, signStyle)
		f.g.Text(s.at.X+2, s.at.Y, s.text, style, s.at.W-2)
	}
}
