package order_test

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func preview(t *testing.T, s sim.Service, req *orderv1.PreviewOrder) (*orderv1.Preview, error) {
	t.Helper()
	return envtest.Ask[*orderv1.Preview](t.Context(), s, req, nil)
}

func TestPreview(t *testing.T) {
	for quantity, total := range map[int32]int32{0: 1000, 1: 1000, 3: 3000, 99: 99000} {
		env, s := shop()
		got, err := preview(t, s, &orderv1.PreviewOrder{Product: "101", Quantity: quantity})
		want := &orderv1.Preview{Product: "101", Quantity: max(quantity, 1), Total: eur(total)}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("%d pieces: %v (-want +got):\n%s", quantity, err, diff)
		}
		if diff := cmp.Diff([]string{"ask product GetProduct"}, env.Others.Calls()); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		if len(env.Store.Effects()) > 0 {
			t.Errorf("a preview left %v", env.Store.Effects())
		}
	}
}

func TestPreviewRefuses(t *testing.T) {
	for want, req := range map[string]*orderv1.PreviewOrder{
		"product: is missing":            {},
		`product: "a/b" is not an id`:    {Product: "a/b"},
		"quantity: 100 is out of bounds": {Product: "101", Quantity: 100},
		"quantity: -1 is out of bounds":  {Product: "101", Quantity: -1},
	} {
		_, s := shop()
		if _, err := preview(t, s, req); sim.CodeOf(err) != sim.Invalid || err.Error() != want {
			t.Errorf("%v: %v, want %q", req, err, want)
		}
	}
}

// What a caller of order hears when product says no, stands still or is gone.
func TestWhatProductSaysReachesTheCaller(t *testing.T) {
	for _, tt := range []struct {
		name           string
		answer         envtest.Answer
		preview, place int // HTTP statuses
		text           string
	}{
		{"no such product", says(nil, sim.Errorf(sim.NotFound, "there is no product 101")), 404, 400, "there is no product 101"},
		{"silence", says(nil, sim.Errorf(sim.Timeout, "no answer in time")), 504, 504, "product did not respond in time"},
		{"gone", says(nil, sim.Errorf(sim.Unavailable, "connection refused")), 503, 503, "product cannot be reached: connection refused"},
		{"too busy", says(nil, sim.Errorf(sim.Exhausted, "slow down")), 503, 503, "product has too much to do"},
		{"its mistake", says(nil, sim.Errorf(sim.Internal, "oops")), 502, 502, "product made a mistake: oops"},
		{"no price", says(&productv1.Product{Id: "101"}, nil), 502, 502, "product made a mistake: 101 has no price"},
		{"a price below zero", says(&productv1.Product{Price: eur(-5)}, nil), 502, 502, "product made a mistake: 101 has no price"},
		{"another message", says(&moneyv1.Money{}, nil), 502, 502, "product made a mistake: product answered *moneyv1.Money, not *productv1.Product"},
	} {
		env, s := shop()
		env.Others.Answers("product", tt.answer)
		_, err := preview(t, s, &orderv1.PreviewOrder{Product: "101"})
		if sim.AsError(err).Status() != tt.preview || err.Error() != tt.text {
			t.Errorf("%s, preview: %d %v", tt.name, sim.AsError(err).Status(), err)
		}
		_, err = place(t.Context(), s, basket(), "")
		text := tt.text
		if tt.place == 400 {
			text = "items[0].product_id: " + text
		}
		if sim.AsError(err).Status() != tt.place || err.Error() != text {
			t.Errorf("%s, place: %d %v", tt.name, sim.AsError(err).Status(), err)
		}
		if len(env.Store.Effects()) > 0 {
			t.Errorf("%s: effects %v", tt.name, env.Store.Effects())
		}
	}
}

func TestPricesThatDoNotAddUp(t *testing.T) {
	price := func(first, second *moneyv1.Money) envtest.Answer {
		return func(_ context.Context, m sim.Message) (proto.Message, error) {
			if m.Body.(*productv1.GetProduct).GetId() == "101" {
				return &productv1.Product{Price: first}, nil
			}
			return &productv1.Product{Price: second}, nil
		}
	}
	for want, answer := range map[string]envtest.Answer{
		"items: EUR and USD cannot be added up": price(eur(1), &moneyv1.Money{Currency: "USD", Cents: 1}),
		"items: cost more than an order may":    price(eur(math.MaxInt32), eur(1)),
	} {
		env, s := shop()
		env.Others.Answers("product", answer)
		if _, err := place(t.Context(), s, basket(), ""); sim.CodeOf(err) != sim.Invalid || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	env, s := shop()
	env.Others.Answers("product", price(eur(math.MaxInt32/2), eur(1)))
	if got, err := place(t.Context(), s, basket(), ""); err != nil || got.GetTotal().GetCents() != math.MaxInt32 {
		t.Errorf("the largest order: %v, %v", got, err)
	}
}
