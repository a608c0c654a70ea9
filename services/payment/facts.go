package payment

import (
	"context"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// The topics in which payment announces what it did.
const (
	charged  = "payment-charged"
	declined = "payment-declined"
)

// orderCreated charges the card on file for an order that was placed. Nobody asked:
// who has to go on hears of it.
func (p payment) orderCreated(ctx context.Context, m sim.Message, f *eventsv1.OrderCreated) (*eventsv1.Heard, error) {
	req := &paymentv1.Charge{OrderId: f.GetOrderId(), CustomerId: f.GetCustomerId(), Amount: f.GetTotal()}
	if err := check(req); err != nil {
		return nil, err
	}
	var topic string
	var fact proto.Message
	err := p.env.Store.Do(ctx, func(tx sim.Tx) error {
		again, err := service.Again(tx, p.spec, m)
		if err != nil || again {
			return err
		}
		r, err := p.decide(tx, req)
		if err != nil {
			return err
		}
		topic, fact = charged, &eventsv1.PaymentCharged{OrderId: r.GetOrderId(), PaymentId: r.GetId(), Lines: f.GetLines()}
		if r.GetStatus() == paymentv1.Receipt_DECLINED {
			topic, fact = declined, &eventsv1.PaymentDeclined{OrderId: r.GetOrderId(), Reason: r.GetReason()}
		}
		return p.facts.Write(tx, topic, topic+"/"+r.GetOrderId(), fact)
	})
	if err == nil && fact != nil {
		p.facts.Publish(ctx, topic, topic+"/"+req.GetOrderId(), fact)
	}
	return &eventsv1.Heard{}, err
}

// stockMissing gives the money back for what is not there.
func (p payment) stockMissing(ctx context.Context, f *eventsv1.StockMissing) (*eventsv1.Heard, error) {
	_, err := p.refund(ctx, &paymentv1.Refund{Id: f.GetPaymentId()})
	return &eventsv1.Heard{}, err
}
