package lessons

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Witness follows what happens in a world and answers compiled conditions and
// texts. It starts no goroutine and reads the log when it is asked. All methods
// may be called by many goroutines.
type Witness struct {
	world  World
	mu     sync.Mutex // guards what follows
	cursor sim.Seq
	buf    []sim.Event
	ev     evidence
}

// NewWitness watches a world from its beginning.
func NewWitness(w World) *Witness {
	return &Witness{world: w, buf: make([]sim.Event, 512), ev: newEvidence(&Lesson{}, w)}
}

// Since lets everything up to seq not count any more. What was kept stays.
func (w *Witness) Since(seq sim.Seq) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read()
	w.ev.window = newWindow(seq)
	w.cursor = min(w.cursor, seq)
}

// Holds reports whether a condition is true now. What has not happened is not
// true; the error is for expressions that cannot be worked out.
func (w *Witness) Holds(c Condition) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read()
	yes, err := w.ev.holds(c.x)
	if errors.Is(err, errNothing) || errors.Is(err, errUnread) {
		err = nil
	}
	return yes, err
}

// Fill writes a text with the numbers of this run. What is not known yet is "…",
// and the error says so.
func (w *Witness) Fill(t Text) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read()
	s, err := t.t.fill(&w.ev)
	return flow(s), err
}

// Keep measures a value; Fill and Holds know it by its name from then on.
func (w *Witness) Keep(k Kept) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read()
	v, err := w.ev.eval(k.k.value)
	if err != nil {
		return k.k.value.at.wrap(err)
	}
	w.ev.kept[k.k.name] = v
	return nil
}

// Await returns when a condition is true. It returns ctx's error, or that of an
// expression that cannot be worked out.
func (w *Witness) Await(ctx context.Context, c Condition) error {
	for {
		yes, err := w.Holds(c)
		if yes || err != nil {
			return err
		}
		// Bytes are read off the path of a request and no event tells when that
		// is done; so a wait is short.
		short, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
		_, _ = w.world.Timeline().Await(short, w.head(), func(sim.Event) bool { return true })
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (w *Witness) head() sim.Seq {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor
}

// read folds what is new. mu is held.
func (w *Witness) read() {
	for {
		n, cursor, _ := w.world.Timeline().Read(w.cursor, w.buf)
		for _, e := range w.buf[:n] {
			w.ev.note(e)
			w.ev.window.apply(e)
		}
		w.cursor = cursor
		if n < len(w.buf) {
			return
		}
	}
}
