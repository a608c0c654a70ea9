package order

import (
	"context"
	"errors"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	shippingv1 "github.com/msc-sim/msc-sim/services/shipping/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// patience is how long each step after the verdict may take.
const patience = 2 * time.Second

// after is a context for such a step: the same request, but no longer bound to
// its caller's deadline.
func after(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// release puts back what was kept, and adds to the reason what could not be.
func (s order) release(ctx context.Context, o *orderv1.Order, held []*orderv1.Item) {
	for _, item := range held {
		ctx, done := after(ctx)
		_, err := s.env.Call.Ask(ctx, "inventory", sim.NewMessage(&inventoryv1.Release{ProductId: item.GetProductId(), OrderId: o.GetId()}))
		done()
		if err != nil && !errors.Is(err, sim.ErrNoLink) {
			o.Reason = proto.String(o.GetReason() + "; product " + item.GetProductId() + " may still be reserved")
		}
	}
}

// close keeps the verdict and names it.
func (s order) close(ctx context.Context, o *orderv1.Order) error {
	ctx, done := after(ctx)
	defer done()
	defer s.changes.happened()
	return s.env.Store.Do(ctx, func(tx sim.Tx) error { return keepVerdict(tx, o) })
}

// keepVerdict is the part of close that belongs into a transaction.
func keepVerdict(tx sim.Tx, o *orderv1.Order) error {
	effect := "order " + o.GetId() + " " + strings.ToLower(o.GetStatus().String())
	if o.GetReason() != "" {
		effect += ": " + o.GetReason()
	}
	tx.Effect(effect)
	if err := tx.Put(orders, o.GetId(), o); err != nil {
		return err
	}
	return settled.Settle(tx, o.GetId())
}

// announce tells those who go on with a confirmed order.
func (s order) announce(ctx context.Context, o *orderv1.Order) {
	ship := &shippingv1.Ship{OrderId: o.GetId(), CustomerId: o.GetCustomerId()}
	for _, item := range o.GetItems() {
		ship.Pieces += item.GetQuantity()
	}
	s.tell(ctx, "shipping", ship)
	s.tell(ctx, "notification", &notificationv1.Notify{
		To:   o.GetCustomerId(),
		Text: "order " + o.GetId() + " is confirmed: " + o.GetTotal().Text(),
	})
}

// tell hands something on. The order stands even when nobody takes it, because
// the money has moved; the log has the failed message.
func (s order) tell(ctx context.Context, whom string, body proto.Message) {
	ctx, done := after(ctx)
	defer done()
	_ = s.env.Call.Tell(ctx, whom, sim.NewMessage(body))
}

// failed is what the customer hears of an order that failed because of err.
func failed(o *orderv1.Order, err error) error {
	if err == nil {
		return nil
	}
	e := *sim.AsError(err)
	e.Message, e.Err = "order "+o.GetId()+" failed: "+o.GetReason(), err
	if e.Fix == "" {
		e.Fix = "with the same Idempotency-Key it is safe to ask again"
	}
	return &e
}
