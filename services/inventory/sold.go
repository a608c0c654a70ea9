package inventory

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const debts = "debts" // product and order → what was sold and not there

var debtsKept = service.Book{Table: debts, What: "debt"}

// orderCreated keeps back what somebody has sold without asking. What is not
// there is owed: the customer has heard yes already, so there is nobody to
// refuse. One that comes twice changes nothing.
func (i inventory) orderCreated(ctx context.Context, f *eventsv1.OrderCreated) (*eventsv1.Heard, error) {
	var products []string
	for _, line := range f.GetLines() {
		products = append(products, line.GetProductId())
	}
	err := i.change(ctx, products, func(tx sim.Tx) error {
		for _, line := range f.GetLines() {
			if err := i.sold(tx, line, f.GetOrderId()); err != nil {
				return err
			}
		}
		return nil
	})
	return &eventsv1.Heard{}, err
}

// sold keeps one line back, or writes down that it is owed.
func (i inventory) sold(tx sim.Tx, line *eventsv1.Line, order string) error {
	key, debt := reservationKey(line.GetProductId(), order), &inventoryv1.Reservation{}
	if found, err := tx.Get(debts, key, debt); err != nil || found {
		return err
	}
	err := i.keep(tx, line, order)
	if code := sim.CodeOf(err); code != sim.Conflict && code != sim.NotFound {
		return err
	}
	tx.Effect(fmt.Sprintf("cannot deliver %d of %s to %s: %s", line.GetQuantity(), line.GetProductId(), order, sim.AsError(err).Message))
	debt.ProductId, debt.OrderId, debt.Quantity = line.GetProductId(), order, line.GetQuantity()
	if err := tx.Put(debts, key, debt); err != nil {
		return err
	}
	if err := debtsKept.Settle(tx, key); err != nil {
		return err
	}
	stock, err := shelf(tx, line.GetProductId())
	if sim.CodeOf(err) == sim.NotFound {
		stock, err = newShelf(line.GetProductId()), nil
	}
	if err != nil {
		return err
	}
	stock.Owed = proto.Int32(stock.GetOwed() + line.GetQuantity())
	return tx.Put(shelves, stock.GetProductId(), stock)
}
