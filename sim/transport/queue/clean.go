package queue

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

// cleaner is a session that can remove what belongs to an address, with all that
// lies there: a queue and its dead letters, an exchange, a stream, a log and its
// groups. What is not there is no error. All sessions are.
type cleaner interface {
	remove(ctx context.Context, a address) error
}

// Clean removes everything from the broker that this transport may have asked it
// to make since New, for one that is not ours to throw away. It is called when all
// servers and conns have ended; n is a net of its own, as the world's may have
// ended too. It goes on after an error.
func (t *Transport) Clean(ctx context.Context, n sim.Net) error {
	t.mu.Lock()
	all := slices.Collect(maps.Keys(t.made))
	t.mu.Unlock()
	if len(all) == 0 {
		return nil
	}
	return t.step(ctx, n, func(s session) error {
		var errs []error
		if c, ok := s.(cleaner); ok {
			for _, a := range all {
				errs = append(errs, c.remove(ctx, a))
			}
		}
		return errors.Join(errs...)
	})
}
