package inventory

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/sim"
)

// changed is the topic in which inventory says how many are free now.
const changed = "stock-changed"

// announcement is a fact with an id of its own.
type announcement struct {
	id   string
	fact *eventsv1.StockChanged
}

// change carries out a change of some shelves in one transaction, and announces
// how many are free on each of them afterwards. Others keep copies of that, which
// are as old as the last they heard.
func (i inventory) change(ctx context.Context, products []string, do func(sim.Tx) error) error {
	var all []announcement
	err := i.env.Store.Do(ctx, func(tx sim.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		all = nil
		for _, product := range products {
			a, err := i.announce(tx, product)
			if err != nil {
				return err
			}
			all = append(all, a)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range all {
		i.facts.Publish(ctx, changed, a.id, a.fact)
	}
	return nil
}

// announce makes the fact of one shelf part of tx.
func (i inventory) announce(tx sim.Tx, product string) (a announcement, err error) {
	stock, err := shelf(tx, product)
	if err != nil {
		return a, err
	}
	n, err := service.NewID(tx, i.env, "s")
	if err != nil {
		return a, err
	}
	a.id = changed + "/" + n
	a.fact = &eventsv1.StockChanged{ProductId: product, Available: stock.Available, ChangedAt: timestamppb.New(i.env.Now())}
	return a, i.facts.Write(tx, changed, a.id, a.fact)
}
