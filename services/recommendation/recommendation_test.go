package recommendation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/recommendation"
	recommendationv1 "github.com/msc-sim/msc-sim/services/recommendation/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func ordered(t *testing.T, s sim.Service, products ...string) {
	t.Helper()
	fact := &eventsv1.OrderCreated{OrderId: "o-1"}
	for _, p := range products {
		fact.Lines = append(fact.Lines, &eventsv1.Line{ProductId: p, Quantity: 1})
	}
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, fact, nil); err != nil {
		t.Fatal(err)
	}
}

func companions(t *testing.T, s sim.Service, product string) (all []string) {
	t.Helper()
	r, err := envtest.Ask[*recommendationv1.Recommendations](t.Context(), s, &recommendationv1.GetRecommendations{ProductId: product}, nil)
	if err != nil || r.GetProductId() != product {
		t.Fatalf("%v, %v", r, err)
	}
	for _, c := range r.GetCompanions() {
		all = append(all, fmt.Sprintf("%s %d", c.GetProductId(), c.GetOrders()))
	}
	return all
}

func TestWhatIsBoughtTogether(t *testing.T) {
	s := recommendation.New(&envtest.New("recommendation").Env, sim.ServiceSpec{})
	ordered(t, s, "101", "102")
	ordered(t, s, "101", "103")
	ordered(t, s, "103", "101", "104")
	if diff := cmp.Diff([]string{"103 2", "102 1", "104 1"}, companions(t, s, "101")); diff != "" {
		t.Error(diff)
	}
	if got := companions(t, s, "999"); got != nil {
		t.Errorf("nobody bought 999, and yet: %v", got)
	}
}

func TestTenAreShown(t *testing.T) {
	s := recommendation.New(&envtest.New("recommendation").Env, sim.ServiceSpec{})
	for i := range 120 {
		ordered(t, s, "101", fmt.Sprint(200+i))
	}
	if n := len(companions(t, s, "101")); n != 10 {
		t.Errorf("%d companions are shown", n)
	}
}
