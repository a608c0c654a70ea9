package lab_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	rpc "google.golang.org/grpc/status"

	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// The same call by REST and by gRPC, through the gateway, whatever its link to
// the service is.
func TestGatewayCarriesGRPC(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	at := "http://" + endpoint(t, l, "gateway", "http")
	cc, err := grpc.NewClient(endpoint(t, l, "gateway", "grpc"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cc.Close() })
	_, want := call(t, "GET", at+"/products/101", "")
	for _, way := range []string{"rest", "grpc"} {
		do(t, l, sim.Swap{Link: "gateway:product", Transport: way})
		res, got := call(t, "GET", at+"/products/101", "")
		if res.StatusCode != 200 || got != want {
			t.Errorf("REST, then %s: %s %s, want %s", way, res.Status, got, want)
		}
		res, got = call(t, "GET", at+"/products/nothing", "")
		if res.StatusCode != 404 || !strings.Contains(got, "there is no product nothing") {
			t.Errorf("REST, then %s: %s %s", way, res.Status, got)
		}
		var p productv1.Product
		if err := cc.Invoke(t.Context(), "/shop.product.v1.ProductService/GetProduct", &productv1.GetProduct{Id: "101"}, &p); err != nil || p.GetName() != "Blue mug" {
			t.Errorf("gRPC, then %s: %v %v", way, &p, err)
		}
		err := cc.Invoke(t.Context(), "/shop.product.v1.ProductService/GetProduct", &productv1.GetProduct{Id: "nothing"}, &p)
		if rpc.Code(err) != codes.NotFound {
			t.Errorf("gRPC, then %s: %v", way, err)
		}
	}
	if err := cc.Invoke(t.Context(), "/shop.inventory.v1.InventoryService/SetStock", &inventoryv1.SetStock{ProductId: "101"}, &inventoryv1.Stock{}); rpc.Code(err) != codes.Unimplemented {
		t.Errorf("a call without a route: %v", err)
	}
	var o orderv1.Order
	place := &orderv1.PlaceOrder{CustomerId: "c-1", Items: []*orderv1.Item{{ProductId: "101", Quantity: 1}}}
	if err := cc.Invoke(t.Context(), "/shop.order.v1.OrderService/PlaceOrder", place, &o); rpc.Code(err) != codes.Unauthenticated {
		t.Errorf("without a token: %v", err)
	}
	as := func(client string) string { return "Bearer " + do(t, l, sim.Login{Client: client}).Text }
	mine := metadata.AppendToOutgoingContext(t.Context(), "authorization", as("shop-app"))
	if err := cc.Invoke(mine, "/shop.order.v1.OrderService/PlaceOrder", place, &o); err != nil || o.GetStatus() != orderv1.Order_CONFIRMED {
		t.Fatalf("%v %v", &o, err)
	}
	follow := func(client string) (seen []string, err error) {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", as(client))
		s, err := cc.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/shop.order.v1.OrderService/FollowOrder")
		if err != nil {
			return nil, err
		}
		if err := s.SendMsg(&orderv1.FollowOrder{Id: o.GetId()}); err != nil {
			return nil, err
		}
		_ = s.CloseSend()
		for {
			var next orderv1.Order
			if err := s.RecvMsg(&next); err == io.EOF {
				return seen, nil
			} else if err != nil {
				return seen, err
			}
			seen = append(seen, next.GetStatus().String())
		}
	}
	if seen, err := follow("shop-app"); err != nil || strings.Join(seen, ",") != "CONFIRMED" {
		t.Errorf("a stream: %v %v", seen, err)
	}
	if _, err := follow("partner"); rpc.Code(err) != codes.PermissionDenied {
		t.Errorf("a stream of another client's order: %v", err)
	}
	for n := 0; ; n++ {
		err := cc.Invoke(t.Context(), "/shop.product.v1.ProductService/GetProduct", &productv1.GetProduct{Id: "101"}, &productv1.Product{})
		if rpc.Code(err) == codes.ResourceExhausted {
			if n < 80 {
				t.Errorf("the quota of 100 is used up after %d calls and those before", n)
			}
			break
		}
		if err != nil || n > 120 {
			t.Fatalf("call %d: %v", n, err)
		}
	}
	if res, _ := call(t, "GET", at+"/products/101", ""); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("REST and gRPC have one quota: %s", res.Status)
	}
}

func TestGatewayGathers(t *testing.T) {
	t.Parallel()
	l := open(t, "edge", lab.Options{})
	at := "http://" + endpoint(t, l, "gateway", "http") + "/products/101/details"
	if res, got := call(t, "GET", at, ""); res.StatusCode != 200 || strings.Contains(got, "missing") || !strings.Contains(got, `"available":`) {
		t.Errorf("%s %s", res.Status, got)
	}
	do(t, l, sim.Kill{Target: "inventory"})
	if res, got := call(t, "GET", at, ""); res.StatusCode != 200 || !strings.Contains(got, `"missing":[{"part":"stock","service":"inventory","status":502`) || !strings.Contains(got, "Blue mug") {
		t.Errorf("one part is killed: %s %s", res.Status, got)
	}
	do(t, l, sim.Start{Target: "inventory"})
	do(t, l, sim.Pause{Target: "recommendation"})
	if res, got := call(t, "GET", at, ""); res.StatusCode != 200 || !strings.Contains(got, `"part":"companions","service":"recommendation","status":504`) {
		t.Errorf("one part is paused: %s %s", res.Status, got)
	}
}
