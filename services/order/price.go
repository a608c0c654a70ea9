package order

import (
	"context"
	"errors"
	"math"

	"github.com/msc-sim/msc-sim/services/internal/service"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// flatCents is what everything costs in a world where order has no product to ask.
const flatCents = 1818

// preview says what an order would cost. There is no preview of a product that
// does not exist, so product's 404 stays one; its silence becomes our 504.
func (s order) preview(ctx context.Context, req *orderv1.PreviewOrder) (*orderv1.Preview, error) {
	item := &orderv1.Item{ProductId: req.GetProduct(), Quantity: req.GetQuantity()}
	if item.GetQuantity() == 0 {
		item.Quantity = 1
	}
	if err := service.ID("product", item.GetProductId()); err != nil {
		return nil, err
	}
	if err := service.Number("quantity", item.GetQuantity(), 1, mostQuantity); err != nil {
		return nil, err
	}
	price, err := s.price(ctx, item.GetProductId())
	if err != nil {
		return nil, err
	}
	total, err := sum([]*orderv1.Item{item}, []*moneyv1.Money{price})
	if err != nil {
		return nil, err
	}
	return &orderv1.Preview{Product: item.GetProductId(), Quantity: item.GetQuantity(), Total: total}, nil
}

// total is what all items cost together. An item that does not exist is the
// customer's mistake: 400, and which one.
func (s order) total(ctx context.Context, items []*orderv1.Item) (*moneyv1.Money, error) {
	prices := make([]*moneyv1.Money, len(items))
	for i, item := range items {
		price, err := s.price(ctx, item.GetProductId())
		if sim.CodeOf(err) == sim.NotFound {
			return nil, sim.Errorf(sim.Invalid, "items[%d].product_id: %w", i, err)
		}
		if err != nil {
			return nil, err
		}
		prices[i] = price
	}
	return sum(items, prices)
}

// price asks product what one costs.
func (s order) price(ctx context.Context, id string) (*moneyv1.Money, error) {
	p, err := sim.AskFor[*productv1.Product](ctx, s.env.Call, "product", sim.NewMessage(&productv1.GetProduct{Id: id}))
	switch {
	case errors.Is(err, sim.ErrNoLink):
		return &moneyv1.Money{Currency: "EUR", Cents: flatCents}, nil
	case sim.CodeOf(err) == sim.NotFound:
		return nil, sim.Errorf(sim.NotFound, "there is no product %s", id)
	case err != nil:
		return nil, service.Upstream("product", err)
	case p.GetPrice().GetCents() <= 0:
		return nil, service.Upstream("product", sim.Errorf(sim.Internal, "%s has no price", id))
	default:
		return p.GetPrice(), nil
	}
}

// sum adds up items at their prices.
func sum(items []*orderv1.Item, prices []*moneyv1.Money) (*moneyv1.Money, error) {
	currency, cents := prices[0].GetCurrency(), int64(0)
	for i, item := range items {
		if prices[i].GetCurrency() != currency {
			return nil, sim.Invalidf("items: %s and %s cannot be added up", currency, prices[i].GetCurrency()).
				WithFix("one order for each currency")
		}
		cents += int64(item.GetQuantity()) * int64(prices[i].GetCents())
	}
	if cents > math.MaxInt32 {
		return nil, sim.Invalidf("items: cost more than an order may")
	}
	return &moneyv1.Money{Currency: currency, Cents: int32(cents)}, nil
}
