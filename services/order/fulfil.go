package order

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/internal/service"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// fulfil decides a pending order and writes the verdict into it:
//
//	reserve ──▶ charge ──▶ CONFIRMED ──▶ tell shipping, notification
//	   │no         │no   ╲
//	   │           ▼      ╲silence
//	   └───▶ DECLINED      ▼
//	                    FAILED         both: release what was reserved, refund what was charged
//
// Where the way to payment is a queue, the charge is only accepted: the order
// stays PENDING, and charged goes on when the answer comes.
//
// From the verdict on nothing depends on the customer's patience: each step has
// a time of its own. The error says why an order FAILED.
func (s order) fulfil(ctx context.Context, o *orderv1.Order, card string) error {
	held, no, err := s.steps(ctx, o, card)
	if errors.Is(err, sim.ErrAccepted) {
		return s.pend(ctx, o)
	}
	return s.decide(ctx, o, held, no, err)
}

// steps does what must be done before an order is confirmed. Held is what was
// reserved.
func (s order) steps(ctx context.Context, o *orderv1.Order, card string) (held []*orderv1.Item, no string, err error) {
	if s.saga == payFirst {
		return s.payBeforeShelf(ctx, o, card)
	}
	if held, no, err = s.reserve(ctx, o); err == nil && no == "" {
		no, err = s.charge(ctx, o, card)
	}
	return held, no, err
}

// decide writes the verdict into o: no says why it was declined, err why it
// failed. Held is what goes back then.
func (s order) decide(ctx context.Context, o *orderv1.Order, held []*orderv1.Item, no string, err error) error {
	switch {
	case errors.Is(err, sim.ErrKilled):
		return err
	case err != nil:
		o.Status, o.Reason = orderv1.Order_FAILED, proto.String(err.Error())
	case no != "":
		o.Status, o.Reason = orderv1.Order_DECLINED, proto.String(no)
	default:
		o.Status = orderv1.Order_CONFIRMED
	}
	if o.GetStatus() != orderv1.Order_CONFIRMED {
		s.release(ctx, o, held)
		s.refund(ctx, o)
	}
	if err := s.close(ctx, o); err != nil {
		return err
	}
	if o.GetStatus() == orderv1.Order_CONFIRMED {
		s.announce(ctx, o)
	}
	return failed(o, err)
}

// reserve keeps the items back. Held is what may have to be released: what was
// reserved, and what may have been when no answer came. No says why inventory
// has not enough.
func (s order) reserve(ctx context.Context, o *orderv1.Order) (held []*orderv1.Item, no string, err error) {
	for _, item := range o.GetItems() {
		req := &inventoryv1.Reserve{ProductId: item.GetProductId(), OrderId: o.GetId(), Quantity: item.GetQuantity()}
		_, err := sim.AskFor[*inventoryv1.Reservation](ctx, s.env.Call, "inventory", sim.NewMessage(req))
		switch code := sim.CodeOf(err); {
		case errors.Is(err, sim.ErrNoLink):
			return nil, "", nil
		case code == sim.Conflict, code == sim.NotFound:
			return held, sim.AsError(err).Message, nil
		case err != nil:
			return append(held, item), "", service.Upstream("inventory", err)
		}
		held = append(held, item)
	}
	return held, "", nil
}

// charge takes the money. The order's id is the key: asking again for the same
// order charges once. No says why payment declined.
func (s order) charge(ctx context.Context, o *orderv1.Order, card string) (no string, err error) {
	m := sim.NewMessage(&paymentv1.Charge{OrderId: o.GetId(), CustomerId: o.GetCustomerId(), Amount: o.GetTotal(), Card: card})
	m.Header = m.Header.With(sim.HeaderIdempotencyKey, o.GetId())
	r, err := sim.AskFor[*paymentv1.Receipt](ctx, s.env.Call, "payment", m)
	if errors.Is(err, sim.ErrAccepted) {
		return "", sim.ErrAccepted
	}
	return s.paid(o, r, err)
}

// paid reads what payment says to a charge: no says why it declined.
func (s order) paid(o *orderv1.Order, r *paymentv1.Receipt, err error) (no string, _ error) {
	switch code := sim.CodeOf(err); {
	case errors.Is(err, sim.ErrNoLink):
		return "", nil
	case code == sim.Denied:
		return sim.AsError(err).Message, nil
	case code == sim.Conflict:
		return "", sim.Errorf(sim.Unavailable, "payment is still working on this charge: %w", err)
	case code == sim.Timeout, errors.Is(err, context.Canceled):
		e := service.Upstream("payment", err)
		e.Message += "; the card may have been charged"
		return "", e
	case err != nil:
		return "", service.Upstream("payment", err)
	}
	switch r.GetStatus() {
	case paymentv1.Receipt_CHARGED:
		o.PaymentId = proto.String(r.GetId())
		return "", nil
	case paymentv1.Receipt_DECLINED:
		return r.GetReason(), nil
	default:
		return "", service.Upstream("payment", sim.Errorf(sim.Internal, "neither charged nor declined"))
	}
}
