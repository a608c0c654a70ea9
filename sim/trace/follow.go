package trace

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

// maxFollowed bounds how many traces are followed: the last ones asked for.
const maxFollowed = 64

// Follow makes the events of a trace use the reserved room of the shards, so that
// they are kept even under a load that is not kept whole.
func (l *Log) Follow(t sim.TraceID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.IsZero() || l.follows(t) {
		return
	}
	var old []sim.TraceID
	if p := l.followed.Load(); p != nil {
		old = *p
	}
	if len(old) == maxFollowed {
		old = old[1:]
	}
	now := append(slices.Clone(old), t)
	l.followed.Store(&now)
}

func (l *Log) follows(t sim.TraceID) bool {
	p := l.followed.Load()
	return p != nil && slices.Contains(*p, t)
}
