// Package product knows what the shop sells. It only answers questions.
package product

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/internal/service"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const largestPage = 100

// New is the product service.
func New(*sim.Env, sim.ServiceSpec) sim.Service {
	return service.Rules{service.On(get), service.On(list)}
}

func get(_ context.Context, req *productv1.GetProduct) (*productv1.Product, error) {
	i, found := find(req.GetId())
	if !found {
		return nil, sim.Errorf(sim.NotFound, "there is no product %s", req.GetId())
	}
	return assortment[i].product(), nil
}

func list(_ context.Context, req *productv1.ListProducts) (*productv1.Products, error) {
	size := req.GetPageSize()
	if size == 0 {
		size = largestPage
	}
	if err := service.Number("page_size", size, 1, largestPage); err != nil {
		return nil, err
	}
	from := 0
	if token := req.GetPageToken(); token != "" {
		i, found := find(token)
		if !found {
			return nil, sim.Invalidf("page_token: %q is not one of ours", token)
		}
		from = i
	}
	to := min(from+int(size), len(assortment))
	page := &productv1.Products{}
	for _, a := range assortment[from:to] {
		page.Products = append(page.Products, a.product())
	}
	if to < len(assortment) {
		page.NextPageToken = proto.String(assortment[to].id)
	}
	return page, nil
}

func find(id string) (int, bool) {
	return slices.BinarySearchFunc(assortment[:], id, func(a article, id string) int { return strings.Compare(a.id, id) })
}
