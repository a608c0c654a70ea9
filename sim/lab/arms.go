package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	genericv1 "github.com/msc-sim/msc-sim/services/generic/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/compare"
	"github.com/msc-sim/msc-sim/sim/load"
)

// Arms is a world for comparing transports: one client, and one receiver for each
// transport, all of which do the same job, which is none.
type Arms struct {
	lab  *Lab
	arms []*arm
}

// Comparable are the names of the transports that can be compared.
func Comparable() (all []string) {
	all = []string{"rest", "grpc"}
	for _, p := range products() {
		all = append(all, p.name)
	}
	return all
}

// OpenArms starts the world. Each job carries so many bytes of text. Close ends it.
func OpenArms(ctx context.Context, transports []string, payload int) (*Arms, error) {
	var arms []armSpec
	for _, t := range transports {
		if !slices.Contains(Comparable(), t) {
			return nil, sim.Unknown("arm", t, Comparable())
		}
		arms = append(arms, armSpec{name: t, transport: t})
	}
	return openArms(ctx, arms, payload)
}

// armSpec is an arm whose receiver takes its time.
type armSpec struct {
	name, transport string
	takes           sim.Dist
}

func openArms(ctx context.Context, arms []armSpec, payload int) (*Arms, error) {
	spec := &sim.WorldSpec{Name: "compare", Seed: 1, Services: []sim.ServiceSpec{{Name: "client", Kind: "client", Instances: 1}}}
	for _, one := range arms {
		to := "by-" + one.name
		spec.Services = append(spec.Services, sim.ServiceSpec{Name: to, Kind: "generic", Instances: 1, Time: one.takes})
		spec.Links = append(spec.Links, sim.LinkSpec{ID: sim.Link("client", to), Transport: one.transport})
	}
	l, err := Open(ctx, spec, Options{})
	if err != nil {
		return nil, err
	}
	a := &Arms{lab: l}
	for _, one := range arms {
		to := "by-" + one.name
		m := sim.NewMessage(&genericv1.Job{Path: to + "/job", Payload: strings.Repeat("x", payload)})
		a.arms = append(a.arms, &arm{lab: l, name: one.name, transport: one.transport, to: to, link: sim.Link("client", to), job: m})
	}
	return a, nil
}

// Each are the arms, in the order of the transports.
func (a *Arms) Each() (all []compare.Arm) {
	for _, one := range a.arms {
		all = append(all, one)
	}
	return all
}

// Bytes are those of one job over each arm. To be called before anything is measured.
func (a *Arms) Bytes(ctx context.Context) (all []compare.Bytes, err error) {
	for _, one := range a.arms {
		b, err := one.bytes(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// Says is what the transport of an arm promises, and whether its broker is built in.
func (a *Arms) Says(arm int) (p sim.Promise, builtIn bool) {
	one := a.arms[arm]
	return a.lab.LinkStats(one.link).Guarantees, slices.ContainsFunc(products(), func(p product) bool { return p.name == one.transport })
}

// Machine is what it was measured on.
func (a *Arms) Machine() string { return a.lab.status().Machine }

// Close ends the world.
func (a *Arms) Close() error { return a.lab.Close() }

// arm is one transport. Its jobs are told: the caller goes on when the receiver, or
// a broker, has taken it.
type arm struct {
	lab             *Lab
	name, transport string
	to              string
	link            sim.LinkID
	job             sim.Message
	ids             atomic.Uint64
}

func (a *arm) Name() string { return a.name }

// Offer implements [compare.Arm].
func (a *arm) Offer(ctx context.Context, rate sim.Rate, during time.Duration) (compare.Block, error) {
	var mu sync.Mutex
	meant := map[sim.TraceID]time.Duration{}
	before := a.lab.log.Last()
	r, err := load.Run(ctx, load.Options{Rate: rate, For: during}, func(ctx context.Context, intended time.Time) error {
		id := a.traceID()
		mu.Lock()
		meant[id] = a.lab.Now() - time.Since(intended)
		mu.Unlock()
		return a.tell(sim.WithSpan(ctx, &sim.Span{Trace: id}))
	})
	if err != nil {
		return compare.Block{}, err
	}
	if err := a.settled(ctx); err != nil {
		return compare.Block{}, err
	}
	b := compare.Block{Jobs: int(r.Answered), Failed: int(r.Failed + r.Refused), Lasted: r.Lasted}
	return b, a.times(ctx, before, meant, &b)
}

// Saturate implements [compare.Arm].
func (a *arm) Saturate(ctx context.Context, callers int, during time.Duration) (compare.Block, error) {
	return compare.Saturate(ctx, callers, during, a.tell, a.settled)
}

func (a *arm) tell(ctx context.Context) error {
	return a.lab.Caller("client").Tell(ctx, a.to, a.job)
}

// traceID names a job, so that its events are found.
func (a *arm) traceID() (id sim.TraceID) {
	copy(id[:], fmt.Sprintf("%04.4s%012x", a.name, a.ids.Add(1)))
	return id
}

// settled waits until nothing is in flight or pending.
func (a *arm) settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		switch s := a.lab.LinkStats(a.link); {
		case s.Pending == 0 && s.InFlight == 0:
			return nil
		case ctx.Err() != nil:
			return sim.Errorf(sim.Timeout, "over %s %d jobs are not done", a.name, s.Pending+s.InFlight)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
}

// times reads from the log when each job was taken and when it was done.
func (a *arm) times(ctx context.Context, after sim.Seq, meant map[sim.TraceID]time.Duration, b *compare.Block) error {
	buf := make([]sim.Event, 4096)
	for {
		n, next, missed := a.lab.log.Read(after, buf)
		if missed > 0 {
			return sim.Errorf(sim.Internal, "%d events of a block are gone", missed)
		}
		if n == 0 {
			return ctx.Err()
		}
		for _, e := range buf[:n] {
			began, mine := meant[e.Trace]
			if !mine || e.Link != a.link {
				continue
			}
			switch e.Fact.(type) {
			case sim.Answered, sim.Accepted:
				b.Caller = append(b.Caller, e.At-began)
			case sim.Replied:
				b.Done = append(b.Done, e.At-began)
			}
		}
		after = next
	}
}
