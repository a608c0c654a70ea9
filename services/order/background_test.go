package order_test

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/services/order"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// background keeps work until somebody does it.
type background []func(context.Context)

func (b *background) Go(_ string, f func(context.Context)) bool {
	*b = append(*b, f)
	return true
}

// dead is the group of an instance that was killed.
type dead struct{}

func (dead) Go(string, func(context.Context)) bool { return false }

func TestInTheBackgroundAnOrderIsPendingUntilItsWorkIsDone(t *testing.T) {
	env, _ := shop()
	var work background
	env.Group = &work
	s := order.New(&env.Env, sim.ServiceSpec{Settings: map[string]string{"background": "true"}})
	got, err := place(t.Context(), s, basket(), "")
	if err != nil || got.GetStatus() != orderv1.Order_PENDING || kept(t, s, "o-1").GetStatus() != orderv1.Order_PENDING {
		t.Fatalf("the customer hears %v, %v; want it pending", got, err)
	}
	if len(work) != 1 {
		t.Fatalf("%d pieces of work", len(work))
	}
	work[0](t.Context())
	if now := kept(t, s, "o-1").GetStatus(); now != orderv1.Order_CONFIRMED || got.GetStatus() != orderv1.Order_PENDING {
		t.Errorf("later it is %s, and the answer that was given is %s", now, got.GetStatus())
	}
}

func TestInTheBackgroundOfAKilledInstanceNothingIsBegun(t *testing.T) {
	env, _ := shop()
	env.Group = dead{}
	s := order.New(&env.Env, sim.ServiceSpec{Settings: map[string]string{"background": "true"}})
	if _, err := place(t.Context(), s, basket(), ""); err != sim.ErrKilled {
		t.Errorf("%v", err)
	}
}
