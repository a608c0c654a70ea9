package view

import "time"

// Window is how far back a [Flow] looks.
const Window = 2 * time.Second

const (
	tick  = 100 * time.Millisecond
	ticks = int64(Window / tick)
)

// Flow counts what began and how it ended in the last two seconds, on the clock
// of the events. It is a value; the zero value is still.
type Flow struct{ slots [ticks]slot }

// slot is one tenth of a second.
type slot struct {
	nr                      int64 // which tenth since the world began
	began, answered, failed uint32
}

func (f *Flow) at(now time.Duration) *slot {
	nr := int64(max(now, 0) / tick)
	s := &f.slots[nr%ticks]
	if s.nr != nr {
		*s = slot{nr: nr}
	}
	return s
}

// sum adds up the window that ends at now, and says how long it is: the current
// tenth has only begun, and the world may be younger than the window.
func (f *Flow) sum(now time.Duration) (total slot, span time.Duration) {
	last := int64(max(now, 0) / tick)
	first := max(last-ticks+1, 0)
	for _, s := range f.slots {
		if s.nr >= first && s.nr <= last {
			total.began += s.began
			total.answered += s.answered
			total.failed += s.failed
		}
	}
	return total, max(now-time.Duration(first)*tick, tick)
}

// Recent is how long what was answered in the last few seconds took: at least in
// the last [Window], at most in the last two. It is a value; the zero value is empty.
type Recent struct {
	nr          int64 // which window since the world began
	now, before Histogram
}

// add counts what took d and was answered at a moment.
func (r *Recent) add(at, d time.Duration) {
	r.turn(at)
	r.now.Add(d)
}

// turn lets go what is older than the window before that of a moment.
func (r *Recent) turn(at time.Duration) {
	switch nr := int64(max(at, 0) / Window); {
	case nr <= r.nr:
	case nr == r.nr+1:
		r.nr, r.before, r.now = nr, r.now, Histogram{}
	default:
		r.nr, r.before, r.now = nr, Histogram{}, Histogram{}
	}
}

// Took is what of it is recent at a moment.
func (r Recent) Took(now time.Duration) Histogram {
	r.turn(now)
	r.now.merge(&r.before)
	return r.now
}

// Rate is how many began per second.
func (f *Flow) Rate(now time.Duration) float64 {
	total, span := f.sum(now)
	return float64(total.began) / span.Seconds()
}

// Answered is how many were answered per second.
func (f *Flow) Answered(now time.Duration) float64 {
	total, span := f.sum(now)
	return float64(total.answered) / span.Seconds()
}

// Failed is how many failed per second.
func (f *Flow) Failed(now time.Duration) float64 {
	total, span := f.sum(now)
	return float64(total.failed) / span.Seconds()
}

// FailShare is which share, 0 to 1, of what ended has failed; 0 when nothing ended.
func (f *Flow) FailShare(now time.Duration) float64 {
	total, _ := f.sum(now)
	if total.failed == 0 {
		return 0
	}
	return float64(total.failed) / float64(total.answered+total.failed)
}
