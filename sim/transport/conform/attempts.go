package conform

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// Libraries like to make a failed request again behind our back. Here one
// connection is reset while the server goes on listening, and the attempts that
// the server saw are counted: there must be exactly the one that was made.

// risky are the requests that libraries think safe to repeat, and one more.
func risky(id string) []struct {
	name string
	m    sim.Message
} {
	made := sim.NewMessage(&conformv1.MakeThing{Id: id})
	keyed := made
	keyed.Header = sim.Header{sim.HeaderIdempotencyKey: {`"k"`}}
	put := sim.NewMessage(&conformv1.PutThing{Thing: &conformv1.Thing{Id: id}})
	return []struct {
		name string
		m    sim.Message
	}{{"get", get(id)}, {"put", put}, {"make", made}, {"make with a key", keyed}}
}

// eachRisky tries every risky request on a fresh connection, and where several
// used ones are idle.
func eachRisky(t *testing.T, s Subject, try func(t *testing.T, p *pair, f *fickle, m sim.Message, acted *atomic.Int32)) {
	for _, r := range risky("boom") {
		for _, used := range []int{0, 4} {
			t.Run(fmt.Sprintf("%s with %d used connections", r.name, used), func(t *testing.T) {
				transport, _ := s.New(t)
				f := new(fickle)
				var acted atomic.Int32
				var together sync.WaitGroup
				together.Add(used)
				p := openOn(t, transport, f, func(ctx context.Context, m sim.Message) (sim.Message, error) {
					if m.Type == "sim.conform.v1.Ping" {
						together.Done()
						together.Wait()
						return echo(ctx, m)
					}
					acted.Add(1)
					f.acted()
					return echo(ctx, m)
				})
				p.use(used)
				try(t, p, f, r.m, &acted)
			})
		}
	}
}

// use makes n calls that are answered together, so that as many connections as
// the transport needs for that are open and idle afterwards.
func (p *pair) use(n int) {
	p.t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() { // ends with the call
			if _, err := p.conn.Do(p.t.Context(), sim.NewMessage(&conformv1.Ping{})); err != nil {
				p.t.Error(err)
			}
		})
	}
	all.Wait()
}

func resetBefore(t *testing.T, s Subject) {
	eachRisky(t, s, func(t *testing.T, p *pair, f *fickle, m sim.Message, acted *atomic.Int32) {
		f.resetOn("boom")
		_, err := p.conn.Do(t.Context(), m)
		lost(t, err)
		if got := int(acted.Load()) + f.count(); got != 1 || f.count() != 1 {
			t.Errorf("the server saw %d attempts, %d of them reset; 1 was made", got, f.count())
		}
	})
}

func resetAfter(t *testing.T, s Subject) {
	eachRisky(t, s, func(t *testing.T, p *pair, f *fickle, m sim.Message, acted *atomic.Int32) {
		f.armAnswer()
		_, err := p.conn.Do(t.Context(), m)
		lost(t, err)
		if got := acted.Load(); got != 1 {
			t.Errorf("the server acted %d times; 1 attempt was made", got)
		}
	})
}

// lost is what the caller must be told: nobody answered, and we found out.
func lost(t *testing.T, err error) {
	t.Helper()
	if e := sim.AsError(err); e == nil || e.Code != sim.Unavailable || e.Remote || e.Message == "" {
		t.Errorf("got %+v, want unavailable, found out here", e)
	}
}
