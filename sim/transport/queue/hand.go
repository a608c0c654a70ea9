package queue

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
)

// taking is a session through which an instance takes messages, which a fault can
// break while it is used.
type taking struct {
	session
	at     address
	broken chan struct{} // closed when it is
	once   sync.Once
}

func (t *taking) lose() { t.once.Do(func() { close(t.broken) }) }

// expeller is a session whose broker shares the messages of a queue out among the
// members of a group: it can put this one out.
type expeller interface {
	expel(ctx context.Context, a address) error
}

// held implements [sim.Hand].
type held struct {
	on      *taking
	dropped atomic.Bool
}

func (h *held) Drop()         { h.dropped.Store(true) }
func (h *held) Dropped() bool { return h.dropped.Load() }

func (h *held) Expel(ctx context.Context) error {
	e, ok := h.on.session.(expeller)
	if !ok {
		return sim.Invalidf("there is no group to be put out of")
	}
	return e.expel(ctx, h.on.at)
}

// unheard is a delivery whose acknowledgement gets lost with the connection.
type unheard struct {
	delivery
	on *taking
}

func (d unheard) ack() { d.on.lose() }
