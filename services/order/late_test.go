package order_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// answered gives a service the late answer to the charge of an order.
func answered(t *testing.T, s sim.Service, id string, receipt *paymentv1.Receipt, no *sim.Error) (*orderv1.Order, error) {
	t.Helper()
	m := sim.Message{Header: sim.Header{sim.HeaderIdempotencyKey: {id}}, Refused: no}
	if receipt != nil {
		m = sim.NewMessage(receipt)
		m.Header = sim.Header{sim.HeaderIdempotencyKey: {id}}
	}
	reply, err := s.OnAnswer()["shop.payment.v1.Charge"](t.Context(), m)
	o, _ := reply.Body.(*orderv1.Order)
	return o, err
}

func TestAChargeThatIsOnlyAccepted(t *testing.T) {
	declined := &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_DECLINED, Reason: proto.String("the card was declined")}
	for _, tt := range []struct {
		name     string
		receipt  *paymentv1.Receipt
		no       *sim.Error
		status   orderv1.Order_Status
		reason   string
		released []string
		told     bool
	}{
		{name: "charged", receipt: &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, status: orderv1.Order_CONFIRMED, told: true},
		{name: "declined", receipt: declined, status: orderv1.Order_DECLINED, reason: "the card was declined", released: []string{"101", "102"}},
		{name: "refused", no: sim.Errorf(sim.Denied, "not this card"), status: orderv1.Order_DECLINED, reason: "not this card", released: []string{"101", "102"}},
		{name: "given up", no: gone, status: orderv1.Order_FAILED, reason: "payment cannot be reached: connection refused", released: []string{"101", "102"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env, s := shop()
			shelf := inventory{}
			env.Others.Answers("inventory", shelf.answer)
			env.Others.Answers("payment", says(nil, sim.ErrAccepted))
			got, err := place(t.Context(), s, basket(), "")
			if err != nil || got.GetStatus() != orderv1.Order_PENDING || kept(t, s, "o-1").GetStatus() != orderv1.Order_PENDING {
				t.Fatalf("the customer hears %v, %v; want it pending", got, err)
			}
			for range 2 { // a queue may hand an answer out twice
				if got, err = answered(t, s, "o-1", tt.receipt, tt.no); err != nil || got.GetStatus() != tt.status || got.GetReason() != tt.reason {
					t.Errorf("later it is %v, %v", got, err)
				}
			}
			if diff := cmp.Diff(got, kept(t, s, "o-1"), cmp.Comparer(proto.Equal)); diff != "" {
				t.Errorf("kept is another:\n%s", diff)
			}
			if diff := cmp.Diff(tt.released, shelf.released); diff != "" {
				t.Errorf("released (-want +got):\n%s", diff)
			}
			effects := []string{"order o-1 pending: its charge is accepted", "order o-1 " + strings.ToLower(tt.status.String())}
			if tt.reason != "" {
				effects[1] += ": " + tt.reason
			}
			if diff := cmp.Diff(effects, env.Store.Effects()); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
			if told := strings.Contains(strings.Join(env.Others.Calls(), ", "), "tell"); told != tt.told {
				t.Errorf("calls %v", env.Others.Calls())
			}
		})
	}
}

// The answer may be there before order hears that its charge was accepted.
func TestAnAnswerFasterThanItsAcceptance(t *testing.T) {
	env, s := shop()
	env.Others.Answers("payment", func(context.Context, sim.Message) (proto.Message, error) {
		_, err := answered(t, s, "o-1", &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil)
		if err != nil {
			t.Error(err)
		}
		return nil, sim.ErrAccepted
	})
	got, err := place(t.Context(), s, basket(), "")
	if err != nil || got.GetStatus() != orderv1.Order_CONFIRMED || got.GetPaymentId() != "p-1" {
		t.Errorf("the customer hears %v, %v", got, err)
	}
}

func TestAnAnswerToNoOrder(t *testing.T) {
	_, s := shop()
	_, err := answered(t, s, "o-9", &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil)
	if sim.CodeOf(err) != sim.NotFound {
		t.Errorf("%v", err)
	}
}

// Stock must be known before money moves.
func TestInventoryThatOnlyAcceptsIsNotEnough(t *testing.T) {
	env, s := shop()
	env.Others.Answers("inventory", says(nil, sim.ErrAccepted))
	_, err := place(t.Context(), s, basket(), "")
	if e := sim.AsError(err); e == nil || e.Code != sim.Internal || e.Fix == "" {
		t.Errorf("%v", err)
	}
	if o := kept(t, s, "o-1"); o.GetStatus() != orderv1.Order_FAILED {
		t.Errorf("kept is %v", o)
	}
}
