package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/msc-sim/msc-sim/sim"
)

// headerID is the id of a fact in CloudEvents: the same however often it comes.
const headerID = "ce-id"

// Facts announces what a service has done. Without an outbox a fact is published
// after the transaction that made it true; whoever dies in between has told
// nobody. With one it is written down in that transaction, and published from
// there until a broker has taken it: at least once, in the order of writing.
//
//	without  commit ──────────────▶ publish
//	with     commit (with the fact) ╌╌▶ publish ──▶ strike it out
type Facts struct {
	env    *sim.Env
	outbox bool
	wake   chan struct{}
}

// NewFacts makes the announcer of an instance. With an outbox it begins at once
// to publish what an earlier incarnation has left.
func NewFacts(env *sim.Env, spec sim.ServiceSpec) *Facts {
	f := &Facts{env: env, outbox: spec.Outbox, wake: make(chan struct{}, 1)}
	if f.outbox {
		env.Group.Go("outbox", f.relay)
	}
	return f
}

const outbox = "outbox" // place, topic and id → fact

// Write makes a fact part of a transaction. Id is its own, "order-created/o-1".
func (f *Facts) Write(tx sim.Tx, topic, id string, fact proto.Message) error {
	if !f.outbox {
		return nil
	}
	n, err := next(tx, outbox)
	if err != nil {
		return err
	}
	body, err := anypb.New(fact)
	if err != nil {
		return err
	}
	return tx.Put(outbox, fmt.Sprintf("%012d %s %s", n, topic, id), body)
}

// Publish announces a fact whose transaction is committed. What comes of it the
// log has: who did something does not undo it because nobody could be told.
func (f *Facts) Publish(ctx context.Context, topic, id string, fact proto.Message) {
	if f.outbox {
		select {
		case f.wake <- struct{}{}:
		default: // it is awake
		}
		return
	}
	_ = f.publish(ctx, topic, id, fact)
}

func (f *Facts) publish(ctx context.Context, topic, id string, fact proto.Message) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m := sim.NewMessage(fact)
	m.Header = m.Header.With(headerID, id)
	return f.env.Call.Publish(ctx, topic, m)
}

// How long a broker may take for a fact, and how long the relay leaves it alone
// when it could not.
const (
	patience = 2 * time.Second
	pause    = 200 * time.Millisecond
)

// relay publishes what is in the outbox, first written first, whenever there is
// something, until its instance ends.
func (f *Facts) relay(ctx context.Context) {
	for {
		keys, err := f.waiting(ctx)
		for _, key := range keys {
			if err = f.pass(ctx, key); err != nil {
				break
			}
		}
		switch {
		case ctx.Err() != nil || errors.Is(err, sim.ErrKilled):
			return
		case err != nil:
			_ = f.env.Sleep(ctx, pause) // it ends when ctx does
		case len(keys) == 0:
			select {
			case <-f.wake:
			case <-ctx.Done():
				return
			}
		}
	}
}

// waiting are the facts in the outbox, the oldest first. All are looked up at once:
// there may be many when a broker was away.
func (f *Facts) waiting(ctx context.Context) (keys []string, err error) {
	err = f.env.Store.Do(ctx, func(tx sim.Tx) error {
		keys, err = tx.Keys(outbox)
		return err
	})
	return keys, err
}

// pass publishes a fact and strikes it out, unless another instance did. When it
// dies in between, the fact is published once more, under the same id.
func (f *Facts) pass(ctx context.Context, key string) error {
	body := &anypb.Any{}
	var there bool
	err := f.env.Store.Do(ctx, func(tx sim.Tx) (err error) {
		there, err = tx.Get(outbox, key, body)
		return err
	})
	if err != nil || !there {
		return err
	}
	fact, err := body.UnmarshalNew()
	if err != nil {
		return err
	}
	var n int64
	var topic, id string
	if _, err := fmt.Sscanf(key, "%d %s %s", &n, &topic, &id); err != nil {
		return err
	}
	if err := f.publish(ctx, topic, id, fact); err != nil && !errors.Is(err, sim.ErrNoLink) {
		return err
	}
	return f.env.Store.Do(ctx, func(tx sim.Tx) error { return tx.Delete(outbox, key) })
}

const heard = "heard" // id → that it was handled

// heardKept bounds what is remembered of them: a message that comes again later
// than the newest Kept is handled again.
var heardKept = Book{Table: heard, What: "message"}

// Again reports whether a fact, or what was told, was handled before, and
// remembers it as part of tx, by the id of the fact or the Idempotency-Key. Where
// the world did not ask for it (once), every delivery is a first one.
func Again(tx sim.Tx, spec sim.ServiceSpec, m sim.Message) (bool, error) {
	id := cmp.Or(m.Header.Get(headerID), m.Header.Get(sim.HeaderIdempotencyKey))
	if !spec.Once || id == "" {
		return false, nil
	}
	mark := &anypb.Any{}
	found, err := tx.Get(heard, id, mark)
	if err != nil || found {
		return found, err
	}
	if err := tx.Put(heard, id, mark); err != nil {
		return false, err
	}
	return false, heardKept.Settle(tx, id)
}
