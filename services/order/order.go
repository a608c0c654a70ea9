// Package order takes orders and sees them through: price, shelf, card, parcel,
// letter. Whom it asks depends on whom its world links it to: product,
// inventory, payment, shipping, notification, and any of them may be missing.
package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/services/internal/service"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

const (
	mostItems    = 50
	mostQuantity = 99

	orders = "orders"
	keys   = "keys"   // customer and Idempotency-Key → order
	keyOf  = "key of" // order → customer and Idempotency-Key

	ownerOf = "owner of" // order → the client of a gateway that placed it
)

// settled bounds the orders: those that are decided go, the oldest first, with
// their keys. One that is PENDING stays.
var settled = service.Book{Table: orders, What: "order", Drop: dropKey}

type order struct {
	env     *sim.Env
	changes *changes
	facts   *service.Facts
	// background: answer PENDING at once and work on in this process.
	background bool
	saga       string // who leads: "" and payFirst = we do, byFacts = nobody
	prefix     string // of the ids of orders
}

// Settings are what a world file may say of an order service.
func Settings() []form.Param {
	return []form.Param{
		{Name: "saga", Kind: form.Choice, Choices: []string{payFirst, byFacts}, About: "how the order service runs its saga: payment first, or by events; by default it reserves first"},
		{Name: "background", Kind: form.Bool, About: "true: the order service responds PENDING at once and continues in the background"},
	}
}

// New is the order service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	o := order{env, &changes{}, service.NewFacts(env, spec), spec.Settings["background"] == "true", spec.Settings["saga"], prefix(spec)}
	rules := service.Rules{service.OnMessage(o.place), service.OnMessage(o.get), service.On(o.preview), service.OnStream(o.follow)}
	rules = append(rules, service.On(o.stockReserved), service.On(o.stockMissing), service.On(o.paymentDeclined), service.On(o.stockChanged))
	return withAnswers{rules, o}
}

// prefix begins the ids of orders: "o", or the name of a service that is called
// otherwise, so that those of several order services never meet.
func prefix(spec sim.ServiceSpec) string {
	if spec.Name != "" && spec.Name != spec.Kind {
		return spec.Name
	}
	return "o"
}

// place takes an order and answers when it is decided. A no is an answer: the
// order is DECLINED. When somebody we need does not answer, the order is FAILED
// and our caller gets an error.
func (s order) place(ctx context.Context, m sim.Message, req *orderv1.PlaceOrder) (*orderv1.Order, error) {
	if err := check(req); err != nil {
		return nil, err
	}
	total, err := s.total(ctx, req.GetItems())
	if err != nil {
		return nil, err
	}
	o := &orderv1.Order{CustomerId: req.GetCustomerId(), Items: req.GetItems(), Total: total}
	key := strings.Trim(m.Header.Get(sim.HeaderIdempotencyKey), `"`)
	owner := m.Header.Get(sim.HeaderClient)
	if key != "" && owner != "" {
		key = owner + "/" + key
	}
	decided, err := s.open(ctx, o, key, owner)
	if err != nil || decided {
		return o, err
	}
	if s.saga == byFacts {
		return o, nil // PENDING: those who hear of it go on
	}
	if s.background {
		return s.later(ctx, o, req.GetCard())
	}
	return o, s.fulfil(ctx, o, req.GetCard())
}

func check(req *orderv1.PlaceOrder) error {
	if err := service.ID("customer_id", req.GetCustomerId()); err != nil {
		return err
	}
	if n := len(req.GetItems()); n < 1 || n > mostItems {
		return sim.Invalidf("items: %d is out of bounds", n).WithFix("between 1 and %d", mostItems)
	}
	seen := map[string]int{}
	for i, item := range req.GetItems() {
		at := fmt.Sprintf("items[%d].", i)
		if err := service.ID(at+"product_id", item.GetProductId()); err != nil {
			return err
		}
		if err := service.Number(at+"quantity", item.GetQuantity(), 1, mostQuantity); err != nil {
			return err
		}
		if first, twice := seen[item.GetProductId()]; twice {
			return sim.Invalidf("%sproduct_id: %s is in items[%d] already", at, item.GetProductId(), first)
		}
		seen[item.GetProductId()] = i
	}
	return nil
}

func (s order) get(ctx context.Context, m sim.Message, req *orderv1.GetOrder) (*orderv1.Order, error) {
	o, err := s.read(ctx, req.GetId())
	if err != nil {
		return nil, err
	}
	return o, s.owned(ctx, m, o.GetId())
}

func (s order) read(ctx context.Context, id string) (*orderv1.Order, error) {
	return service.ReadKept(ctx, s.env.Store, settled, id, &orderv1.Order{})
}
