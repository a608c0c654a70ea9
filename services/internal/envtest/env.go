// Package envtest gives the tests of services a world that is no more than a
// store and a list of what was asked of others.
package envtest

import (
	"context"
	"math/rand/v2"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

// Env is a sim.Env with a look behind it.
type Env struct {
	sim.Env
	Store  *Store
	Others *Others
}

// New is the env of the first instance of a service in a world without links.
// Its clock stands at noon of the first of May 2026.
func New(service string) *Env {
	e := &Env{Store: &Store{rows: map[row]proto.Message{}}, Others: &Others{answers: map[string]Answer{}}}
	e.Env = sim.Env{
		Self:  sim.Instance{Service: service, N: 1},
		Life:  1,
		Now:   func() time.Time { return time.Date(2026, time.May, 1, 12, 0, 0, 0, time.UTC) },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Call:  e.Others,
		Rand:  rand.New(rand.NewPCG(1, 2)),
		Store: e.Store,
	}
	return e
}

// Ask asks a service as a transport would, by the contract of req.
func Ask[T proto.Message](ctx context.Context, s sim.Service, req proto.Message, header sim.Header) (T, error) {
	var none T
	m := sim.NewMessage(req)
	m.Header = header
	h, ok := s.Handlers()[m.Type]
	if !ok {
		return none, sim.Errorf(sim.Internal, "%s is not handled", m.Type)
	}
	reply, err := h(ctx, m)
	if err != nil {
		return none, err
	}
	return reply.Body.(T), nil
}
