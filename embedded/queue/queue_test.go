package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// open starts an engine that ends with the test.
func open(t testing.TB, o Options) *Engine {
	t.Helper()
	e, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

func declare(t testing.TB, e *Engine, name string, s Settings) *Queue {
	t.Helper()
	q, _, err := e.Declare(name, s)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func put(t testing.TB, q *Queue, bodies ...string) {
	t.Helper()
	for _, b := range bodies {
		if _, err := q.Put(Message{Body: []byte(b)}); err != nil {
			t.Fatal(err)
		}
	}
}

// inbox keeps what a consumer was handed.
type inbox struct{ got []*Delivery }

func (b *inbox) deliver(d *Delivery) bool {
	b.got = append(b.got, d)
	return true
}

func (b *inbox) bodies() (all []string) {
	for _, d := range b.got {
		all = append(all, string(d.Body))
	}
	return all
}

func TestFirstInFirstOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, Options{})
		q := declare(t, e, "q", Settings{})
		put(t, q, "a", "b", "c")
		h := e.Hold()
		var in inbox
		if _, err := h.Consume(q, Consumer{Windows: []*Window{NewWindow(2)}}, in.deliver); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if diff := cmp.Diff([]string{"a", "b"}, in.bodies()); diff != "" {
			t.Error(diff)
		}
		in.got[0].Nack(time.Second)
		synctest.Wait()
		h.Close()
		time.Sleep(2 * time.Second)
		if diff := cmp.Diff([]string{"a", "b", "c"}, texts(q.Peek(10))); diff != "" {
			t.Error(diff)
		}
	})
}

func texts(ms []Message) (all []string) {
	for _, m := range ms {
		all = append(all, string(m.Body))
	}
	return all
}
