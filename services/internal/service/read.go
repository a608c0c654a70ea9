package service

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

// Read finds one thing in the store: the row key of table, read into v. What
// names the thing for people: "order" gives "there is no order o-9".
func Read[T proto.Message](ctx context.Context, store sim.Store, table, what, key string, v T) (T, error) {
	err := store.Do(ctx, func(tx sim.Tx) error {
		found, err := tx.Get(table, key, v)
		if err == nil && !found {
			err = sim.Errorf(sim.NotFound, "there is no %s %s", what, key)
		}
		return err
	})
	return v, err
}
