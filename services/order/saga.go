package order

import (
	"context"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// How an order is led through its steps, besides the usual way.
const (
	// payFirst: order leads, and charges the card before it looks at the shelf.
	//
	//	charge ──▶ reserve ──▶ CONFIRMED
	//	             │no
	//	             ▼
	//	          DECLINED, refund
	payFirst = "pay-first"
	// byFacts: nobody leads. Order says that it was placed and is PENDING until it
	// hears how it went.
	//
	//	order-created ─▶ payment: payment-charged ─▶ inventory: stock-reserved ─▶ order
	//	                                                        stock-missing  ─▶ order, and payment refunds
	byFacts = "facts"
)

// payBeforeShelf takes the money and then looks at the shelf. Held is what was
// reserved, no why the order is declined.
func (s order) payBeforeShelf(ctx context.Context, o *orderv1.Order, card string) (held []*orderv1.Item, no string, err error) {
	if no, err = s.charge(ctx, o, card); err != nil || no != "" {
		return nil, no, err
	}
	return s.reserve(ctx, o)
}

// refund gives back what was charged for an order that is not delivered, and adds
// to the reason what became of it. It is told, not asked: where the way to payment
// is a queue, it waits there until payment can.
func (s order) refund(ctx context.Context, o *orderv1.Order) {
	if o.GetPaymentId() == "" {
		return
	}
	ctx, done := after(ctx)
	defer done()
	m := sim.NewMessage(&paymentv1.Refund{Id: o.GetPaymentId()})
	m.Header = m.Header.With(sim.HeaderIdempotencyKey, "refund-"+o.GetPaymentId())
	said := "; refund of " + o.GetPaymentId() + " sent"
	if err := s.env.Call.Tell(ctx, "payment", m); err != nil {
		said = "; PAID AND NOT REFUNDED: " + o.GetPaymentId()
	}
	o.Reason = proto.String(o.GetReason() + said)
}

func (s order) stockReserved(ctx context.Context, f *eventsv1.StockReserved) (*eventsv1.Heard, error) {
	return s.turnOut(ctx, f.GetOrderId(), orderv1.Order_CONFIRMED, f.GetPaymentId(), "")
}

func (s order) stockMissing(ctx context.Context, f *eventsv1.StockMissing) (*eventsv1.Heard, error) {
	return s.turnOut(ctx, f.GetOrderId(), orderv1.Order_DECLINED, f.GetPaymentId(), f.GetReason())
}

func (s order) paymentDeclined(ctx context.Context, f *eventsv1.PaymentDeclined) (*eventsv1.Heard, error) {
	return s.turnOut(ctx, f.GetOrderId(), orderv1.Order_DECLINED, "", f.GetReason())
}

// turnOut gives a pending order its verdict. One that has it already, or that nobody
// remembers, stays as it is: facts may come twice, and at once.
func (s order) turnOut(ctx context.Context, id string, verdict orderv1.Order_Status, payment, why string) (*eventsv1.Heard, error) {
	o := &orderv1.Order{}
	open := false
	err := s.env.Store.Do(ctx, func(tx sim.Tx) error {
		found, err := tx.Get(orders, id, o)
		if open = found && o.GetStatus() == orderv1.Order_PENDING; err != nil || !open {
			return err
		}
		o.Status = verdict
		if payment != "" {
			o.PaymentId = proto.String(payment)
		}
		if why != "" {
			o.Reason = proto.String(why)
		}
		return keepVerdict(tx, o)
	})
	if err != nil || !open {
		return &eventsv1.Heard{}, err
	}
	s.changes.happened()
	if verdict == orderv1.Order_CONFIRMED {
		s.announce(ctx, o)
	} else {
		s.apologize(ctx, o)
	}
	return &eventsv1.Heard{}, nil
}

// apologize tells a customer who was told "pending" that nothing comes of it.
func (s order) apologize(ctx context.Context, o *orderv1.Order) {
	s.tell(ctx, "notification", &notificationv1.Notify{
		To:   o.GetCustomerId(),
		Text: "order " + o.GetId() + " is declined: " + o.GetReason(),
	})
}
