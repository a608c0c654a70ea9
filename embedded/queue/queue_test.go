package queue

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// start opens an engine that ends with the test.
func start(t testing.TB, o Options) *Engine {
	t.Helper()
	e, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, e) })
	return e
}

func end(t testing.TB, e *Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
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
		if _, err := q.Put(Message{Body: []byte(b), Persistent: true}); err != nil {
			t.Fatal(err)
		}
	}
}

func get(t testing.TB, h *Holder, q *Queue) *Delivery {
	t.Helper()
	d, ok := h.Get(q, false)
	if !ok {
		t.Fatal("there is no message")
	}
	return d
}

func texts(ms []Message) (all []string) {
	for _, m := range ms {
		all = append(all, string(m.Body))
	}
	return all
}

func bodies(ds []*Delivery) (all []string) {
	for _, d := range ds {
		all = append(all, string(d.Body))
	}
	return all
}

func want[T any](t testing.TB, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestDeclareFindDelete(t *testing.T) {
	e := start(t, Options{})
	q, created, err := e.Declare("b", Settings{MaxTries: 3})
	if err != nil || !created {
		t.Fatalf("declare: created %v, %v", created, err)
	}
	again, created, err := e.Declare("b", Settings{})
	if again != q || created || err != nil {
		t.Errorf("declared again: same %v, created %v, %v", again == q, created, err)
	}
	want(t, "settings", Settings{MaxTries: 3}, again.Settings())
	a := declare(t, e, "a", Settings{})
	if got := e.Queues(); len(got) != 2 || got[0] != a || got[1] != q {
		t.Errorf("queues are not both there by name: %v", got)
	}

	put(t, q, "1", "2", "3")
	h := e.Hold()
	d := get(t, h, q)
	if n := e.Delete(q); n != 2 {
		t.Errorf("%d messages were ready, want 2", n)
	}
	if d.Ack() || d.Reject() || d.Nack(0) || d.Extend(time.Second) {
		t.Error("a message of a queue that is gone was settled")
	}
	if _, ok := e.Queue("b"); ok {
		t.Error("the queue is still there")
	}
	if _, err := q.Put(Message{}); !errors.Is(err, ErrClosed) {
		t.Errorf("put: %v, want %v", err, ErrClosed)
	}
	if _, err := h.Consume(q, Consumer{}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("consume: %v, want %v", err, ErrClosed)
	}
	if err := q.SetSettings(Settings{}); !errors.Is(err, ErrClosed) {
		t.Errorf("settings: %v, want %v", err, ErrClosed)
	}
	if n := e.Delete(q); n != 0 {
		t.Errorf("deleted twice: %d messages", n)
	}
	if e.bytes != 0 {
		t.Errorf("%d bytes are still counted", e.bytes)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	e := start(t, Options{})
	for name, s := range map[string]Settings{
		"time":     {TTL: -1},
		"limit":    {MaxLength: -1},
		"overflow": {Overflow: 9},
		"fifo":     {FIFO: true, MaxPriority: 1},
	} {
		if _, _, err := e.Declare(name, s); err == nil {
			t.Errorf("%s: declared", name)
		}
	}
	q := declare(t, e, "q", Settings{})
	if err := q.SetSettings(Settings{Durable: true}); err == nil {
		t.Error("a queue became durable")
	}
	if err := q.SetSettings(Settings{MaxTries: -1}); err == nil {
		t.Error("settings that cannot be were set")
	}
}

func TestSettleOnce(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{})
	h := e.Hold()
	for name, settle := range map[string]func(*Delivery) bool{
		"ack":    (*Delivery).Ack,
		"nack":   func(d *Delivery) bool { return d.Nack(0) },
		"reject": (*Delivery).Reject,
		"extend": func(d *Delivery) bool { return d.Extend(0) },
	} {
		put(t, q, name)
		d := get(t, h, q)
		if found, ok := q.InHand(d.Tag); !ok || found != d {
			t.Errorf("%s: it is not in hand", name)
		}
		if !settle(d) {
			t.Errorf("%s: not settled", name)
		}
		if d.Ack() || d.Nack(0) || d.Reject() || d.Extend(time.Hour) {
			t.Errorf("%s: settled twice", name)
		}
		if _, ok := q.InHand(d.Tag); ok {
			t.Errorf("%s: it is still in hand", name)
		}
		q.Purge()
	}
}

func TestPutBackToItsPlace(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{MaxPriority: 5})
	for _, m := range []Message{{Body: []byte("a1"), Priority: 1}, {Body: []byte("b5"), Priority: 9}, {Body: []byte("c1"), Priority: 1}, {Body: []byte("d5"), Priority: 5}} {
		if _, err := q.Put(m); err != nil {
			t.Fatal(err)
		}
	}
	h := e.Hold()
	var all []*Delivery
	for range 4 {
		all = append(all, get(t, h, q))
	}
	want(t, "by priority", []string{"b5", "d5", "a1", "c1"}, bodies(all))
	for _, i := range []int{2, 0, 3, 1} {
		all[i].Nack(0)
	}
	var again []*Delivery
	for range 4 {
		d := get(t, h, q)
		if !d.Redelivered() || d.Tries != 2 {
			t.Errorf("%s: redelivered %v, tries %d", d.Body, d.Redelivered(), d.Tries)
		}
		again = append(again, d)
	}
	want(t, "put back", bodies(all), bodies(again))
	want(t, "peek shows nothing that is in hand", nil, q.Peek(9))
	h.Close()
	want(t, "peek, the oldest first", []string{"a1", "b5", "c1"}, texts(q.Peek(3)))
}

func TestEngineIsBounded(t *testing.T) {
	e := start(t, Options{MaxBytes: 10})
	q := declare(t, e, "q", Settings{})
	put(t, q, "12345")
	if _, err := q.Put(Message{Body: []byte("123"), Props: []byte("456")}); !errors.Is(err, ErrFull) {
		t.Errorf("put: %v, want %v", err, ErrFull)
	}
	get(t, e.Hold(), q).Ack()
	put(t, q, "1234567890")
}

func TestPurge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r heard
		e := start(t, Options{Observe: r.move})
		q := declare(t, e, "q", Settings{})
		put(t, q, "1", "2", "3")
		if _, err := q.Put(Message{Delay: time.Hour}); err != nil {
			t.Fatal(err)
		}
		d := get(t, e.Hold(), q)
		if n := q.Purge(); n != 3 {
			t.Errorf("%d messages were purged, want 3", n)
		}
		synctest.Wait()
		want(t, "dropped", 3, r.count(Dropped))
		s := q.Stats()
		want(t, "stats", Stats{Unacked: 1, Put: 4, Dropped: 3}, s)
		if !d.Ack() {
			t.Error("what was in hand is gone")
		}
	})
}

func TestCloseTwice(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{})
	put(t, q, "a")
	d := get(t, e.Hold(), q)
	end(t, e)
	if d.Ack() {
		t.Error("settled after the end")
	}
	if _, err := q.Put(Message{}); !errors.Is(err, ErrClosed) {
		t.Errorf("put: %v, want %v", err, ErrClosed)
	}
	if _, _, err := e.Declare("r", Settings{}); !errors.Is(err, ErrClosed) {
		t.Errorf("declare: %v, want %v", err, ErrClosed)
	}
	if err := e.Save("k", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("save: %v, want %v", err, ErrClosed)
	}
}
