package order

import (
	"context"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/sim"
)

// own writes down which client placed an order; nobody is, where no gateway
// authenticated one.
func own(tx sim.Tx, id, owner string) error {
	if owner == "" {
		return nil
	}
	return tx.Put(ownerOf, id, wrapperspb.String(owner))
}

// owned refuses an order to every client but the one that placed it. A gateway
// knows who asks; only the service knows whose an order is. A request that came past no
// gateway names no client, and is not held to that.
func (s order) owned(ctx context.Context, m sim.Message, id string) error {
	client := m.Header.Get(sim.HeaderClient)
	if client == "" {
		return nil
	}
	owner := &wrapperspb.StringValue{}
	err := s.env.Store.Do(ctx, func(tx sim.Tx) error {
		_, err := tx.Get(ownerOf, id, owner)
		return err
	})
	if err == nil && owner.GetValue() != client {
		err = sim.Errorf(sim.Denied, "order %s was placed by another client", id)
	}
	return err
}
