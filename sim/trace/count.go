package trace

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/msc-sim/msc-sim/sim"
)

// counts is what a shard knows of one link. It is changed under the shard's lock,
// every field of an event at once, so that at every moment
//
//	sent = answered + accepted + failed + lost + in flight
//
// holds in each shard, and therefore in their sum.
type counts struct {
	calls, sent, answered, failed, timedOut, lost, inFlight, retries, hedges int64
	accepted, settled, rejected, hit, redelivered                            int64
	bytesOut, bytesIn                                                        int64
	max                                                                      int64                   // longest took, ns
	total                                                                    int64                   // of what took holds, ns
	took                                                                     *hdrhistogram.Histogram // µs, of attempts that ended; nil = none yet
}

// Latency is measured from 1 µs to a minute with two digits.
const (
	shortest = int64(1)
	longest  = int64(time.Minute / time.Microsecond)
	digits   = 2
)

// count applies r to the counters of its link. The shard is locked.
func (s *Shard) count(r *Record) {
	if r.Link == 0 {
		return
	}
	switch r.Kind {
	case sim.KindCalled:
		s.link(r.Link).calls++
	case sim.KindSent:
		c := s.link(r.Link)
		c.sent++
		c.inFlight++
		switch {
		case r.N[3] == hedge:
			c.hedges++
		case r.N[2] > 1:
			c.retries++
		}
	case sim.KindAnswered:
		c := s.link(r.Link)
		c.answered++
		c.home(r)
	case sim.KindFailed:
		c := s.link(r.Link)
		c.failed++
		if r.Code == sim.Timeout {
			c.timedOut++
		}
		c.home(r)
	case sim.KindReceived:
		if r.N[3] == outside {
			c := s.link(r.Link)
			c.calls++
			c.sent++
			c.inFlight++
		}
	case sim.KindReplied:
		if r.N[3] == outside {
			c := s.link(r.Link)
			if r.Code.Answers() {
				c.answered++
			} else {
				c.failed++
			}
			c.inFlight--
			c.measure(r.N[0])
		}
	case sim.KindLost:
		c := s.link(r.Link)
		c.lost++
		c.inFlight--
	case sim.KindAccepted:
		c := s.link(r.Link)
		c.accepted++
		c.home(r)
	case sim.KindSettled:
		s.link(r.Link).settled++
	case sim.KindRejected:
		s.link(r.Link).rejected++
	case sim.KindRedelivered:
		s.link(r.Link).redelivered++
	case sim.KindHit:
		s.link(r.Link).hit++
	}
}

func (s *Shard) link(id uint32) *counts {
	c := s.links[id]
	if c == nil {
		c = &counts{}
		s.links[id] = c
	}
	return c
}

// home counts what is known when an attempt is over.
func (c *counts) home(r *Record) {
	c.inFlight--
	c.bytesOut += r.N[2]
	c.bytesIn += r.N[3]
	c.measure(r.N[0])
}

// measure keeps how long an attempt took, in nanoseconds.
func (c *counts) measure(took int64) {
	c.max = max(c.max, took)
	c.total += took
	if c.took == nil {
		c.took = hdrhistogram.New(shortest, longest, digits)
	}
	_ = c.took.RecordValue(min(max(took/1e3, shortest), longest)) // cannot fail within its bounds
}

// Outside marks a record of a request that came from outside the world: the
// receiver's records are all that is known of it, so they are counted.
func (r *Record) Outside() { r.N[3] = outside }

const outside = 1

// Hedge marks an attempt that leaves while an earlier one of its call is in flight.
func (r *Record) Hedge() { r.N[3] = hedge }

const hedge = 1

// Late marks the response to a request whose caller had given up before.
func (r *Record) Late() { r.N[1] = 1 }

// Abandon counts a request from outside as failed whose receiver was killed: it
// will never be answered.
func (s *Shard) Abandon(link uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.link(link)
	c.failed++
	c.inFlight--
}

// reset starts counting again. Attempts under way and accepted asks not yet
// settled stay so, and count as sent, so that the sum goes on to hold.
func (c *counts) reset() {
	took := c.took
	pending := c.accepted - c.settled
	*c = counts{sent: c.inFlight + pending, inFlight: c.inFlight, accepted: pending, took: took}
	if took != nil {
		took.Reset()
	}
}

// LinkStats sums what all shards counted on a link since the last reset. It is
// exact, whatever was kept of the events. Transport and Breaker are left to the
// world. A link that nothing crossed has zeros.
func (l *Log) LinkStats(id sim.LinkID) sim.LinkStats {
	st := sim.LinkStats{Link: id}
	link, ok := l.names.find(string(id))
	if !ok {
		return st
	}
	var took *hdrhistogram.Histogram
	var longestTook, total int64
	for _, s := range l.allShards() {
		c := s.countsOf(link)
		st.Calls += c.calls
		st.Sent += c.sent
		st.Answered += c.answered
		st.Failed += c.failed
		st.TimedOut += c.timedOut
		st.Lost += c.lost
		st.Accepted += c.accepted
		st.Settled += c.settled
		st.Pending += c.accepted - c.settled
		st.Rejected += c.rejected
		st.FaultsHit += c.hit
		st.Redelivered += c.redelivered
		st.InFlight += c.inFlight
		st.Retries += c.retries
		st.Hedges += c.hedges
		st.BytesOut += c.bytesOut
		st.BytesIn += c.bytesIn
		longestTook = max(longestTook, c.max)
		total += c.total
		if took == nil {
			took = c.took
		} else if c.took != nil {
			took.Merge(c.took)
		}
	}
	if took != nil && took.TotalCount() > 0 {
		st.Ended, st.Took = took.TotalCount(), time.Duration(total)
		ms := func(us int64) *float64 { v := float64(min(us*1e3, longestTook)) / 1e6; return &v }
		st.P50, st.P90, st.P99 = ms(took.ValueAtQuantile(50)), ms(took.ValueAtQuantile(90)), ms(took.ValueAtQuantile(99))
		st.Max = ms(longestTook)
	}
	return st
}

// countsOf copies the counters of a link.
func (s *Shard) countsOf(link uint32) counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.links[link]
	if c == nil {
		return counts{}
	}
	copied := *c
	if c.took != nil {
		copied.took = c.took.Clone()
	}
	return copied
}

// FromOutside is how many requests from outside the world this shard's owner has
// received along a link since the last reset.
func (s *Shard) FromOutside(link sim.LinkID) int64 {
	id, ok := s.log.names.find(string(link))
	if !ok {
		return 0
	}
	return s.countsOf(id).calls
}

// Links lists the links that anything was counted on, in alphabetical order.
func (l *Log) Links() []sim.LinkID {
	var ids []sim.LinkID
	for _, s := range l.allShards() {
		s.mu.Lock()
		for id := range s.links {
			ids = append(ids, sim.LinkID(l.textOf(id)))
		}
		s.mu.Unlock()
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// ResetCounters starts counting again. Attempts under way stay in flight and
// count as sent. The events and their numbering are not touched.
func (l *Log) ResetCounters() {
	for _, s := range l.allShards() {
		s.mu.Lock()
		for _, c := range s.links {
			c.reset()
		}
		s.mu.Unlock()
	}
}
