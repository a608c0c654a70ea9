package lab_test

import (
	"context"
	"fmt"
	"net"
	"testing"

	stock "google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// BenchmarkWatchedGRPC compares a recorded call over gRPC with the same call
// over grpc-go alone, as [BenchmarkWatched] does for REST.
//
//	go test ./sim/lab -run '^$' -bench WatchedGRPC -benchtime 1x
func BenchmarkWatchedGRPC(b *testing.B) {
	bare := bareGRPC(b)
	spec := parse(b, "name: bench\nservices:\n  client: {kind: client}\n  product: {kind: product}\nlinks:\n  \"client:product\": {transport: grpc}\n")
	l, err := lab.Open(b.Context(), spec, lab.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	ask := l.Caller("client")
	m := sim.NewMessage(&productv1.GetProduct{Id: "101"})
	watched := func() error {
		_, err := ask.Ask(context.Background(), "product", m)
		return err
	}
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			for b.Loop() {
				compare(b, callers, []arm{{"bare", bare}, {"again", bare}, {"watched", watched}})
			}
		})
	}
}

// bareGRPC is the library used as its own documentation does.
func bareGRPC(b *testing.B) func() error {
	product := &productv1.Product{}
	fetchProduct(b, product)
	gs := stock.NewServer()
	gs.RegisterService(&stock.ServiceDesc{
		ServiceName: "shop.product.v1.ProductService", HandlerType: (*any)(nil),
		Methods: []stock.MethodDesc{{MethodName: "GetProduct", Handler: func(_ any, _ context.Context, decode func(any) error, _ stock.UnaryServerInterceptor) (any, error) {
			return product, decode(&productv1.GetProduct{})
		}}},
	}, nil)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- gs.Serve(ln) }() // ends with Stop
	cc, err := stock.NewClient(ln.Addr().String(), stock.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cc.Close(); gs.Stop(); <-served })
	return func() error {
		return cc.Invoke(context.Background(), "/shop.product.v1.ProductService/GetProduct", &productv1.GetProduct{Id: "101"}, &productv1.Product{})
	}
}
