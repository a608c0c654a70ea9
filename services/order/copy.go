package order

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const copies = "copies" // product → what was last heard of its shelf

// stockChanged keeps what inventory said last, so that an order need not ask.
// What is older than what is known already came late, and is ignored.
//
//	inventory ─ stock-changed ─▶ copy ◀─ looked at by the next order
func (s order) stockChanged(ctx context.Context, f *eventsv1.StockChanged) (*eventsv1.Heard, error) {
	err := s.env.Store.Do(ctx, func(tx sim.Tx) error {
		known := &eventsv1.StockChanged{}
		found, err := tx.Get(copies, f.GetProductId(), known)
		if err != nil || found && known.GetChangedAt().AsTime().After(f.GetChangedAt().AsTime()) {
			return err
		}
		tx.Effect(fmt.Sprintf("copied the stock: %d of %s", f.GetAvailable(), f.GetProductId()))
		return tx.Put(copies, f.GetProductId(), proto.Clone(f))
	})
	return &eventsv1.Heard{}, err
}

// soldOut refuses what is not there, as far as is known: a copy may be older than
// the shelf. Of a product of which nothing was heard everything is sold.
func (s order) soldOut(tx sim.Tx, items []*orderv1.Item) error {
	for _, item := range items {
		known := &eventsv1.StockChanged{}
		found, err := tx.Get(copies, item.GetProductId(), known)
		switch {
		case err != nil:
			return err
		case found && known.GetAvailable() < item.GetQuantity():
			return sim.Errorf(sim.Conflict, "only %d of product %s left, by the copy of the stock", known.GetAvailable(), item.GetProductId())
		}
	}
	return nil
}
