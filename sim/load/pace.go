package load

import (
	"fmt"
	"math"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// pace is how many requests were started lately, measured over a second at least.
type pace struct {
	from    time.Time
	started int64    // until from
	sent    sim.Rate // in the second before it; 0 = none was measured yet
	short   bool     // those are fewer than offered
	told    sim.Rate // sent, as it was last said to fall short
}

// keepPace measures what is sent, and says so when it falls short of what is offered.
func (g *Generator) keepPace() {
	now := time.Now()
	g.mu.Lock()
	p, rate := &g.pace, g.plan.rate
	d := now.Sub(p.from)
	if d < time.Second {
		g.mu.Unlock()
		return
	}
	started := g.sum.Offered - g.sum.Refused
	p.sent = sim.Rate(float64(started-p.started) / d.Seconds())
	p.from, p.started = now, started
	was, sent := p.short, p.sent
	p.short = short(rate, sent, d)
	say := p.short != was || p.short && math.Abs(float64(sent-p.told)) > float64(rate)/10
	if !p.short {
		sent = rate
	}
	if say {
		p.told = sent
	}
	g.mu.Unlock()
	if say && g.paced != nil {
		g.paced(rate, sent)
	}
}

// short reports whether fewer were sent in d than a rate offers: by a twentieth, and by
// more than chance makes of random arrivals.
func short(rate, sent sim.Rate, d time.Duration) bool {
	want := float64(rate) * d.Seconds()
	return want-float64(sent)*d.Seconds() > max(want/20, 3*math.Sqrt(want))
}

// Shortfall says in words that fewer are sent than offered; "" when all are.
func (r Report) Shortfall() string {
	if !r.Short {
		return ""
	}
	why := "this machine is too slow for the rate"
	if r.Refused > 0 {
		why = "too many are in flight"
	}
	return fmt.Sprintf("%.0f of %s are sent: %s", float64(r.Sent), r.Rate, why)
}
