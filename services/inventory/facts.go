package inventory

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// The topics in which inventory announces what it did.
const (
	reserved = "stock-reserved"
	missing  = "stock-missing"
)

const refusals = "refusals" // order → why nothing was kept for it

var refusalsKept = service.Book{Table: refusals, What: "refusal"}

// paymentCharged keeps back what was paid for, all of it or nothing, and says which.
// A fact that comes twice hears the same again: what is kept is kept once, and a no
// stays a no, also when the shelf was filled since, because the money has gone back.
func (i inventory) paymentCharged(ctx context.Context, f *eventsv1.PaymentCharged) (*eventsv1.Heard, error) {
	topic, id := reserved, f.GetOrderId()
	var fact proto.Message = &eventsv1.StockReserved{OrderId: id, PaymentId: f.GetPaymentId()}
	var products []string
	for _, line := range f.GetLines() {
		products = append(products, line.GetProductId())
	}
	err := i.change(ctx, products, func(tx sim.Tx) error {
		if err := refused(tx, id); err != nil {
			return err
		}
		for _, line := range f.GetLines() {
			if err := i.keep(tx, line, id); err != nil {
				return err
			}
		}
		return i.facts.Write(tx, topic, topic+"/"+id, fact)
	})
	if code := sim.CodeOf(err); code == sim.Conflict || code == sim.NotFound {
		why := sim.AsError(err).Message
		topic, fact = missing, &eventsv1.StockMissing{OrderId: id, PaymentId: f.GetPaymentId(), Reason: why}
		err = i.env.Store.Do(ctx, func(tx sim.Tx) error {
			if err := refuse(tx, id, why); err != nil {
				return err
			}
			return i.facts.Write(tx, topic, topic+"/"+id, fact)
		})
	}
	if err != nil {
		return nil, err
	}
	i.facts.Publish(ctx, topic, topic+"/"+id, fact)
	return &eventsv1.Heard{}, nil
}

// refused is a conflict when an order was refused before.
func refused(tx sim.Tx, order string) error {
	why := &wrapperspb.StringValue{}
	found, err := tx.Get(refusals, order, why)
	if err == nil && found {
		err = sim.Errorf(sim.Conflict, "%s", why.GetValue())
	}
	return err
}

func refuse(tx sim.Tx, order, why string) error {
	tx.Effect(fmt.Sprintf("nothing reserved for %s: %s", order, why))
	if err := tx.Put(refusals, order, wrapperspb.String(why)); err != nil {
		return err
	}
	return refusalsKept.Settle(tx, order)
}

// keep keeps one line back, once an order.
func (i inventory) keep(tx sim.Tx, line *eventsv1.Line, order string) error {
	return i.hold(tx, &inventoryv1.Reserve{ProductId: line.GetProductId(), OrderId: order, Quantity: line.GetQuantity()}, &inventoryv1.Reservation{})
}
