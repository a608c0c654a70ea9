package inventory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// sell lets inventory hear that somebody has sold one of a product.
func sell(t *testing.T, s sim.Service, order, product string) {
	t.Helper()
	f := &eventsv1.OrderCreated{OrderId: order, Lines: []*eventsv1.Line{{ProductId: product, Quantity: 1}}}
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, f, nil); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSoldTwiceIsOwed(t *testing.T) {
	env, s := shop(t)
	set(t, s, "101", 1)
	for _, order := range []string{"o-1", "desk-1", "desk-1", "o-1"} { // both are heard twice
		sell(t, s, order, "101")
	}
	wantStock(t, s, 0, 1)
	set(t, s, "101", 3)
	sell(t, s, "desk-1", "101") // it stays a debt
	sell(t, s, "o-2", "nowhere")
	for product, want := range map[string]int32{"101": 1, "nowhere": 1} {
		got, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s, &inventoryv1.GetStock{ProductId: product}, nil)
		if err != nil || got.GetOwed() != want {
			t.Errorf("of %s %d are owed (%v), want %d", product, got.GetOwed(), err, want)
		}
	}
	want := []string{
		"5 of 101 on the shelf", "1 of 101 on the shelf", "reserved 1 of 101 for o-1", "cannot deliver 1 of 101 to desk-1: only 0 of product 101 left",
		"3 of 101 on the shelf", "cannot deliver 1 of nowhere to o-2: there is no product nowhere",
	}
	if diff := cmp.Diff(want, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}
