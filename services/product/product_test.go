package product_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	"github.com/msc-sim/msc-sim/services/product"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func newService() sim.Service { return product.New(&envtest.New("product").Env, sim.ServiceSpec{}) }

func TestGet(t *testing.T) {
	got, err := envtest.Ask[*productv1.Product](t.Context(), newService(), &productv1.GetProduct{Id: "101"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &productv1.Product{
		Id: "101", Name: "Blue mug", Description: "Stoneware, 0.3 l",
		Price: &moneyv1.Money{Currency: "EUR", Cents: 1818},
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGetSaysNo(t *testing.T) {
	for _, id := range []string{"999", "100", "113", "", "1011", "blue"} {
		_, err := envtest.Ask[*productv1.Product](t.Context(), newService(), &productv1.GetProduct{Id: id}, nil)
		if sim.CodeOf(err) != sim.NotFound || err.Error() != "there is no product "+id {
			t.Errorf("product %q: %v", id, err)
		}
	}
}

func TestList(t *testing.T) {
	for _, tt := range []struct {
		name        string
		req         *productv1.ListProducts
		first, last string
		n           int
		next        string
	}{
		{"all", &productv1.ListProducts{}, "101", "112", 12, ""},
		{"a page", &productv1.ListProducts{PageSize: 5}, "101", "105", 5, "106"},
		{"the next page", &productv1.ListProducts{PageSize: 5, PageToken: "106"}, "106", "110", 5, "111"},
		{"the last page", &productv1.ListProducts{PageSize: 5, PageToken: "111"}, "111", "112", 2, ""},
		{"just the end", &productv1.ListProducts{PageSize: 12}, "101", "112", 12, ""},
		{"a large page", &productv1.ListProducts{PageSize: 100}, "101", "112", 12, ""},
	} {
		got, err := envtest.Ask[*productv1.Products](t.Context(), newService(), tt.req, nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		ps := got.GetProducts()
		if len(ps) != tt.n || ps[0].GetId() != tt.first || ps[len(ps)-1].GetId() != tt.last || got.GetNextPageToken() != tt.next {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestListRefuses(t *testing.T) {
	for want, req := range map[string]*productv1.ListProducts{
		"page_size: -1 is out of bounds":          {PageSize: -1},
		"page_size: 101 is out of bounds":         {PageSize: 101},
		`page_token: "999" is not one of ours`:    {PageToken: "999"},
		`page_token: "101/.." is not one of ours`: {PageToken: "101/.."},
	} {
		_, err := envtest.Ask[*productv1.Products](t.Context(), newService(), req, nil)
		if sim.CodeOf(err) != sim.Invalid || err.Error() != want {
			t.Errorf("%v: %v, want %q", req, err, want)
		}
	}
}

// Every product is different, costs something and is a small letter: about a
// hundred bytes, so that a lesson can weigh it against its envelope.
func TestAssortment(t *testing.T) {
	all, err := envtest.Ask[*productv1.Products](t.Context(), newService(), &productv1.ListProducts{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for i, p := range all.GetProducts() {
		if i > 0 && all.GetProducts()[i-1].GetId() >= p.GetId() {
			t.Errorf("%s is out of order", p.GetId())
		}
		names[p.GetName()] = true
		json, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(p)
		if err != nil || len(json) < 80 || len(json) > 130 || p.GetPrice().GetCents() <= 0 || p.GetPrice().GetCurrency() != "EUR" {
			t.Errorf("%d bytes, %v: %s", len(json), err, json)
		}
	}
	if len(names) != 12 {
		t.Errorf("there are %d names", len(names))
	}
}
