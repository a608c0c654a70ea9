package eureka

import (
	"math/rand/v2"
	"time"
)

// share of the expected renewals below which nothing is evicted, and of the instances
// that one sweep leaves.
const share = 0.85

// lease is what an instance holds that registered here.
type lease struct {
	id       string // of the instance in the registry
	info     info
	duration time.Duration
	updated  time.Time // from which its time runs
}

// renew starts the time of a lease anew. Eureka adds the duration here and again where
// it looks whether the lease is over, as a comment in its source admits: an instance is
// lost two durations after its last renewal.
func (l *lease) renew(now time.Time) {
	l.updated = now.Add(l.duration)
	l.info.LastRenewed = now
}

// expires is when the lease is over.
func (l *lease) expires() time.Time { return l.updated.Add(l.duration) }

// rate counts renewals. What it says is of the last whole minute.
type rate struct{ now, before int }

func (r *rate) turn() { r.now, r.before = 0, r.now }

// balance decides whether leases may be evicted: not when so many renewals are missing
// that it is more likely that the network is at fault.
type balance struct {
	on        bool // self-preservation
	counting  Counting
	timing    Timing
	expected  int // clients that should renew
	threshold int // renewals a minute that must be exceeded
	renewals  rate
}

func newBalance(on bool, c Counting, t Timing) balance {
	b := balance{on: on, counting: c, timing: t}
	if c == Spring {
		b.expected = 1
	}
	b.recount()
	return b
}

func (b *balance) recount() {
	perMinute := float64(b.timing.Minute) / float64(b.timing.Renewal)
	b.threshold = int(float64(b.expected) * perMinute * share)
}

// joined is told of a new lease. Netflix's own code adds it only if it expects somebody
// already.
func (b *balance) joined() {
	if b.counting != Alone {
		b.expected++
		b.recount()
	}
}

// left is told of a lease that ended, also of one that was evicted: since 2020 that
// lowers the threshold.
func (b *balance) left() {
	if b.expected > 0 {
		b.expected--
		b.recount()
	}
}

// review takes the number of leases as that of the clients, unless too many are missing.
// Without peers, a server asks nobody how many there are.
func (b *balance) review(leases int) {
	if b.counting == Peers && (float64(leases) > share*float64(b.expected) || !b.on) {
		b.expected = leases
		b.recount()
	}
}

// evicts reports whether expired leases end now.
func (b *balance) evicts() bool {
	return !b.on || b.threshold > 0 && b.renewals.before > b.threshold
}

// chosen are those of the expired leases that one sweep evicts: at most fifteen in a
// hundred of all, at random.
func chosen(expired []*lease, all int) []*lease {
	limit := all - int(float64(all)*share)
	if len(expired) > limit {
		rand.Shuffle(len(expired), func(i, j int) { expired[i], expired[j] = expired[j], expired[i] })
		expired = expired[:limit]
	}
	return expired
}
