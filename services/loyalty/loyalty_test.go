package loyalty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/loyalty"
	loyaltyv1 "github.com/msc-sim/msc-sim/services/loyalty/v1"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func TestPoints(t *testing.T) {
	for _, tt := range []struct {
		once           bool
		points, orders int64
	}{{false, 72, 2}, {true, 36, 1}} {
		s := loyalty.New(&envtest.New("loyalty").Env, sim.ServiceSpec{Once: tt.once})
		for range 2 {
			fact := &eventsv1.OrderCreated{OrderId: "o-1", CustomerId: "c-1", Total: &moneyv1.Money{Currency: "EUR", Cents: 3699}}
			if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, fact, sim.Header{"ce-id": {"order-created/o-1"}}); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []*loyaltyv1.Points{{CustomerId: "c-1", Points: tt.points, Orders: tt.orders}, {CustomerId: "c-2"}} {
			got, err := envtest.Ask[*loyaltyv1.Points](t.Context(), s, &loyaltyv1.GetPoints{CustomerId: want.GetCustomerId()}, nil)
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
				t.Errorf("once %t: %v\n%s", tt.once, err, diff)
			}
		}
		if _, err := envtest.Ask[*loyaltyv1.Points](t.Context(), s, &loyaltyv1.GetPoints{CustomerId: "a b"}, nil); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("a bad id gives %v", err)
		}
	}
}
