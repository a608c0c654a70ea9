package part

import (
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// story says in at most four short lines what a box has done for the newest
// attempt of the followed request.
func (f *frame) story(n int, b *view.Box) ([]string, grid.Style) {
	const inside = 18 // cells in a large box
	if b != nil && (b.State != view.Up || f.changed(b.Instance) != "") {
		text, st := f.doing(n, b, inside)
		return Wrap(text, inside), st
	}
	w := &f.plan.wires[0]
	i := f.newest(f.Picture.Links[w.link].ID)
	switch {
	case b != nil && f.flows(w):
		text, st := f.doing(n, b, inside)
		return []string{text}, st
	case i < 0:
		return []string{"ready"}, theme.Dim
	}
	if n == w.from {
		return asking(f.hops[i], f.motions[i].phase), theme.Text
	}
	return answering(f.hops[i], f.motions[i]), theme.Text
}

// asking is the caller's side of an attempt.
func asking(h *view.Hop, p phase) []string {
	switch p {
	case home:
		return []string{"sent, waited,", "has the response", "", "continues"}
	case gone:
		if h.Outcome == sim.WasTimedOut {
			return []string{"sent, waited,", "has no response", "", "failed"}
		}
		return []string{"sent,", "has no response", "", "failed"}
	default:
		return []string{"sent, waits"}
	}
}

// answering is the other side of an attempt.
func answering(h *view.Hop, m motion) []string {
	_, code := said(h)
	switch {
	case m.phase == working:
		return []string{verb(h) + "s"}
	case m.phase == out, m.phase == gone && !m.answer:
		return []string{""}
	default:
		if idle(code) {
			return append(found(h, code), "responded")
		}
		return append([]string{past(h) + ","}, append(found(h, code), "responded")...)
	}
}

// idle reports whether a code says that the other side did not do the work.
func idle(code sim.Code) bool {
	return code == sim.Exhausted || code == sim.Unavailable || code == sim.Timeout
}

// verb is what a request asks the other side to do.
func verb(h *view.Hop) string {
	if strings.HasPrefix(h.Label, "GET ") {
		return "look"
	}
	return "work"
}

func past(h *view.Hop) string { return verb(h) + "ed" }

// found is what the other side came to, by the code of its answer.
func found(h *view.Hop, code sim.Code) []string {
	switch code {
	case sim.OK:
		if verb(h) == "look" {
			return []string{"found it,"}
		}
		return []string{"did it,"}
	case sim.NotFound:
		return []string{"found nothing,"}
	case sim.Invalid:
		return []string{"cannot use it,"}
	case sim.Denied:
		return []string{"may not,"}
	case sim.Conflict:
		return []string{"cannot do it now,"}
	case sim.Exhausted:
		return []string{"has too much to do,"}
	case sim.Unavailable, sim.Timeout:
		return []string{"could not,"}
	default:
		return []string{"broke on it,"}
	}
}
