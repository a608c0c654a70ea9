// Package payment decides whether a card may be charged, and charges it. It
// charges as often as it is asked: only a key makes asking again harmless.
package payment

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services/internal/service"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// Limit is the most that one charge may take, in cents.
const Limit = 100_000

const receipts = "receipts"

// settled bounds the receipts: each is settled when it is written.
var settled = service.Book{Table: receipts, What: "payment"}

type payment struct {
	env   *sim.Env
	spec  sim.ServiceSpec
	facts *service.Facts
}

// New is the payment service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	p := payment{env, spec, service.NewFacts(env, spec)}
	return service.Rules{
		service.On(p.charge), service.On(p.refund), service.On(p.get),
		service.OnMessage(p.orderCreated), service.On(p.stockMissing),
	}
}

func (p payment) charge(ctx context.Context, req *paymentv1.Charge) (r *paymentv1.Receipt, err error) {
	if err := check(req); err != nil {
		return nil, err
	}
	err = p.env.Store.Do(ctx, func(tx sim.Tx) error {
		r, err = p.decide(tx, req)
		return err
	})
	return r, err
}

// decide charges or declines, and keeps the receipt.
func (p payment) decide(tx sim.Tx, req *paymentv1.Charge) (*paymentv1.Receipt, error) {
	r := &paymentv1.Receipt{
		Status:     paymentv1.Receipt_CHARGED,
		OrderId:    req.GetOrderId(),
		CustomerId: req.GetCustomerId(),
		Amount:     req.GetAmount(),
	}
	did := "charged "
	if reason := decline(req); reason != "" {
		r.Status, r.Reason = paymentv1.Receipt_DECLINED, proto.String(reason)
		did = "declined "
	}
	var err error
	if r.Id, err = service.NewID(tx, p.env, "p"); err != nil {
		return nil, err
	}
	tx.Effect(did + r.GetCustomerId() + " " + r.GetAmount().Text())
	if err := tx.Put(receipts, r.GetId(), r); err != nil {
		return nil, err
	}
	return r, settled.Settle(tx, r.GetId())
}

func check(req *paymentv1.Charge) error {
	if err := service.ID("order_id", req.GetOrderId()); err != nil {
		return err
	}
	if err := service.ID("customer_id", req.GetCustomerId()); err != nil {
		return err
	}
	switch amount := req.GetAmount(); {
	case amount.GetCurrency() != "EUR":
		return sim.Invalidf("amount.currency: %q is not charged here", amount.GetCurrency()).WithFix("only EUR")
	case amount.GetCents() <= 0:
		return sim.Invalidf("amount.cents: %d is not an amount to charge", amount.GetCents()).WithFix("at least 1")
	}
	return nil
}

// decline says why a card may not be charged, or "".
func decline(req *paymentv1.Charge) string {
	switch limit := (&moneyv1.Money{Currency: "EUR", Cents: Limit}); {
	case req.GetCard() == "declined":
		return "the card was declined"
	case req.GetAmount().GetCents() > limit.GetCents():
		return "above the limit of " + limit.Text()
	default:
		return ""
	}
}

func (p payment) get(ctx context.Context, req *paymentv1.GetPayment) (*paymentv1.Receipt, error) {
	return service.ReadKept(ctx, p.env.Store, settled, req.GetId(), &paymentv1.Receipt{})
}
