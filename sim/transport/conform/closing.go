package conform

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// serverFinishes ends a server while it works: the caller still gets its answer,
// and Serve returns after that, not before.
func serverFinishes(t *testing.T, s Subject) {
	began, goOn := make(chan bool, 1), make(chan bool)
	var worked atomic.Bool
	p := s.open(t, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		began <- true
		select {
		case <-goOn:
		case <-ctx.Done():
			return sim.Message{}, ctx.Err()
		}
		worked.Store(true)
		return echo(ctx, m)
	})
	type result struct {
		reply sim.Message
		err   error
	}
	got := make(chan result, 1)
	go func() { // ends when Do returns
		reply, err := p.conn.Do(t.Context(), get("1"))
		got <- result{reply, err}
	}()
	within(t, began, "the handler")
	finished := make(chan error, 1)
	go func() { finished <- p.finish() }() // ends with Serve
	p.refusesNew()
	close(goOn)
	if err := within(t, finished, "Serve to return"); err != nil {
		t.Errorf("Serve: %v", err)
	}
	if !worked.Load() {
		t.Error("Serve returned before its work was done")
	}
	if r := within(t, got, "the answer"); r.err != nil || idOf(r.reply) != "1" {
		t.Errorf("got %v, %v, want the answer", r.reply.Body, r.err)
	}
}

// refusesNew waits until the server takes no new connections. Where a broker
// does the listening there is nothing to wait for.
func (p *pair) refusesNew() {
	p.net.mu.Lock()
	heard := p.net.heard
	p.net.mu.Unlock()
	for heard {
		c, err := p.net.Net.Dial(p.t.Context(), route, p.addr)
		if err != nil {
			return
		}
		_ = c.Close()
	}
}

func serverIdle(t *testing.T, s Subject) {
	p := s.open(t, echo)
	for range 2 { // leaves a connection that is open and idle
		if _, err := p.conn.Do(t.Context(), get("1")); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.finish(); err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func closeWhileCalling(t *testing.T, s Subject) {
	p := s.open(t, echo)
	var all sync.WaitGroup
	warm := make(chan bool, 8)
	for c := range 8 {
		all.Go(func() { // ends when the connection is closed
			for i := 0; ; i++ {
				id := strconv.Itoa(c) + "-" + strconv.Itoa(i)
				reply, err := p.conn.Do(t.Context(), get(id))
				if i == 10 {
					warm <- true
				}
				if sim.CodeOf(err) == sim.Unavailable {
					return
				}
				if err != nil || idOf(reply) != id {
					t.Errorf("got %s, %v; want %s, or unavailable", idOf(reply), err, id)
					return
				}
			}
		})
	}
	for range 8 {
		within(t, warm, "callers")
	}
	for range 4 {
		all.Go(func() { // ends with Close
			if err := p.conn.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	all.Wait()
}

func closedConn(t *testing.T, s Subject) {
	p := s.open(t, echo)
	for range 2 {
		if err := p.conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := p.conn.Do(t.Context(), get("1"))
	lost(t, err)
}
