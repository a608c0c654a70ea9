package inventory

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// The topics in which inventory announces what it did.
const (
	reserved = "stock-reserved"
	missing  = "stock-missing"
)

// paymentCharged keeps back what was paid for, all of it or nothing, and says which.
// One that comes twice finds what it has kept already.
func (i inventory) paymentCharged(ctx context.Context, f *eventsv1.PaymentCharged) (*eventsv1.Heard, error) {
	topic, id := reserved, f.GetOrderId()
	var fact proto.Message = &eventsv1.StockReserved{OrderId: f.GetOrderId(), PaymentId: f.GetPaymentId()}
	var products []string
	for _, line := range f.GetLines() {
		products = append(products, line.GetProductId())
	}
	err := i.change(ctx, products, func(tx sim.Tx) error {
		for _, line := range f.GetLines() {
			if err := i.keep(tx, line, f.GetOrderId()); err != nil {
				return err
			}
		}
		return i.facts.Write(tx, topic, topic+"/"+id, fact)
	})
	if code := sim.CodeOf(err); code == sim.Conflict || code == sim.NotFound {
		topic, fact = missing, &eventsv1.StockMissing{OrderId: f.GetOrderId(), PaymentId: f.GetPaymentId(), Reason: sim.AsError(err).Message}
		err = i.env.Store.Do(ctx, func(tx sim.Tx) error {
			tx.Effect(fmt.Sprintf("nothing kept for %s: %s", id, sim.AsError(err).Message))
			return i.facts.Write(tx, topic, topic+"/"+id, fact)
		})
	}
	if err != nil {
		return nil, err
	}
	i.facts.Publish(ctx, topic, topic+"/"+id, fact)
	return &eventsv1.Heard{}, nil
}

// keep keeps one line back, once an order.
func (i inventory) keep(tx sim.Tx, line *eventsv1.Line, order string) error {
	return i.hold(tx, &inventoryv1.Reserve{ProductId: line.GetProductId(), OrderId: order, Quantity: line.GetQuantity()}, &inventoryv1.Reservation{})
}
