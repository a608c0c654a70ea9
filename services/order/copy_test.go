package order_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/order"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func TestACopyOfTheShelf(t *testing.T) {
	env := envtest.New("desk")
	s := order.New(&env.Env, sim.ServiceSpec{Name: "desk", Kind: "order"})
	at := time.Now()
	hear := func(left int32, at time.Time) {
		t.Helper()
		f := &eventsv1.StockChanged{ProductId: "101", Available: proto.Int32(left), ChangedAt: timestamppb.New(at)}
		if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, f, nil); err != nil {
			t.Fatal(err)
		}
	}
	place := func(quantity int32, want string) {
		t.Helper()
		req := &orderv1.PlaceOrder{CustomerId: "c-1", Items: []*orderv1.Item{{ProductId: "101", Quantity: quantity}}}
		o, err := envtest.Ask[*orderv1.Order](t.Context(), s, req, nil)
		got := o.GetId()
		if err != nil {
			got = sim.CodeOf(err).String() + ": " + err.Error()
		}
		if got != want {
			t.Errorf("%d of it: %q, want %q", quantity, got, want)
		}
	}
	place(9, "desk-1") // nothing was heard
	hear(1, at)
	place(2, "conflict: only 1 of product 101 left, by the copy of the stock")
	place(1, "desk-2")
	place(1, "desk-3") // what it sells is not struck out: inventory counts, not order
	hear(0, at.Add(2*time.Second))
	hear(5, at.Add(time.Second)) // came late
	place(1, "conflict: only 0 of product 101 left, by the copy of the stock")
	want := []string{"order desk-1 confirmed", "copied the stock: 1 of 101", "order desk-2 confirmed", "order desk-3 confirmed", "copied the stock: 0 of 101"}
	if diff := cmp.Diff(want, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}
