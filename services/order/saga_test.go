package order_test

import (
	"strings"
	"sync"
	"testing"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/order"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// A fact may come twice, and at once: the order is confirmed once, and those who go
// on are told once.
func TestTurnsOutOnce(t *testing.T) {
	for range 20 {
		env, _ := shop()
		s := order.New(&env.Env, sim.ServiceSpec{Saga: "facts"})
		got, err := place(t.Context(), s, basket(), "")
		if err != nil || got.GetStatus() != orderv1.Order_PENDING {
			t.Fatal(got, err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.StockReserved{OrderId: got.GetId(), PaymentId: "p-1"}, nil); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.StockMissing{OrderId: got.GetId(), Reason: "late"}, nil); err != nil {
			t.Error(err)
		}
		if now := kept(t, s, got.GetId()); now.GetStatus() != orderv1.Order_CONFIRMED || now.GetPaymentId() != "p-1" {
			t.Fatalf("it is %v", now)
		}
		effects := strings.Join(env.Store.Effects(), "; ")
		if n := strings.Count(effects, "confirmed"); n != 1 {
			t.Fatalf("confirmed %d times: %s", n, effects)
		}
		told := strings.Join(env.Others.Calls(), "; ")
		if n := strings.Count(told, "Ship"); n != 1 {
			t.Fatalf("shipping was told %d times: %s", n, told)
		}
	}
}

// Facts of an order that nobody remembers change nothing.
func TestFactsOfNoOrder(t *testing.T) {
	env, _ := shop()
	s := order.New(&env.Env, sim.ServiceSpec{Saga: "facts"})
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.PaymentDeclined{OrderId: "o-9", Reason: "no"}, nil); err != nil {
		t.Error(err)
	}
	if effects := env.Store.Effects(); len(effects) > 0 {
		t.Errorf("effects: %v", effects)
	}
}
