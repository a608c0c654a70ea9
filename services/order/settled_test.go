package order_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/internal/service"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// A store of orders stops growing: the oldest that are settled go with their keys,
// one that is pending stays, and a look-up of a dropped one says why it is gone.
func TestTheOldestSettledOrdersGo(t *testing.T) {
	env, s := shop()
	env.Others.Answers("payment", says(nil, sim.ErrAccepted))
	pending, err := place(t.Context(), s, basket(), "")
	if err != nil || pending.GetStatus() != orderv1.Order_PENDING {
		t.Fatal(pending, err)
	}
	env.Others.Answers("payment", func(context.Context, sim.Message) (proto.Message, error) {
		return &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil
	})
	for n := range service.Kept + 1 {
		if _, err := place(t.Context(), s, basket(), fmt.Sprintf(`"k-%d"`, n)); err != nil {
			t.Fatal(err)
		}
	}
	if o := kept(t, s, pending.GetId()); o.GetStatus() != orderv1.Order_PENDING {
		t.Errorf("the pending order is %v", o)
	}
	_, err = envtest.Ask[*orderv1.Order](t.Context(), s, &orderv1.GetOrder{Id: "o-2"}, nil)
	const want = "order o-2 is no longer kept: only the newest 10,000 settled orders are"
	if e := sim.AsError(err); e == nil || e.Message != want || e.Status() != http.StatusGone {
		t.Errorf("the dropped order gives %v", err)
	}
	kept(t, s, "o-3")
	if again, err := place(t.Context(), s, basket(), `"k-1"`); err != nil || again.GetId() != "o-3" {
		t.Errorf("the key of a kept order gives %v, %v", again, err)
	}
	if again, err := place(t.Context(), s, basket(), `"k-0"`); err != nil || again.GetId() != fmt.Sprintf("o-%d", service.Kept+3) {
		t.Errorf("the key of a dropped order gives %v, %v", again, err)
	}
	most := 0
	if err := env.Store.Do(t.Context(), func(tx sim.Tx) error {
		for _, table := range []string{"orders", "keys", "key of"} {
			all, err := tx.Keys(table)
			if err != nil {
				return err
			}
			most = max(most, len(all))
		}
		return nil
	}); err != nil || most != service.Kept+1 {
		t.Errorf("a table has %d rows, %v", most, err)
	}
}
