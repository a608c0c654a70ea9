package lab_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/proto"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// BenchmarkWatched compares a recorded call with the same call on bare net/http:
// the same product as JSON, written and read on both sides, over pools of the
// same size.
//
//	go test ./sim/lab -run '^$' -bench Watched/REST -benchtime 1x
func BenchmarkWatched(b *testing.B) {
	b.Run("REST", func(b *testing.B) {
		watched, product := asking(b, "rest")
		measure.Compare(b,
			measure.Arm{Name: "bare", Call: measure.HTTP(b, "/products/{id}", "/products/101", product)},
			measure.Arm{Name: "watched", Call: watched})
	})
	b.Run("gRPC", func(b *testing.B) {
		watched, product := asking(b, "grpc")
		measure.Compare(b,
			measure.Arm{Name: "bare", Call: measure.GRPC(b, "/shop.product.v1.ProductService/GetProduct", &productv1.GetProduct{Id: "101"}, product)},
			measure.Arm{Name: "watched", Call: watched})
	})
}

// asking opens a world in which a client asks for a product, and makes the same
// product for others.
func asking(b *testing.B, way string) (ask func() error, product func() proto.Message) {
	l := openSpec(b, parse(b, "name: bench\nservices:\n  client: {kind: client}\n  product: {kind: product}\nlinks:\n  \"client:product\": {transport: "+way+"}\n"), lab.Options{})
	caller, m := l.Caller("client"), sim.NewMessage(&productv1.GetProduct{Id: "101"})
	reply, err := caller.Ask(b.Context(), "product", m)
	if err != nil {
		b.Fatal(err)
	}
	p := reply.Body.(*productv1.Product)
	ask = func() error {
		_, err := caller.Ask(context.Background(), "product", m)
		return err
	}
	return ask, func() proto.Message {
		return &productv1.Product{Id: p.GetId(), Name: p.GetName(), Description: p.GetDescription(), Price: p.GetPrice()}
	}
}
