package analytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/analytics"
	analyticsv1 "github.com/msc-sim/msc-sim/services/analytics/v1"
	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func TestReport(t *testing.T) {
	placed := &eventsv1.OrderCreated{
		OrderId: "o-1", Lines: []*eventsv1.Line{{ProductId: "101", Quantity: 2}, {ProductId: "102", Quantity: 1}},
		Total: &moneyv1.Money{Currency: "EUR", Cents: 3636},
	}
	for _, tt := range []struct {
		once bool
		want *analyticsv1.Report
	}{
		{false, &analyticsv1.Report{Orders: 2, Items: 6, Users: 1, Revenue: &moneyv1.Money{Currency: "EUR", Cents: 7272}}},
		{true, &analyticsv1.Report{Orders: 1, Items: 3, Users: 1, Revenue: &moneyv1.Money{Currency: "EUR", Cents: 3636}}},
	} {
		s := analytics.New(&envtest.New("analytics").Env, sim.ServiceSpec{Once: tt.once})
		for _, fact := range []proto.Message{placed, placed, &eventsv1.UserRegistered{UserId: "u-1"}} {
			id := string(fact.ProtoReflect().Descriptor().Name())
			if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, fact, sim.Header{"ce-id": {id}}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := envtest.Ask[*analyticsv1.Report](t.Context(), s, &analyticsv1.GetReport{}, nil)
		if diff := cmp.Diff(tt.want, got, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("once %t: %v\n%s", tt.once, err, diff)
		}
	}
}
