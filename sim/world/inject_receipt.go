package world

import (
	"context"
	"fmt"
	"maps"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
)

// Untouched is how many units must come through a place untouched until a fault
// that was cleared there is verified to be gone.
const Untouched = 20

// Receipt says what a fault did: what it was meant to touch, what it touched,
// why it did not touch the rest, and whether it is gone. All counts are of Unit.
type Receipt struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"` // its word: "latency"
	Target string `json:"target"`
	Text   string `json:"text"` // as a person would write it: "latency delay=300ms"
	Unit   string `json:"unit"` // what is counted: "message"

	Armed         bool             `json:"armed"`
	Spent         bool             `json:"spent"` // armed, but it has touched all that it may: it hits no more
	Hit           int64            `json:"hit"`
	Of            int64            `json:"of"` // units it has seen
	Missed        int64            `json:"missed"`
	MissedBecause map[string]int64 `json:"missed_because"`

	Cleared   bool   `json:"cleared"`
	Verified  bool   `json:"verified"`
	Untouched int    `json:"untouched"` // units that came through since it was cleared, at most Untouched
	State     string `json:"state"`     // in words: "cleared, not yet verified (7 of 20)"

	SideEffect *SideEffect `json:"side_effect,omitempty"` // of faults after which a caller cannot know; else null
}

// SideEffect says how far the other side was with the messages that were touched.
type SideEffect struct {
	Before int64 `json:"before"` // it had not heard of them
	During int64 `json:"during"` // it was at work
	After  int64 `json:"after"`  // it had changed something, or answered
}

// Receipts are those of all faults that are armed and of the last ones that
// were cleared, in the order they were armed.
func (w *World) Receipts() []Receipt {
	rs := []Receipt{}
	for _, a := range w.faults.list() {
		rs = append(rs, a.receipt())
	}
	return rs
}

func (a *armed) receipt() Receipt {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := Receipt{
		ID: a.id, Kind: a.fault.Form.Word, Target: a.to.name, Text: a.fault.Text, Unit: a.fault.Form.Unit,
		Armed: a.armed(), Spent: a.armed() && a.spent.Load(), Hit: a.hit, Of: a.seen, Missed: a.seen - a.hit, MissedBecause: maps.Clone(a.missed),
		Cleared: !a.armed(), Verified: a.verified, Untouched: a.since,
	}
	rest := r.Missed
	for _, n := range a.missed {
		rest -= n
	}
	if rest > 0 {
		r.MissedBecause["not so far"] = rest
	}
	if a.fault.Form.Loses {
		r.SideEffect = &SideEffect{a.before, a.during, a.after}
	}
	switch {
	case r.Spent:
		r.State = "spent, it hits no more"
	case r.Armed:
		r.State = "armed"
	case r.Verified:
		r.State = "cleared, verified"
	default:
		r.State = fmt.Sprintf("cleared, not yet verified (%d of %d)", a.since, Untouched)
	}
	return r
}

func (a *armed) touched() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hit
}

func (a *armed) isVerified() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.verified
}

// witness counts what comes through the place of a fault that was cleared.
func (a *armed) witness(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		reply, err := next(ctx, m)
		if !a.concerns(ctx) {
			return reply, err
		}
		if a.witnessed() {
			a.record(sim.Cleared{Fault: a.id, Verified: true})
			a.w.rearm()
		}
		return reply, err
	}
}

// concerns reports whether a message came through the place of the fault.
func (a *armed) concerns(ctx context.Context) bool {
	switch l, _ := ctx.Value(lifeKey{}).(*life); {
	case a.takes():
		span := sim.SpanFrom(ctx)
		return span != nil && span.Note.Queue == string(a.to.place.Link)
	case a.to.link != nil || a.to.product != nil:
		return true
	default:
		return l != nil && a.aimedAt(l)
	}
}

// takes reports whether the fault stands where the messages of a queue are taken.
func (a *armed) takes() bool { return a.fault.Form.Level == fault.OnQueue }

// witnessed counts one unit and reports whether it was the last one needed. A
// late hit of the fault begins the count anew.
func (a *armed) witnessed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.verified {
		return false
	}
	if a.hit != a.hitThen {
		a.hitThen, a.since = a.hit, 0
		return false
	}
	a.since = min(a.since+1, Untouched)
	a.verified = a.since == Untouched && a.unhooked()
	return a.verified
}

// unhooked reports whether the net has no hooks at the place but those of
// faults that are armed there now.
func (a *armed) unhooked() bool {
	hooks := 0
	for _, b := range a.w.faults.list() {
		if _, ok := b.fault.Effect.(fault.Connection); ok && b.armed() && b.to.place == a.to.place {
			hooks++
		}
	}
	return a.w.opt.Net.Armed(a.to.place) == hooks
}
