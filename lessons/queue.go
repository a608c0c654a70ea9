package lessons

import (
	"math"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// queued is what happened in a queue in this step, as expressions see it.
type queued struct {
	Ready   int `expr:"ready" about:"messages that wait in the queue now"`
	Unacked int `expr:"unacked" about:"delivered messages without an acknowledgement now"`
	Most    int `expr:"most" about:"longest queue in this step"`
	Again   int `expr:"again" about:"redeliveries"`
	Buried  int `expr:"buried" about:"messages that were dead-lettered"`
}

// queue is what happened in a queue. One of which nothing was heard is empty.
func (q *query) queue(name string) (v queued) {
	for _, e := range q.window.events {
		switch f := e.Fact.(type) {
		case sim.Queue:
			if f.Name == name {
				v.Ready, v.Unacked = int(f.Ready), int(f.Unacked)
				v.Most = max(v.Most, v.Ready+v.Unacked)
			}
		case sim.Redelivered:
			if f.Queue == name {
				v.Again++
			}
		case sim.Buried:
			if f.Queue == name {
				v.Buried++
			}
		}
	}
	return v
}

// dealing is how long messages took from being sent to being dealt with.
type dealing struct {
	began, ended time.Duration // the first one was sent, the last one was dealt with
	latest       *hop          // of those dealt with, in the order of sending, the one that took until latest
	overtook     int           // dealt with before one that was sent earlier
}

// done is when a message was dealt with.
func (h *hop) done() time.Duration { return h.sent + h.settled }

// add takes one more message; they come in the order in which they were sent.
func (p *dealing) add(h *hop) {
	if p.began == 0 {
		p.began = h.sent
	}
	if h.settled == 0 {
		return
	}
	p.ended = max(p.ended, h.done())
	switch {
	case p.latest != nil && h.done() < p.latest.done():
		p.overtook++
	default:
		p.latest = h
	}
}

// took is from the first one sent until the last one dealt with.
func (p *dealing) took() time.Duration { return max(p.ended-p.began, 0) }

// backlogAt is the state of a queue at one moment of a step.
type backlogAt struct {
	age     time.Duration // how long the oldest waiting message had waited
	waiting int           // accepted, and not handled yet
	handled int
}

// at is the state of the queue of a link at a moment, counted from the first
// message of this step. Of a moment that has not come yet nothing is known.
//
//	sent      ■───────────────▶ done
//	  sent      ■──────────────────▶ done
//	                  ▲ at: two wait; the age is that of the first
func (q *query) at(link string, at time.Duration) (b backlogAt, err error) {
	now, first := time.Duration(0), time.Duration(-1)
	for _, h := range q.window.hops {
		if h.link != sim.LinkID(link) || !h.saw(sim.KindAccepted) {
			continue
		}
		if first < 0 {
			first = h.sent
			at += first
		}
		now = max(now, h.sent, h.done())
		switch {
		case h.sent > at:
		case h.settled == 0 || h.done() > at:
			b.waiting++
			b.age = max(b.age, at-h.sent)
		default:
			b.handled++
		}
	}
	if first < 0 || now < at {
		return backlogAt{}, errNothing
	}
	return b, nil
}

// oldest is how long the oldest message of a link had waited at a moment.
func (q *query) oldest(link string, at time.Duration) (time.Duration, error) {
	b, err := q.at(link, at)
	return b.age, err
}

// backlog is how many messages of a link waited at a moment.
func (q *query) backlog(link string, at time.Duration) (int, error) {
	b, err := q.at(link, at)
	return b.waiting, err
}

// handled is how many messages of a link were handled by a moment.
func (q *query) handled(link string, at time.Duration) (int, error) {
	b, err := q.at(link, at)
	return b.handled, err
}

// handledAfter is how long the first message that fits took until it was handled, counted
// from when it was sent, or from the last start of its receiver if that came later:
// how long a stopped receiver stayed away is the reader's pace.
//
//	sent ■ ╌╌╌ receiver is down ╌╌╌ started ├──────────▶ handled
func (q *query) handledAfter(link string, given ...map[string]any) (took time.Duration, err error) {
	f, err := readFilter(given)
	if err != nil {
		return 0, err
	}
	f.text["link"] = link
	err = q.each(&f, func(h *hop) bool {
		if h.settled == 0 {
			return true
		}
		from := h.sent
		for _, e := range q.window.events {
			if e.Fact.Kind() == sim.KindStarted && e.Node.Service == h.link.To() && e.At <= h.done() {
				from = max(from, e.At)
			}
		}
		took = h.done() - from
		return false
	})
	if err == nil && took == 0 {
		err = errNothing
	}
	return took, err
}

// bar draws a duration beside others, 20 signs for a full one.
func bar(d, full time.Duration) (string, error) {
	const longest = 20
	if full <= 0 {
		return "", errNothing
	}
	n := int(math.Round(longest * float64(d) / float64(full)))
	return strings.Repeat("■", max(1, min(n, longest))), nil
}
