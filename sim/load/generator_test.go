package load

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ms = time.Millisecond

// takes is a server that needs d for every request.
func takes(d time.Duration) Request {
	return func(context.Context, time.Time) error { time.Sleep(d); return nil }
}

// virtual runs a load on the virtual clock of a synctest bubble, where sleeping
// is exact, unless nap says otherwise.
func virtual(t *testing.T, o Options, do Request, nap func(time.Duration), then func(*Generator)) {
	t.Helper()
	if err := o.Validate(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if nap == nil {
			nap = time.Sleep
		}
		g := start(t.Context(), o, do, nap)
		if then != nil {
			then(g)
		}
		<-g.Done()
		r := g.Report()
		if r.Offered != r.Refused+r.Answered+r.Failed || r.InFlight != 0 || r.Took.Count != r.Answered+r.Failed {
			t.Errorf("it does not add up: %+v", r)
		}
	})
}

func near3(got, want time.Duration) bool {
	return math.Abs(float64(got-want)) <= 0.002*float64(want)+1e3
}

func TestConstantLoad(t *testing.T) {
	began := time.Time{}
	n := 0
	do := func(_ context.Context, intended time.Time) error {
		if n == 0 {
			began = intended
		}
		if want := began.Add(time.Duration(n) * 10 * ms); !intended.Equal(want) || !time.Now().Equal(want) {
			t.Errorf("number %d was meant for %v and began at %v, want %v", n, intended, time.Now(), want)
		}
		n++
		time.Sleep(5 * ms)
		return nil
	}
	virtual(t, Options{Rate: 100, For: 10 * time.Second}, do, nil, func(g *Generator) {
		r := g.Wait()
		if r.Offered != 1000 || r.Answered != 1000 || r.Lasted != 10*time.Second || r.Achieved() != 100 {
			t.Errorf("got %+v", r)
		}
		if !near3(r.Took.P50, 5*ms) || r.Took.Longest != 5*ms || r.Took.Mean != 5*ms || r.Took != r.Service {
			t.Errorf("took %+v", r.Took)
		}
		if ok, why := r.Held(); !ok {
			t.Error(why)
		}
	})
}

// A server that stands still for one second in five, at 500 requests a second:
// a fifth of all customers wait between nothing and a second. p90 is half a
// second, p99 is 0.95 s. Tools that wait for answers print 1 and 3 to 5 ms.
func TestAStallIsMeasured(t *testing.T) {
	const service = ms
	var began time.Time
	do := func(_ context.Context, intended time.Time) error {
		if began.IsZero() {
			began = intended
		}
		if after := time.Since(began); after >= 2*time.Second && after < 3*time.Second {
			time.Sleep(3*time.Second - after)
		}
		time.Sleep(service)
		return nil
	}
	virtual(t, Options{Rate: 500, For: 5 * time.Second}, do, nil, func(g *Generator) {
		r := g.Wait()
		if r.Took.P50 > 2*ms || r.Took.P90 < 480*ms || r.Took.P90 > 520*ms || r.Took.P99 < 930*ms || r.Took.P99 > 970*ms {
			t.Errorf("p50 %v, p90 %v, p99 %v", r.Took.P50, r.Took.P90, r.Took.P99)
		}
		// S²/2T and a service time on top
		want := time.Second/(2*5) + service
		if off := (r.Took.Mean - want).Abs(); off > 2*ms {
			t.Errorf("mean %v, want %v", r.Took.Mean, want)
		}
		if ok, why := r.Held(); !ok {
			t.Error(why)
		}
	})
}

func TestCapRefusesAndSaysSo(t *testing.T) {
	virtual(t, Options{Rate: 100, For: 2 * time.Second, InFlight: 10}, takes(time.Second), nil, func(g *Generator) {
		r := g.Wait()
		if r.Offered != 200 || r.Answered != 20 || r.Refused != 180 {
			t.Errorf("got %+v", r)
		}
		if ok, why := r.Held(); ok || !strings.Contains(why, "180 of 200") {
			t.Errorf("held: %v, %q", ok, why)
		}
	})
}

// When the machine is late the customers have waited all the same.
func TestLateStartsCount(t *testing.T) {
	lazy := func(d time.Duration) { time.Sleep(d + 30*ms) }
	virtual(t, Options{Rate: 20, For: time.Second}, takes(5*ms), lazy, func(g *Generator) {
		r := g.Wait()
		if !near3(r.Took.P50, 35*ms) || !near3(r.Service.P50, 5*ms) || r.Behind != 30*ms || r.Late != 19 {
			t.Errorf("took %v, service %v, late %d, behind %v", r.Took.P50, r.Service.P50, r.Late, r.Behind)
		}
		if ok, why := r.Held(); ok || !strings.Contains(why, "19 of 20") {
			t.Errorf("held: %v, %q", ok, why)
		}
	})
}

