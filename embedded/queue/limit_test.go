package queue

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestOverflow(t *testing.T) {
	for name, s := range map[string]Settings{
		"length": {MaxLength: 3, MaxPriority: 9},
		"bytes":  {MaxBytes: 3, MaxPriority: 9},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var h heard
				e := start(t, Options{Bury: h.bury})
				q := declare(t, e, "q", s)
				put(t, q, "a", "b", "c")
				if _, err := q.Put(Message{Body: []byte("D"), Priority: 9}); err != nil {
					t.Fatal(err)
				}
				put(t, q, "e")
				synctest.Wait()
				want(t, "the head goes, whatever it is worth, as in RabbitMQ", []string{"D maxlen", "a maxlen"}, h.graves())
				want(t, "left", []string{"b", "c", "e"}, texts(q.Peek(9)))

				s.Overflow = Reject
				if err := q.SetSettings(s); err != nil {
					t.Fatal(err)
				}
				if _, err := q.Put(Message{Body: []byte("f")}); !errors.Is(err, ErrFull) {
					t.Errorf("put: %v, want %v", err, ErrFull)
				}
				d := get(t, e.Hold(), q)
				put(t, q, "g")
				d.Nack(0)
				want(t, "what is put back always has a place", []string{"b", "c", "e", "g"}, texts(q.Peek(9)))
			})
		})
	}
}

func TestDropHeadFindsNothingToDrop(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{MaxLength: 2, Delay: time.Hour})
	put(t, q, "a", "b")
	if _, err := q.Put(Message{}); !errors.Is(err, ErrFull) {
		t.Errorf("put: %v, want %v", err, ErrFull)
	}
}

// A message larger than its queue drops all others, and then itself, as in
// RabbitMQ.
func TestLargerThanTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Bury: h.bury})
		q := declare(t, e, "q", Settings{MaxBytes: 3})
		put(t, q, "a", "large")
		synctest.Wait()
		want(t, "buried", []string{"a maxlen", "large maxlen"}, h.graves())
	})
}

func TestUnsetLengthRefuses(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{})
	for range defaultLength {
		if _, err := q.Put(Message{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := q.Put(Message{}); !errors.Is(err, ErrFull) {
		t.Errorf("put: %v, want %v", err, ErrFull)
	}
}

func TestMaxTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Bury: h.bury})
		q := declare(t, e, "q", Settings{MaxTries: 2})
		put(t, q, "nacked", "dropped")
		for range 2 {
			holder := e.Hold()
			a, b := get(t, holder, q), get(t, holder, q)
			want(t, "tries", a.Tries, b.Tries)
			a.Nack(0)
			holder.Close()
		}
		synctest.Wait()
		if _, ok := e.Hold().Get(q, false); ok {
			t.Error("handed out a third time")
		}
		for _, b := range h.burials {
			want(t, "tries", 2, b.Tries)
			want(t, "reason", DeliveryLimit, b.Reason)
		}
		want(t, "buried", []string{"nacked delivery_limit", "dropped delivery_limit"}, h.graves())
	})
}
