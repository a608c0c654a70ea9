package policy

import (
	"fmt"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// rule is when a circuit opens, how long it stays open, and what closes it.
type rule struct {
	window func() window
	calls  int           // fewer calls in the window say nothing
	failed float64       // opens at this share of failures …
	row    int           // … or, when above 0, after so many failures in a row and nothing else
	slow   float64       // opens at this share of slow calls
	slower time.Duration // a call that takes longer is slow; 0 = none is
	open   time.Duration // stays open so long
	probes int           // then lets so many through, and no more, to find out
	forced string        // StateForcedOpen, StateForcedClosed, or ""
}

// The states of a circuit, as they are written everywhere.
const (
	StateClosed       = "closed"
	StateOpen         = "open"
	StateHalfOpen     = "half_open"
	StateForcedOpen   = "forced_open"
	StateForcedClosed = "forced_closed" // counts, and never opens
)

// circuit is the state machine of a breaker.
//
//	          too much failed                  time is up, and a call comes
//	closed ───────────────────▶ open ─────────────────────────▶ half open
//	  ▲                          ▲                                │  │
//	  │                          └────────── probes failed ───────┘  │
//	  └───────────────────────────── probes came home ───────────────┘
//
// Half open it lets the probes through and refuses the rest. When all of them
// are home they are judged together by the same shares; counted in a row, the
// first failure opens it again at once. Every change of state begins a new
// generation, and a result of an earlier one is ignored: what left before it
// opened says nothing about what is true now.
type circuit struct {
	rule

	mu         sync.Mutex
	state      string
	generation uint64
	seen       window // closed
	last       tally  // of what made it open
	row        int    // failures in a row
	out        int    // half open: probes that left
	home       tally  // half open: probes that came home
	until      time.Duration
}

// move is a change of state.
type move struct{ from, to, why string }

func newCircuit(r rule) *circuit {
	c := &circuit{rule: r, state: StateClosed, seen: r.window()}
	if r.forced != "" {
		c.state = r.forced
	}
	return c
}

// ticket lets one call through.
type ticket struct{ generation uint64 }

// enter asks to let a call through. When ok is false it may not, and left is how
// long the circuit stays open.
func (c *circuit) enter(now time.Duration) (t ticket, moved *move, left time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == StateOpen && now >= c.until {
		moved = c.become(StateHalfOpen, fmt.Sprintf("after %s; lets %s pass", sim.Human(c.open), count(c.probes, "trial call")))
	}
	switch {
	case c.state == StateOpen:
		return t, moved, c.until - now, false
	case c.state == StateForcedOpen, c.state == StateHalfOpen && c.out >= c.probes:
		return t, moved, 0, false
	case c.state == StateHalfOpen:
		c.out++
	}
	return ticket{c.generation}, moved, 0, true
}

// leave tells how a call ended that was let through.
func (c *circuit) leave(now time.Duration, t ticket, o outcome) *move {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case t.generation != c.generation:
		return nil
	case c.state == StateHalfOpen:
		return c.probed(now, o)
	}
	c.seen.add(now, o)
	c.count(o)
	if c.state == StateForcedClosed {
		return nil
	}
	all := c.seen.sum(now)
	if why := c.tooMuch(all, c.calls); why != "" {
		c.last = all
		return c.opens(now, why)
	}
	return nil
}

// void gives back what enter gave: the call ended in a way that says nothing.
func (c *circuit) void(t ticket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.generation == c.generation && c.state == StateHalfOpen {
		c.out--
	}
}

// probed judges the probes, once enough of them are home.
func (c *circuit) probed(now time.Duration, o outcome) *move {
	c.home.add(o, 1)
	inARow := c.rule.row > 0
	switch {
	case inARow && o.failed:
		return c.opens(now, "a probe failed")
	case c.home.calls < c.probes:
		return nil
	}
	if why := c.tooMuch(c.home, c.probes); why != "" && !inARow {
		return c.opens(now, why)
	}
	return c.become(StateClosed, fmt.Sprintf("%d of %d probes came home", c.home.calls-c.home.failed, c.home.calls))
}

// tooMuch says why a tally is reason to open, "" when it is not.
func (c *circuit) tooMuch(t tally, least int) string {
	switch calls := float64(t.calls); {
	case c.rule.row > 0:
		if c.row < c.rule.row {
			return ""
		}
		return fmt.Sprintf("%d failed in a row", c.row)
	case t.calls < least:
		return ""
	case float64(t.failed) >= c.failed*calls && t.failed > 0:
		return fmt.Sprintf("%d of %d failed", t.failed, t.calls)
	case c.slower > 0 && float64(t.slow) >= c.slow*calls:
		return fmt.Sprintf("%d of %d took longer than %s", t.slow, t.calls, sim.Human(c.slower))
	default:
		return ""
	}
}

func (c *circuit) count(o outcome) {
	c.row++
	if !o.failed {
		c.row = 0
	}
}

func (c *circuit) opens(now time.Duration, why string) *move {
	c.until = now + c.open
	return c.become(StateOpen, why)
}

// become begins a new generation.
func (c *circuit) become(state, why string) *move {
	m := &move{c.state, state, why}
	c.state = state
	c.generation++
	c.row, c.out, c.home = 0, 0, tally{}
	if state == StateClosed {
		c.seen = c.window()
	}
	return m
}

// count writes "1 probe" and "3 probes".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
