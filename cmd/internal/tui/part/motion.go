package part

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// phase is where an attempt stands at the shown moment.
type phase uint8

const (
	future  phase = iota // not sent yet
	out                  // the request is on its way
	working              // the other side has it
	back                 // the answer is on its way
	home                 // the caller has the answer, or what was left with a broker is settled
	queues               // a broker has it
	gone                 // the caller has given up, or could not send
)

// motion is an attempt at one moment: its phase, and how far its message is
// along the link, 0 at the caller, 1 at the other side. What is gone on its way back
// is a response.
type motion struct {
	phase  phase
	at     float64
	answer bool
}

// How messages move. A message whose arrival is not known yet moves on as if
// it took a usual time, waits before the door, and goes in when it has arrived.
const (
	usual = 600 * time.Millisecond // shown
	door  = 0.8
)

// moving is the motion of h. Shown is the clock of the screen.
func moving(h *view.Hop, now time.Duration, shown func(time.Duration) time.Duration) motion {
	passed := func(t time.Duration) bool { return t != 0 && t <= now }
	inTime := func(t time.Duration) bool { return passed(t) && (h.EndedAt == 0 || t <= h.EndedAt) }
	received, replied := inTime(h.ReceivedAt), inTime(h.RepliedAt)
	switch {
	case h.SentAt > now:
		return motion{phase: future}
	case passed(h.EndedAt) && h.Heard():
		return motion{phase: home}
	case passed(h.EndedAt) && h.LostReply():
		return motion{gone, 1 - along(shown(h.EndedAt)-shown(h.RepliedAt), 0), true}
	case passed(h.EndedAt) && (received || h.Outcome == sim.WasFailed && h.BytesOut == 0):
		return motion{phase: gone, at: 1}
	case passed(h.EndedAt):
		return motion{phase: gone, at: along(shown(h.EndedAt)-shown(h.SentAt), 0)}
	case replied:
		arrives := h.EndedAt
		if !h.Heard() {
			arrives = 0
		}
		return motion{back, 1 - along(shown(now)-shown(h.RepliedAt), leg(h.RepliedAt, arrives, shown)), true}
	case received:
		return motion{phase: working, at: 1}
	default:
		arrives := h.ReceivedAt
		if h.EndedAt != 0 && arrives > h.EndedAt {
			arrives = 0 // it comes too late
		}
		return motion{phase: out, at: along(shown(now)-shown(h.SentAt), leg(h.SentAt, arrives, shown))}
	}
}

// published is the motion of what is put into a topic: it is home when a broker
// has taken it.
func published(h *view.Hop, now time.Duration, shown func(time.Duration) time.Duration) motion {
	switch {
	case h.SentAt > now:
		return motion{phase: future}
	case h.EndedAt != 0 && h.EndedAt <= now && h.AcceptedAt == 0:
		return motion{phase: gone, at: along(shown(h.EndedAt)-shown(h.SentAt), 0)}
	case h.AcceptedAt != 0 && h.AcceptedAt <= now:
		return motion{phase: home, at: 1}
	default:
		return motion{phase: out, at: along(shown(now)-shown(h.SentAt), leg(h.SentAt, h.AcceptedAt, shown))}
	}
}

// delivered is the motion of what a group takes out of a topic: it is recorded
// where it arrives, so it leaves a moment after that.
func delivered(h *view.Hop, now time.Duration, shown func(time.Duration) time.Duration) motion {
	in := 0.0
	if h.SentAt <= now {
		in = min(float64(max(shown(now)-shown(h.SentAt), 0))/float64(leaves), 1)
	}
	ended := h.EndedAt != 0 && h.EndedAt <= now
	switch {
	case h.SentAt > now:
		return motion{phase: future}
	case in < 1:
		return motion{phase: out, at: in}
	case ended && !h.Code.Answers():
		return motion{phase: gone, at: 1}
	case ended:
		return motion{phase: home}
	default:
		return motion{phase: working, at: 1}
	}
}

// leg is how long the way from one moment to another is shown; 0 = not known.
func leg(from, to time.Duration, shown func(time.Duration) time.Duration) time.Duration {
	if to == 0 {
		return 0
	}
	return max(shown(to)-shown(from), 1)
}

// along is how far a message is after x of a way that takes whole; 0 = not known.
func along(x, whole time.Duration) float64 {
	at := min(float64(max(x, 0))/float64(usual), door)
	if whole == 0 {
		return at
	}
	if whole <= usual {
		return min(float64(max(x, 0))/float64(whole), 1)
	}
	const last = 150 * time.Millisecond // a long way: the last steps are made when it arrives
	in := min(max(float64(x-whole+last)/float64(last), 0), 1)
	return at + (1-at)*in
}

// inFlight counts the attempts that are on their way at now, up to a bound.
func inFlight(p *view.Picture, now time.Duration, bound int) int {
	n := 0
	for _, t := range p.Traces {
		if t.BeganAt > now || t.EndedAt != 0 && t.EndedAt < now {
			continue
		}
		for _, h := range t.Hops {
			if h.SentAt <= now && (h.EndedAt == 0 || h.EndedAt > now) {
				if n++; n > bound {
					return n
				}
			}
		}
	}
	return n
}
