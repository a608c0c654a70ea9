package inventory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
)

// What was paid for is kept once, and refused for good: the money of a refusal has
// gone back when its fact comes a second time.
func TestFactsOfPaymentsThatComeTwice(t *testing.T) {
	env, s := shop(t)
	paid := func(order string, n int32) {
		t.Helper()
		f := &eventsv1.PaymentCharged{OrderId: order, PaymentId: "p-" + order, Lines: []*eventsv1.Line{{ProductId: "101", Quantity: n}}}
		if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, f, nil); err != nil {
			t.Fatal(err)
		}
	}
	paid("o-1", 4)
	paid("o-1", 4)
	wantStock(t, s, 1, 4)
	paid("o-2", 2)
	set(t, s, "101", 9)
	paid("o-2", 2)
	wantStock(t, s, 9, 4)
	paid("o-3", 2)
	wantStock(t, s, 7, 6)
	want := []string{
		"5 of 101 on the shelf", "reserved 4 of 101 for o-1", "nothing reserved for o-2: only 1 of product 101 left",
		"9 of 101 on the shelf", "nothing reserved for o-2: only 1 of product 101 left", "reserved 2 of 101 for o-3",
	}
	if diff := cmp.Diff(want, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}
