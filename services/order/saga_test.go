package order_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/order"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// together lets nobody go on after a transaction before all have had one.
type together struct {
	sim.Store
	left atomic.Int32
	all  chan struct{}
}

func (s *together) Do(ctx context.Context, f func(sim.Tx) error) error {
	err := s.Store.Do(ctx, f)
	if s.left.Add(-1) == 0 {
		close(s.all)
	}
	<-s.all
	return err
}

// A fact may come twice, and at once: the order is confirmed once, and those who go
// on are told once.
func TestTurnsOutOnce(t *testing.T) {
	const times = 8
	env, _ := shop()
	store := &together{Store: env.Store, all: make(chan struct{})}
	env.Env.Store = store
	store.left.Store(times)
	s := order.New(&env.Env, sim.ServiceSpec{Settings: map[string]string{"saga": "facts"}})
	var all sync.WaitGroup
	hear := func() {
		if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.StockReserved{OrderId: "o-1", PaymentId: "p-1"}, nil); err != nil {
			t.Error(err)
		}
	}
	pending := &orderv1.Order{Id: "o-1", Status: orderv1.Order_PENDING}
	if err := env.Store.Do(t.Context(), func(tx sim.Tx) error { return tx.Put("orders", "o-1", pending) }); err != nil {
		t.Fatal(err)
	}
	for range times {
		all.Go(hear)
	}
	all.Wait()
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.StockMissing{OrderId: "o-1", Reason: "late"}, nil); err != nil {
		t.Error(err)
	}
	if now := kept(t, s, "o-1"); now.GetStatus() != orderv1.Order_CONFIRMED || now.GetPaymentId() != "p-1" {
		t.Errorf("it is %v", now)
	}
	if diff := cmp.Diff([]string{"order o-1 confirmed"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	told := strings.Join(env.Others.Calls(), "; ")
	if n := strings.Count(told, "Ship"); n != 1 {
		t.Errorf("shipping was told %d times: %s", n, told)
	}
}

// Facts of an order that nobody remembers change nothing.
func TestFactsOfNoOrder(t *testing.T) {
	env, _ := shop()
	s := order.New(&env.Env, sim.ServiceSpec{Settings: map[string]string{"saga": "facts"}})
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.PaymentDeclined{OrderId: "o-9", Reason: "no"}, nil); err != nil {
		t.Error(err)
	}
	if effects := env.Store.Effects(); len(effects) > 0 {
		t.Errorf("effects: %v", effects)
	}
}
