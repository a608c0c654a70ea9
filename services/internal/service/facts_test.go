package service_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/sim"
)

// group runs background work until the test ends.
type group struct{ ctx context.Context }

func (g group) Go(_ string, f func(context.Context)) bool {
	go f(g.ctx)
	return true
}

// broker takes facts, unless it is away.
type broker struct {
	envtest.Others
	away bool
	took []string
}

func (b *broker) Publish(_ context.Context, topic string, m sim.Message) error {
	if b.away {
		return sim.Errorf(sim.Unavailable, "the broker is away")
	}
	b.took = append(b.took, topic+" "+m.Header.Get("ce-id"))
	return nil
}

// lookups counts how often the whole outbox is looked up.
type lookups struct {
	*envtest.Store
	n int
}

func (l *lookups) Do(ctx context.Context, f func(sim.Tx) error) error {
	return l.Store.Do(ctx, func(tx sim.Tx) error { return f(lookup{tx, &l.n}) })
}

type lookup struct {
	sim.Tx
	n *int
}

func (l lookup) Keys(table string) ([]string, error) {
	*l.n++
	return l.Tx.Keys(table)
}

// What was written while a broker was away is published when it is back: all of
// it, in order, and without looking through the outbox for each.
func TestOutbox(t *testing.T) {
	const many = 500
	synctest.Test(t, func(t *testing.T) {
		env := envtest.New("order")
		b, store := &broker{away: true}, &lookups{Store: env.Store}
		ctx, end := context.WithCancel(t.Context())
		back := make(chan struct{})
		env.Env.Call, env.Env.Store, env.Env.Group = b, store, group{ctx}
		env.Env.Sleep = func(ctx context.Context, _ time.Duration) error {
			select {
			case <-back:
			case <-ctx.Done():
			}
			return nil
		}
		f := service.NewFacts(&env.Env, sim.ServiceSpec{Outbox: true})
		var want []string
		for i := range many {
			id := fmt.Sprintf("created/%d", i)
			want = append(want, "created "+id)
			if err := store.Do(ctx, func(tx sim.Tx) error { return f.Write(tx, "created", id, wrapperspb.Int64(int64(i))) }); err != nil {
				t.Fatal(err)
			}
			f.Publish(ctx, "created", id, nil)
		}
		synctest.Wait()
		b.away = false
		close(back)
		synctest.Wait()
		if !slices.Equal(b.took, want) {
			t.Errorf("published %d: %v", len(b.took), b.took[:min(3, len(b.took))])
		}
		if store.n > 10 {
			t.Errorf("the outbox was looked up %d times for %d facts", store.n, many)
		}
		end()
		synctest.Wait()
	})
}
