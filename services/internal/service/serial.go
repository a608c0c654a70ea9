package service

import (
	"strconv"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/sim"
)

const serial = "serial"

// Count is how many ids of a prefix there are.
func Count(tx sim.Tx, prefix string) (int64, error) {
	n := &wrapperspb.Int64Value{}
	_, err := tx.Get(serial, prefix, n)
	return n.GetValue(), err
}

// NewID names the next thing of a kind: "o-1", "o-2", … for prefix "o". Another
// instance says so ("o2-1", its second life "o2.2-1"), so ids never meet: not
// between instances, and not after a restart with an empty memory. The count is
// kept in the store, in the table "serial", as part of tx.
func NewID(tx sim.Tx, env *sim.Env, prefix string) (string, error) {
	n, err := next(tx, prefix)
	if err != nil {
		return "", err
	}
	instance, life := max(env.Self.N, 1), max(env.Life, 1)
	if instance > 1 || life > 1 {
		prefix += strconv.Itoa(instance)
	}
	if life > 1 {
		prefix += "." + strconv.Itoa(life)
	}
	return prefix + "-" + strconv.FormatInt(n, 10), nil
}

// next counts one more of a prefix: 1, 2, 3.
func next(tx sim.Tx, prefix string) (int64, error) {
	n, err := Count(tx, prefix)
	if err != nil {
		return 0, err
	}
	return n + 1, tx.Put(serial, prefix, wrapperspb.Int64(n+1))
}
