package order

import (
	"context"
	"net/http"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// open gives o an id and keeps it as PENDING. With a key that this customer used
// before, o becomes the order of that key: one that FAILED is tried again under
// its old id, so that whoever did its part already will not do it twice; one
// that is decided is the answer.
func (s order) open(ctx context.Context, o *orderv1.Order, key, owner string) (decided bool, err error) {
	fresh := false
	err = s.env.Store.Do(ctx, func(tx sim.Tx) error {
		before, err := s.before(tx, o, key)
		if err != nil {
			return err
		}
		switch before.GetStatus() {
		case orderv1.Order_CONFIRMED, orderv1.Order_DECLINED:
			decided = true
			proto.Reset(o)
			proto.Merge(o, before)
			return nil
		case orderv1.Order_PENDING:
			return sim.Errorf(sim.Conflict, "order %s is being worked on", before.GetId())
		case orderv1.Order_FAILED:
			o.Id = before.GetId()
			if err := settled.Reopen(tx, o.GetId()); err != nil {
				return err
			}
		default:
			if err := s.soldOut(tx, o.GetItems()); err != nil {
				return err
			}
			if err := s.name(tx, o, key); err != nil {
				return err
			}
			if err := own(tx, o.GetId(), owner); err != nil {
				return err
			}
			if err := s.facts.Write(tx, created, created+"/"+o.GetId(), s.fact(o)); err != nil {
				return err
			}
			fresh = true
		}
		o.Status = orderv1.Order_PENDING
		return tx.Put(orders, o.GetId(), o)
	})
	s.changes.happened()
	if fresh && err == nil {
		s.facts.Publish(ctx, created, created+"/"+o.GetId(), s.fact(o))
	}
	return decided, err
}

// created is the topic in which orders are announced.
const created = "order-created"

// fact says what others need to know of a new order.
func (s order) fact(o *orderv1.Order) *eventsv1.OrderCreated {
	f := &eventsv1.OrderCreated{
		OrderId: o.GetId(), CustomerId: o.GetCustomerId(), Total: o.GetTotal(), CreatedAt: timestamppb.New(s.env.Now()),
	}
	for _, item := range o.GetItems() {
		f.Lines = append(f.Lines, &eventsv1.Line{ProductId: item.GetProductId(), Quantity: item.GetQuantity()})
	}
	return f
}

// before is the order that this customer's key stands for, or an empty one.
func (s order) before(tx sim.Tx, o *orderv1.Order, key string) (*orderv1.Order, error) {
	id, before := &wrapperspb.StringValue{}, &orderv1.Order{}
	if key == "" {
		return before, nil
	}
	if found, err := tx.Get(keys, o.GetCustomerId()+"/"+key, id); err != nil || !found {
		return before, err
	}
	if _, err := tx.Get(orders, id.GetValue(), before); err != nil {
		return nil, err
	}
	same := func(a, b *orderv1.Item) bool { return proto.Equal(a, b) }
	if !slices.EqualFunc(before.GetItems(), o.GetItems(), same) {
		e := sim.Invalidf("this key belongs to order %s, which has other items", before.GetId()).WithFix("take a new key for a new order")
		e.HTTP = http.StatusUnprocessableEntity
		return nil, e
	}
	return before, nil
}

// name gives a new order its id, and ties the key to it.
func (s order) name(tx sim.Tx, o *orderv1.Order, key string) (err error) {
	if o.Id, err = service.NewID(tx, s.env, s.prefix); err != nil || key == "" {
		return err
	}
	key = o.GetCustomerId() + "/" + key
	if err := tx.Put(keyOf, o.GetId(), wrapperspb.String(key)); err != nil {
		return err
	}
	return tx.Put(keys, key, wrapperspb.String(o.GetId()))
}

// dropKey frees the key of an order that goes, and forgets its owner.
func dropKey(tx sim.Tx, id string) error {
	if err := tx.Delete(ownerOf, id); err != nil {
		return err
	}
	key := &wrapperspb.StringValue{}
	if found, err := tx.Get(keyOf, id, key); err != nil || !found {
		return err
	}
	if err := tx.Delete(keys, key.GetValue()); err != nil {
		return err
	}
	return tx.Delete(keyOf, id)
}
