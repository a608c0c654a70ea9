package order

import (
	"context"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/internal/service"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// withAnswers is the service with what it does when answers come late.
type withAnswers struct {
	service.Rules
	order
}

// OnAnswer goes on with orders whose charge was only accepted.
func (w withAnswers) OnAnswer() map[string]sim.Handler {
	charge := string((&paymentv1.Charge{}).ProtoReflect().Descriptor().FullName())
	return map[string]sim.Handler{charge: w.charged}
}

// pend leaves o PENDING, unless payment's answer was faster than the word that
// its charge was accepted.
func (s order) pend(ctx context.Context, o *orderv1.Order) error {
	ctx, done := after(ctx)
	defer done()
	return s.env.Store.Do(ctx, func(tx sim.Tx) error {
		now := &orderv1.Order{}
		if _, err := tx.Get(orders, o.GetId(), now); err != nil {
			return err
		}
		if now.GetStatus() != orderv1.Order_PENDING {
			proto.Reset(o)
			proto.Merge(o, now)
			return nil
		}
		tx.Effect("order " + o.GetId() + " pending: its charge is accepted")
		return nil
	})
}

// charged goes on with a pending order when payment's answer has come. The key
// of the charge says which order it is. An answer to an order that nobody
// remembers, or that is decided, changes nothing.
func (s order) charged(ctx context.Context, m sim.Message) (sim.Message, error) {
	id := strings.Trim(m.Header.Get(sim.HeaderIdempotencyKey), `"`)
	o, err := service.ReadKept(ctx, s.env.Store, settled, id, &orderv1.Order{})
	if err != nil {
		return sim.Message{}, err
	}
	if o.GetStatus() != orderv1.Order_PENDING {
		return sim.NewMessage(o), nil
	}
	var said error
	if m.Refused != nil {
		said = m.Refused
	}
	receipt, _ := m.Body.(*paymentv1.Receipt)
	no, err := s.paid(o, receipt, said)
	err = s.decide(ctx, o, o.GetItems(), no, err)
	if o.GetStatus() == orderv1.Order_FAILED {
		return sim.NewMessage(o), nil // it is kept as such; whoever asked is long gone
	}
	return sim.NewMessage(o), err
}
