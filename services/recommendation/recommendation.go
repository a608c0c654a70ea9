// Package recommendation knows what is bought together. It hears of every order
// and asks nobody.
package recommendation

import (
	"cmp"
	"context"
	"slices"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	recommendationv1 "github.com/msc-sim/msc-sim/services/recommendation/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	together = "together" // product → what was bought besides
	kept     = 100        // companions of a product; the rarest make room
	shown    = 10
)

type recommendation struct {
	env  *sim.Env
	spec sim.ServiceSpec
}

// New is the recommendation service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	r := recommendation{env, spec}
	return service.Rules{service.On(r.get), service.OnMessage(r.orderCreated)}
}

func (r recommendation) get(ctx context.Context, req *recommendationv1.GetRecommendations) (*recommendationv1.Recommendations, error) {
	if err := service.ID("product_id", req.GetProductId()); err != nil {
		return nil, err
	}
	known := &recommendationv1.Recommendations{}
	err := r.env.Store.Do(ctx, func(tx sim.Tx) error {
		_, err := tx.Get(together, req.GetProductId(), known)
		return err
	})
	known.ProductId = req.GetProductId()
	known.Companions = known.Companions[:min(len(known.Companions), shown)]
	return known, err
}

func (r recommendation) orderCreated(ctx context.Context, m sim.Message, f *eventsv1.OrderCreated) (*eventsv1.Heard, error) {
	err := r.env.Store.Do(ctx, func(tx sim.Tx) error {
		if again, err := service.Again(tx, r.spec, m); err != nil || again {
			return err
		}
		tx.Effect("learned from order " + f.GetOrderId())
		for _, l := range f.GetLines() {
			if err := learn(tx, l.GetProductId(), f.GetLines()); err != nil {
				return err
			}
		}
		return nil
	})
	return &eventsv1.Heard{}, err
}

// learn counts what was bought besides one product.
func learn(tx sim.Tx, product string, lines []*eventsv1.Line) error {
	known := &recommendationv1.Recommendations{ProductId: product}
	if _, err := tx.Get(together, product, known); err != nil {
		return err
	}
	for _, l := range lines {
		if other := l.GetProductId(); other != product {
			companion(known, other).Orders++
		}
	}
	slices.SortStableFunc(known.Companions, func(a, b *recommendationv1.Companion) int { return cmp.Compare(b.GetOrders(), a.GetOrders()) })
	known.Companions = known.Companions[:min(len(known.Companions), kept)]
	return tx.Put(together, product, known)
}

// companion finds what is known of another product, or adds it.
func companion(of *recommendationv1.Recommendations, product string) *recommendationv1.Companion {
	for _, c := range of.GetCompanions() {
		if c.GetProductId() == product {
			return c
		}
	}
	c := &recommendationv1.Companion{ProductId: product}
	of.Companions = append(of.Companions, c)
	return c
}
