package order_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func TestWithoutAKeyEveryOrderIsNew(t *testing.T) {
	_, s := shop()
	for _, want := range []string{"o-1", "o-2"} {
		if got, err := place(t.Context(), s, basket(), ""); got.GetId() != want || err != nil {
			t.Errorf("%v, %v; want %s", got, err, want)
		}
	}
}

func TestAKeyStandsForOneOrder(t *testing.T) {
	env, s := shop()
	first, err := place(t.Context(), s, basket(), "k")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"k", `"k"`} {
		again, err := place(t.Context(), s, basket(), key)
		if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("key %s: %v (-first +again):\n%s", key, err, diff)
		}
	}
	charges := slices.DeleteFunc(env.Others.Calls(), func(c string) bool { return c != "ask payment Charge" })
	if len(charges) != 1 {
		t.Errorf("charged %d times", len(charges))
	}
	if diff := cmp.Diff([]string{"order o-1 confirmed"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestADeclinedOrderStaysDeclinedUnderItsKey(t *testing.T) {
	env, s := shop()
	env.Others.Answers("payment", says(&paymentv1.Receipt{Status: paymentv1.Receipt_DECLINED, Reason: proto.String("no")}, nil))
	for range 2 {
		if got, err := place(t.Context(), s, basket(), "k"); got.GetId() != "o-1" || got.GetStatus() != orderv1.Order_DECLINED || err != nil {
			t.Errorf("%v, %v", got, err)
		}
	}
	if len(env.Store.Effects()) != 1 {
		t.Errorf("effects %v", env.Store.Effects())
	}
}

// The order failed; asked again with its key, it is the same order that is tried
// again, so that payment sees the same key as before.
func TestAFailedOrderIsTriedAgainUnderItsKey(t *testing.T) {
	env, s := shop()
	env.Others.Answers("payment", says(nil, silence))
	if _, err := place(t.Context(), s, basket(), "k"); sim.CodeOf(err) != sim.Timeout {
		t.Fatalf("%v", err)
	}
	var keys []string
	env.Others.Answers("payment", func(_ context.Context, m sim.Message) (proto.Message, error) {
		keys = append(keys, m.Header.Get(sim.HeaderIdempotencyKey))
		return &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil
	})
	got, err := place(t.Context(), s, basket(), "k")
	if err != nil || got.GetId() != "o-1" || got.GetStatus() != orderv1.Order_CONFIRMED || got.GetReason() != "" {
		t.Errorf("%v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"o-1"}, keys); diff != "" {
		t.Errorf("keys at payment (-want +got):\n%s", diff)
	}
}

func TestAnOrderThatIsWorkedOnIsAConflict(t *testing.T) {
	env, s := shop()
	env.Others.Answers("payment", func(ctx context.Context, _ sim.Message) (proto.Message, error) {
		_, err := place(ctx, s, basket(), "k") // the same again, meanwhile
		if sim.CodeOf(err) != sim.Conflict || err.Error() != "order o-1 is being worked on" {
			t.Errorf("meanwhile: %v", err)
		}
		return &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil
	})
	if got, err := place(t.Context(), s, basket(), "k"); err != nil || got.GetStatus() != orderv1.Order_CONFIRMED {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAKeyBelongsToItsItemsAndItsCustomer(t *testing.T) {
	_, s := shop()
	if _, err := place(t.Context(), s, basket(), "k"); err != nil {
		t.Fatal(err)
	}
	other := basket()
	other.Items[0].Quantity = 3
	_, err := place(t.Context(), s, other, "k")
	if err == nil || sim.AsError(err).Status() != 422 {
		t.Errorf("other items: %v", err)
	}
	other.CustomerId = "c-2"
	if got, err := place(t.Context(), s, other, "k"); err != nil || got.GetId() != "o-2" {
		t.Errorf("another customer: %v, %v", got, err)
	}
}
