// Package loyalty gives points for what customers order: one for every euro. A
// fact that comes twice gives points twice, unless the world lets it remember
// what it has handled (once).
package loyalty

import (
	"context"
	"fmt"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	loyaltyv1 "github.com/msc-sim/msc-sim/services/loyalty/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const accounts = "accounts" // customer → points

type loyalty struct {
	env  *sim.Env
	spec sim.ServiceSpec
}

// New is the loyalty service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	l := loyalty{env, spec}
	return service.Rules{service.On(l.points), service.OnMessage(l.orderCreated)}
}

// points are 0 for a customer who has ordered nothing.
func (l loyalty) points(ctx context.Context, req *loyaltyv1.GetPoints) (*loyaltyv1.Points, error) {
	if err := service.ID("customer_id", req.GetCustomerId()); err != nil {
		return nil, err
	}
	p := &loyaltyv1.Points{}
	err := l.env.Store.Do(ctx, func(tx sim.Tx) error {
		_, err := tx.Get(accounts, req.GetCustomerId(), p)
		return err
	})
	p.CustomerId = req.GetCustomerId()
	return p, err
}

func (l loyalty) orderCreated(ctx context.Context, m sim.Message, f *eventsv1.OrderCreated) (*eventsv1.Heard, error) {
	err := l.env.Store.Do(ctx, func(tx sim.Tx) error {
		if again, err := service.Again(tx, l.spec, m); err != nil || again {
			return err
		}
		p := &loyaltyv1.Points{CustomerId: f.GetCustomerId()}
		if _, err := tx.Get(accounts, f.GetCustomerId(), p); err != nil {
			return err
		}
		given := int64(f.GetTotal().GetCents() / 100)
		p.Points += given
		p.Orders++
		tx.Effect(fmt.Sprintf("%d points for %s", given, f.GetCustomerId()))
		return tx.Put(accounts, f.GetCustomerId(), p)
	})
	return &eventsv1.Heard{}, err
}
