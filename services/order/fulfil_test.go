package order_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// inventory says what becomes of each step; a nil error is a yes. It notes what
// was released.
type inventory struct {
	reserve  map[string]error // by product
	release  map[string]error
	released []string
}

func (i *inventory) answer(_ context.Context, m sim.Message) (proto.Message, error) {
	if r, ok := m.Body.(*inventoryv1.Release); ok {
		i.released = append(i.released, r.GetProductId())
		return &inventoryv1.Stock{}, i.release[r.GetProductId()]
	}
	return &inventoryv1.Reservation{}, i.reserve[m.Body.(*inventoryv1.Reserve).GetProductId()]
}

var (
	silence = sim.Errorf(sim.Timeout, "no answer in time")
	gone    = sim.Errorf(sim.Unavailable, "connection refused")
)

func TestWhatBecomesOfAnOrder(t *testing.T) {
	declined := says(&paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_DECLINED, Reason: proto.String("the card was declined")}, nil)
	soldOut := sim.Errorf(sim.Conflict, "only 0 of product 102 left")
	for _, tt := range []struct {
		name      string
		inventory inventory
		payment   envtest.Answer // nil = yes
		status    orderv1.Order_Status
		reason    string
		http      int // of the error; 0 = none
		released  []string
		charged   bool
	}{
		{
			name: "card declined", payment: declined, charged: true,
			status: orderv1.Order_DECLINED, reason: "the card was declined", released: []string{"101", "102"},
		}, {
			name: "card declined with 403", payment: says(nil, sim.Errorf(sim.Denied, "not this card")), charged: true,
			status: orderv1.Order_DECLINED, reason: "not this card", released: []string{"101", "102"},
		}, {
			name: "the second is sold out", inventory: inventory{reserve: map[string]error{"102": soldOut}},
			status: orderv1.Order_DECLINED, reason: "only 0 of product 102 left", released: []string{"101"},
		}, {
			name: "the first is sold out", inventory: inventory{reserve: map[string]error{"101": soldOut}},
			status: orderv1.Order_DECLINED, reason: "only 0 of product 102 left",
		}, {
			name: "no shelf for it", inventory: inventory{reserve: map[string]error{"101": sim.Errorf(sim.NotFound, "there is no product 101")}},
			status: orderv1.Order_DECLINED, reason: "there is no product 101",
		}, {
			name: "inventory is silent", inventory: inventory{reserve: map[string]error{"102": silence}},
			status: orderv1.Order_FAILED, reason: "inventory did not respond in time", http: 504, released: []string{"101", "102"},
		}, {
			name:      "inventory is gone",
			inventory: inventory{reserve: map[string]error{"101": gone}, release: map[string]error{"101": gone}},
			status:    orderv1.Order_FAILED, http: 503, released: []string{"101"},
			reason: "inventory cannot be reached: connection refused; product 101 may still be reserved",
		}, {
			name: "payment is silent", payment: says(nil, silence), charged: true,
			status: orderv1.Order_FAILED, reason: "payment did not respond in time; the card may have been charged", http: 504, released: []string{"101", "102"},
		}, {
			name: "payment is gone", payment: says(nil, gone), charged: true,
			status: orderv1.Order_FAILED, reason: "payment cannot be reached: connection refused", http: 503, released: []string{"101", "102"},
		}, {
			name: "payment is still working on it", payment: says(nil, sim.Errorf(sim.Conflict, "in progress")), charged: true,
			status: orderv1.Order_FAILED, reason: "payment is still working on this charge: in progress", http: 503, released: []string{"101", "102"},
		}, {
			name: "payment makes a mistake", payment: says(nil, sim.Errorf(sim.Internal, "oops")), charged: true,
			status: orderv1.Order_FAILED, reason: "payment made a mistake: oops", http: 502, released: []string{"101", "102"},
		}, {
			name: "payment wants another request", payment: says(nil, sim.Invalidf("amount.currency: is missing")), charged: true,
			status: orderv1.Order_FAILED, reason: "payment refused the request: amount.currency: is missing", http: 500, released: []string{"101", "102"},
		}, {
			name: "payment does not say", payment: says(&paymentv1.Receipt{Id: "p-1"}, nil), charged: true,
			status: orderv1.Order_FAILED, reason: "payment made a mistake: neither charged nor declined", http: 502, released: []string{"101", "102"},
		}, {
			name: "declined, and one cannot be released", payment: declined, charged: true,
			inventory: inventory{release: map[string]error{"101": gone}},
			status:    orderv1.Order_DECLINED, reason: "the card was declined; product 101 may still be reserved", released: []string{"101", "102"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env, s := shop()
			env.Others.Answers("inventory", tt.inventory.answer)
			if tt.payment != nil {
				env.Others.Answers("payment", tt.payment)
			}
			got, err := place(t.Context(), s, basket(), "")
			if tt.http == 0 && (err != nil || got.GetStatus() != tt.status) {
				t.Errorf("the customer hears %v, %v", got, err)
			}
			if tt.http != 0 && (err == nil || sim.AsError(err).Status() != tt.http || err.Error() != "order o-1 failed: "+tt.reason) {
				t.Errorf("the customer hears %v", err)
			}
			o := kept(t, s, "o-1")
			if o.GetStatus() != tt.status || o.GetReason() != tt.reason || o.GetPaymentId() != "" {
				t.Errorf("kept is %v", o)
			}
			if diff := cmp.Diff(tt.released, tt.inventory.released); diff != "" {
				t.Errorf("released (-want +got):\n%s", diff)
			}
			effect := "order o-1 " + strings.ToLower(tt.status.String()) + ": " + tt.reason
			if diff := cmp.Diff([]string{effect}, env.Store.Effects()); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
			calls := strings.Join(env.Others.Calls(), ", ")
			if strings.Contains(calls, "tell") || strings.Contains(calls, "Charge") != tt.charged {
				t.Errorf("calls %s", calls)
			}
		})
	}
}

