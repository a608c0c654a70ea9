package queue

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Letter is a dead letter, as the protocol of its broker shows it.
type Letter struct {
	ID     string // as its broker names it; "" = it has no name for it
	Why    string // "" = the broker does not say
	Tries  int    // how often it was handed out; 0 = nobody counted
	At     time.Time
	Header [][2]string // by name
	Body   []byte
}

// Trace is the traceparent of the message that it was; "" = it says none.
func (l Letter) Trace() string {
	for _, h := range l.Header {
		if strings.EqualFold(h[0], headTrace) {
			return h[1]
		}
	}
	return ""
}

// undertaker is a session that can look at the dead letters of a queue, the
// oldest first, and leave them where they are, and can put them back: each is
// stored in its queue before it is taken from there.
type undertaker interface {
	letters(ctx context.Context, a address, n int) ([]Letter, error)
	redrive(ctx context.Context, a address) (int, error)
}

// Letters looks at up to most dead letters of a queue, which is named as people
// see it. The error is [sim.Invalid] where nobody can read them. n is a net of
// its own.
func (t *Transport) Letters(ctx context.Context, n sim.Net, name string, most int) (all []Letter, err error) {
	err = t.bury(ctx, n, name, func(u undertaker, a address) error {
		found, err := u.letters(ctx, a, most)
		all = append(all, found...)
		return err
	})
	return all, err
}

// Redrive puts the dead letters of a queue back into it, and says how many.
func (t *Transport) Redrive(ctx context.Context, n sim.Net, name string) (total int, err error) {
	err = t.bury(ctx, n, name, func(u undertaker, a address) error {
		n, err := u.redrive(ctx, a)
		total += n
		return err
	})
	return total, err
}

// bury does something with the dead letters of the queues of a name.
func (t *Transport) bury(ctx context.Context, n sim.Net, name string, do func(undertaker, address) error) error {
	places := slices.DeleteFunc(t.places(), func(a address) bool { return a.String() != name })
	if len(places) == 0 {
		return nil
	}
	return t.step(ctx, n, func(s session) error {
		u, able := s.(undertaker)
		if !able {
			return keepsNone(t.broker.name())
		}
		for _, a := range places {
			if err := do(u, a); err != nil && sim.CodeOf(err) != sim.NotFound {
				return err
			}
		}
		return nil
	})
}

func keepsNone(broker string) error {
	return sim.Invalidf("an attached %s has no dead-letter queue that msc-sim can read", broker)
}

// outside is what of a parcel people read, by name.
func (p parcel) outside() (all [][2]string) {
	for _, name := range slices.Sorted(maps.Keys(p.header)) {
		for _, v := range p.header[name] {
			all = append(all, [2]string{name, v})
		}
	}
	return all
}