func TestOutcomes(t *testing.T) {
	n := 0
	do := func(context.Context, time.Time) error {
		n++
		return []error{nil, sim.Errorf(sim.NotFound, "no"), sim.Errorf(sim.Unavailable, "refused"), context.DeadlineExceeded}[n%4]
	}
	virtual(t, Options{Rate: 40, For: time.Second}, do, nil, func(g *Generator) {
		if r := g.Wait(); r.Answered != 20 || r.Failed != 20 || r.TimedOut != 10 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestSet(t *testing.T) {
	offered := func(g *Generator, rate sim.Rate, a sim.Arrivals, during time.Duration) int64 {
		synctest.Wait()
		before := g.Report().Offered
		if err := g.Set(rate, a); err != nil {
			t.Fatal(err)
		}
		time.Sleep(during)
		synctest.Wait()
		return g.Report().Offered - before
	}
	virtual(t, Options{}, takes(0), nil, func(g *Generator) {
		for _, step := range []struct {
			rate sim.Rate
			min  int64
			max  int64
		}{{0, 0, 0}, {0.01, 1, 1}, {50, 500, 501}, {1000, 10000, 10001}, {0, 0, 1}, {10, 100, 101}} {
			if n := offered(g, step.rate, sim.Constant, 10*time.Second); n < step.min || n > step.max {
				t.Errorf("at %v: %d in 10 s", step.rate, n)
			}
		}
		if n := offered(g, 100, sim.Poisson, 100*time.Second); n < 9700 || n > 10300 {
			t.Errorf("Poisson: %d in 100 s", n)
		}
		if r := g.Report(); r.Rate != 100 || r.Arrivals != sim.Poisson {
			t.Errorf("got %+v", r)
		}
		if err := g.Set(-1, sim.Constant); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("a rate of -1: %v", err)
		}
		g.Stop()
	})
}

func TestStopLetsWhatIsInFlightComeHome(t *testing.T) {
	virtual(t, Options{Rate: 10}, takes(5*time.Second), nil, func(g *Generator) {
		time.Sleep(time.Second + ms)
		g.Stop()
		synctest.Wait()
		if r := g.Report(); r.InFlight != 11 || r.Offered != 11 {
			t.Errorf("when stopped: %+v", r)
		}
		if r := g.Wait(); r.Answered != 11 || r.Lasted != time.Second+ms {
			t.Errorf("in the end: %+v", r)
		}
	})
}

func TestContextEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		g := start(ctx, Options{Rate: 10}, func(ctx context.Context, _ time.Time) error {
			<-ctx.Done()
			return ctx.Err()
		}, time.Sleep)
		time.Sleep(time.Second + ms)
		cancel()
		if r := g.Wait(); r.Failed != 11 || r.Lasted != time.Second+ms {
			t.Errorf("got %+v", r)
		}
		g.Stop()
	})
}

func TestEndsByItself(t *testing.T) {
	virtual(t, Options{Rate: smallestToShow}, takes(0), nil, func(g *Generator) {
		if r := g.Wait(); r.Lasted != MaxTime || r.Offered != 4 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		o  Options
		ok bool
	}{
		{Options{}, true},
		{Options{Rate: sim.MaxRate, Arrivals: sim.Poisson, For: MaxTime, InFlight: MaxInFlight}, true},
		{Options{Rate: sim.MaxRate + 1}, false},
		{Options{Rate: -1}, false},
		{Options{Rate: 1e-9}, false},
		{Options{Rate: sim.Rate(math.NaN())}, false},
		{Options{Arrivals: 2}, false},
		{Options{For: -1}, false},
		{Options{For: MaxTime + 1}, false},
		{Options{InFlight: -1}, false},
		{Options{InFlight: MaxInFlight + 1}, false},
	} {
		if err := test.o.Validate(); (err == nil) != test.ok {
			t.Errorf("%+v: %v", test.o, err)
		}
		if test.ok {
			continue
		}
		if _, err := Run(t.Context(), test.o, nil); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("Run(%+v): %v", test.o, err)
		}
	}
}

// On the real clock: nothing starts before it should.
func TestRealTime(t *testing.T) {
	r, err := Run(t.Context(), Options{Rate: 1000, For: 200 * ms}, func(_ context.Context, intended time.Time) error {
		if time.Now().Before(intended) {
			return errors.New("too early")
		}
		return nil
	})
	if err != nil || r.Offered != 200 || r.Answered != 200 {
		t.Errorf("got %+v, %v", r, err)
	}
	t.Logf("latest start %v, p50 %v", r.Behind, r.Took.P50)
}

// When fewer are sent than offered it is said once, in numbers, and again when all are.
func TestShortfallIsSaid(t *testing.T) {
	type told struct{ offered, sent int }
	var all []told
	o := Options{Rate: 100, For: 5 * time.Second, Paced: func(offered, sent sim.Rate) {
		all = append(all, told{int(offered + 0.5), int(sent + 0.5)})
	}}
	do := func(context.Context, time.Time) error { return nil }
	virtual(t, o, do, nil, func(g *Generator) {
		time.Sleep(1500 * ms)
		if r := g.Report(); r.Shortfall() != "" || r.Sent < 99 || r.Sent > 101 {
			t.Errorf("while all are sent: %q, %s", r.Shortfall(), r.Sent)
		}
		g.mu.Lock()
		g.limit = 0 // nothing is let in
		g.mu.Unlock()
		time.Sleep(1500 * ms)
		if got := g.Report().Shortfall(); !strings.HasSuffix(got, " of 100/s are sent: too many are in flight") {
			t.Errorf("in words: %q", got)
		}
		g.mu.Lock()
		g.limit = UsualInFlight
		g.mu.Unlock()
	})
	if len(all) < 2 || all[0].offered != 100 || all[0].sent >= 95 || all[len(all)-1] != (told{100, 100}) {
		t.Errorf("told %v", all)
	}
}