func TestAnOrderStandsWhenNobodyTakesTheNews(t *testing.T) {
	env, s := shop()
	env.Others.Answers("shipping", says(nil, gone))
	env.Others.Answers("notification", says(nil, silence))
	got, err := place(t.Context(), s, basket(), "")
	if err != nil || got.GetStatus() != orderv1.Order_CONFIRMED {
		t.Errorf("the customer hears %v, %v", got, err)
	}
	if calls := env.Others.Calls(); calls[len(calls)-1] != "tell notification Notify" {
		t.Errorf("notification was not told: %v", calls)
	}
}

// The customer goes while payment works: what was reserved goes back all the
// same, and the verdict is kept.
func TestACustomerWhoLeavesLeavesNothingReserved(t *testing.T) {
	env, s := shop()
	shelf := inventory{}
	env.Others.Answers("inventory", shelf.answer)
	ctx, leave := context.WithCancel(t.Context())
	env.Others.Answers("payment", func(ctx context.Context, _ sim.Message) (proto.Message, error) {
		leave()
		return nil, sim.AsError(ctx.Err())
	})
	_, err := place(ctx, s, basket(), "")
	if sim.CodeOf(err) != sim.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff([]string{"101", "102"}, shelf.released); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
	if o := kept(t, s, "o-1"); o.GetStatus() != orderv1.Order_FAILED || !strings.HasSuffix(o.GetReason(), "; the card may have been charged") {
		t.Errorf("kept is %v", o)
	}
}

// The customer goes when the card has been charged: the order is confirmed and
// everybody hears of it.
func TestMoneyThatMovedIsNotForgotten(t *testing.T) {
	env, s := shop()
	ctx, leave := context.WithCancel(t.Context())
	env.Others.Answers("payment", func(context.Context, sim.Message) (proto.Message, error) {
		leave()
		return &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil
	})
	if _, err := place(ctx, s, basket(), ""); err != nil {
		t.Errorf("%v", err)
	}
	if o := kept(t, s, "o-1"); o.GetStatus() != orderv1.Order_CONFIRMED || o.GetPaymentId() != "p-1" {
		t.Errorf("kept is %v", o)
	}
	if calls := strings.Join(env.Others.Calls(), ", "); !strings.HasSuffix(calls, "tell shipping Ship, tell notification Notify") {
		t.Errorf("calls %s", calls)
	}
}

// Silent neighbours after the verdict cost the customer two seconds each, not
// for ever.
func TestEveryStepAfterTheVerdictHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env, s := shop()
		silent := func(ctx context.Context, _ sim.Message) (proto.Message, error) {
			<-ctx.Done()
			return nil, sim.AsError(ctx.Err())
		}
		env.Others.Answers("shipping", silent)
		env.Others.Answers("notification", silent)
		start := time.Now()
		got, err := place(t.Context(), s, basket(), "")
		if err != nil || got.GetStatus() != orderv1.Order_CONFIRMED || time.Since(start) != 4*time.Second {
			t.Errorf("after %s: %v, %v", time.Since(start), got, err)
		}
	})
}

func TestOfAKilledInstanceNothingIsHeard(t *testing.T) {
	env, s := shop()
	shelf := inventory{}
	env.Others.Answers("inventory", shelf.answer)
	env.Others.Answers("payment", func(context.Context, sim.Message) (proto.Message, error) {
		env.Store.Break(sim.ErrKilled)
		return nil, sim.ErrKilled
	})
	if _, err := place(t.Context(), s, basket(), ""); !errors.Is(err, sim.ErrKilled) {
		t.Errorf("%v", err)
	}
	if len(shelf.released) > 0 || len(env.Store.Effects()) > 0 {
		t.Errorf("released %v, effects %v", shelf.released, env.Store.Effects())
	}
}

func TestAVerdictThatCannotBeKeptIsNoAnswer(t *testing.T) {
	env, s := shop()
	full := sim.Errorf(sim.Exhausted, "the store is full")
	env.Others.Answers("payment", func(context.Context, sim.Message) (proto.Message, error) {
		env.Store.Break(full)
		return &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil
	})
	if _, err := place(t.Context(), s, basket(), ""); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if calls := strings.Join(env.Others.Calls(), ", "); strings.Contains(calls, "tell") {
		t.Errorf("others were told of an order that is not kept: %s", calls)
	}
}
