package shipping_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/shipping"
	shippingv1 "github.com/msc-sim/msc-sim/services/shipping/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func TestShip(t *testing.T) {
	for pieces, parcels := range map[int32]int32{1: 1, 10: 1, 11: 2, 4950: 495} {
		env := envtest.New("shipping")
		s := shipping.New(&env.Env, sim.ServiceSpec{})
		got, err := envtest.Ask[*shippingv1.Shipment](t.Context(), s, &shippingv1.Ship{OrderId: "o-1", CustomerId: "c-1", Pieces: pieces}, nil)
		want := &shippingv1.Shipment{Id: "s-1", OrderId: "o-1", CustomerId: "c-1", Pieces: pieces, Parcels: parcels}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("%d pieces: %v (-want +got):\n%s", pieces, err, diff)
		}
		kept, err := envtest.Ask[*shippingv1.Shipment](t.Context(), s, &shippingv1.GetShipment{Id: "s-1"}, nil)
		if diff := cmp.Diff(want, kept, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("kept: %v (-want +got):\n%s", err, diff)
		}
	}
}

func TestToldTwicePackedTwice(t *testing.T) {
	env := envtest.New("shipping")
	s := shipping.New(&env.Env, sim.ServiceSpec{})
	for _, want := range []string{"s-1", "s-2"} {
		got, err := envtest.Ask[*shippingv1.Shipment](t.Context(), s, &shippingv1.Ship{OrderId: "o-1", CustomerId: "c-1", Pieces: 2}, nil)
		if got.GetId() != want || err != nil {
			t.Errorf("%v, %v; want %s", got, err, want)
		}
	}
	if diff := cmp.Diff([]string{"packed o-1: 1 parcel", "packed o-1: 1 parcel"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestShippingRefuses(t *testing.T) {
	for want, req := range map[string]proto.Message{
		"order_id: is missing":          &shippingv1.Ship{CustomerId: "c-1", Pieces: 1},
		"customer_id: is missing":       &shippingv1.Ship{OrderId: "o-1", Pieces: 1},
		"pieces: 0 is out of bounds":    &shippingv1.Ship{OrderId: "o-1", CustomerId: "c-1"},
		"pieces: 4951 is out of bounds": &shippingv1.Ship{OrderId: "o-1", CustomerId: "c-1", Pieces: 4951},
		"there is no shipment s-1":      &shippingv1.GetShipment{Id: "s-1"},
	} {
		env := envtest.New("shipping")
		_, err := envtest.Ask[proto.Message](t.Context(), shipping.New(&env.Env, sim.ServiceSpec{}), req, nil)
		if err == nil || err.Error() != want || len(env.Store.Effects()) > 0 {
			t.Errorf("%T: %v, want %q; effects %v", req, err, want, env.Store.Effects())
		}
	}
}
