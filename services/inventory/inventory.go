// Package inventory knows what is on the shelves and keeps some back for orders.
package inventory

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/services/internal/service"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	// Full is the most a shelf holds, and what is on the shelves 101 to 112 at
	// first: so much that load does not empty one by accident.
	Full = 1_000_000
	// Most is the most that one reservation takes.
	Most = 99
)

type inventory struct {
	env   *sim.Env
	facts *service.Facts
}

// New is the inventory service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	i := inventory{env, service.NewFacts(env, spec)}
	return service.Rules{
		service.On(i.get), service.On(i.set), service.On(i.reserve), service.On(i.reservation), service.On(i.release),
		service.On(i.paymentCharged), service.On(i.orderCreated),
	}
}

func (i inventory) get(ctx context.Context, req *inventoryv1.GetStock) (stock *inventoryv1.Stock, err error) {
	err = i.env.Store.Do(ctx, func(tx sim.Tx) error {
		stock, err = shelf(tx, req.GetProductId())
		return err
	})
	return stock, err
}

func (i inventory) set(ctx context.Context, req *inventoryv1.SetStock) (stock *inventoryv1.Stock, err error) {
	if err := service.ID("product_id", req.GetProductId()); err != nil {
		return nil, err
	}
	if req.Available == nil {
		return nil, sim.Invalidf("available: is missing").WithFix("how many are on the shelf, such as 5")
	}
	if err := service.Number("available", req.GetAvailable(), 0, Full); err != nil {
		return nil, err
	}
	created := false
	err = i.change(ctx, []string{req.GetProductId()}, func(tx sim.Tx) error {
		stock, err = shelf(tx, req.GetProductId())
		if created = sim.CodeOf(err) == sim.NotFound; created {
			stock, err = newShelf(req.GetProductId()), nil
		}
		if err != nil {
			return err
		}
		stock.Available = req.Available
		tx.Effect(fmt.Sprintf("%d of %s on the shelf", stock.GetAvailable(), stock.GetProductId()))
		return tx.Put(shelves, stock.GetProductId(), stock)
	})
	if err == nil && created {
		sim.Created(ctx)
	}
	return stock, err
}
