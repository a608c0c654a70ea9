package queue

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

func consume(t testing.TB, h *Holder, q *Queue, o Consumer) (*Consuming, *inbox) {
	t.Helper()
	in := new(inbox)
	c, err := h.Consume(q, o, in.deliver)
	if err != nil {
		t.Fatal(err)
	}
	return c, in
}

func numbers(from, to int) (all []string) {
	for i := from; i <= to; i++ {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func TestInTurnAndByPriority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		h := e.Hold()
		_, low := consume(t, h, q, Consumer{Priority: -1})
		_, a := consume(t, h, q, Consumer{Windows: []*Window{NewWindow(2)}})
		_, b := consume(t, h, q, Consumer{Windows: []*Window{NewWindow(3)}})
		_, first := consume(t, h, q, Consumer{Priority: 5, Windows: []*Window{NewWindow(1)}})
		put(t, q, numbers(1, 8)...)
		synctest.Wait()
		want(t, "the highest priority, while it has room", []string{"1"}, first.bodies())
		want(t, "then in turn", []string{"2", "4"}, a.bodies())
		want(t, "then in turn", []string{"3", "5", "6"}, b.bodies())
		want(t, "the lowest gets the rest", []string{"7", "8"}, low.bodies())
		want(t, "consumers", 4, q.Stats().Consumers)
	})
}

func TestWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q, r := declare(t, e, "q", Settings{}), declare(t, e, "r", Settings{})
		h := e.Hold()
		shared := NewWindow(3)
		_, in := consume(t, h, q, Consumer{Windows: []*Window{NewWindow(2), shared}})
		put(t, q, numbers(1, 5)...)
		synctest.Wait()
		want(t, "its own window is full", numbers(1, 2), in.bodies())
		_, other := consume(t, h, r, Consumer{Windows: []*Window{shared}})
		put(t, r, "a", "b", "c")
		synctest.Wait()
		want(t, "the shared window is full", []string{"a"}, other.bodies())
		in.got[0].Ack()
		synctest.Wait()
		if n := len(in.got) + len(other.got); n != 4 {
			t.Errorf("%d messages were handed out, want 4", n)
		}
		shared.SetLimit(0)
		synctest.Wait()
		want(t, "no limit any more", []string{"a", "b", "c"}, other.bodies())
		want(t, "the own one holds", numbers(1, 3), in.bodies())
		shared.SetLimit(1)
		other.got[0].Ack()
		other.got[1].Ack()
		put(t, r, "d")
		synctest.Wait()
		want(t, "too much is in hand", []string{"a", "b", "c"}, other.bodies())
	})
}

func TestExclusive(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{})
	h := e.Hold()
	c, _ := consume(t, h, q, Consumer{})
	refused := func(o Consumer) {
		t.Helper()
		if _, err := h.Consume(q, o, nil); !errors.Is(err, ErrExclusive) {
			t.Errorf("consume: %v, want %v", err, ErrExclusive)
		}
	}
	refused(Consumer{Exclusive: true})
	c.Cancel()
	c.Cancel()
	only, _ := consume(t, h, q, Consumer{Exclusive: true})
	refused(Consumer{})
	only.Cancel()
	consume(t, h, q, Consumer{})
}

func TestPauseAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		in := &inbox{stop: 2}
		c, err := e.Hold().Consume(q, Consumer{NoAck: true}, in.deliver)
		if err != nil {
			t.Fatal(err)
		}
		put(t, q, numbers(1, 4)...)
		synctest.Wait()
		want(t, "paused", numbers(1, 2), in.bodies())
		c.Resume()
		synctest.Wait()
		want(t, "paused again", numbers(1, 3), in.bodies())
		if in.got[0].Ack() {
			t.Error("acknowledged, though it was gone with being handed out")
		}
		ready, unacked := q.Len()
		if ready != 1 || unacked != 0 {
			t.Errorf("%d ready, %d unacked; want 1, 0", ready, unacked)
		}
	})
}

// A Resume that comes while deliver says no is not lost.
func TestResumeWhileItSaysNo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		var c *Consuming
		n := 0
		var err error
		c, err = e.Hold().Consume(q, Consumer{}, func(*Delivery) bool {
			n++
			c.Resume()
			return false
		})
		if err != nil {
			t.Fatal(err)
		}
		put(t, q, numbers(1, 5)...)
		synctest.Wait()
		if n != 5 {
			t.Errorf("%d messages were handed out, want 5", n)
		}
	})
}

func TestSelect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{MaxPriority: 1})
		h := e.Hold()
		asked := map[string]int{}
		odd := func(m Message) bool {
			asked[string(m.Body)]++
			return m.Body[0]%2 == 1
		}
		put(t, q, "1", "2", "3")
		_, in := consume(t, h, q, Consumer{Select: odd, Windows: []*Window{NewWindow(2)}})
		put(t, q, "4", "5", "6")
		synctest.Wait()
		want(t, "selected", []string{"1", "3"}, in.bodies())
		if _, err := q.Put(Message{Body: []byte("7"), Priority: 1}); err != nil {
			t.Fatal(err)
		}
		ds := in.take()
		ds[0].Nack(0)
		synctest.Wait()
		want(t, "what comes before", []string{"7"}, in.bodies())
		ds[1].Ack()
		in.take()[0].Ack()
		synctest.Wait()
		want(t, "what was put back, and the rest", []string{"1", "5"}, in.bodies())
		want(t, "left", []string{"2", "4", "6"}, texts(q.Peek(9)))
		want(t, "it was asked once for each it did not want", 1, max(asked["2"], asked["4"], asked["6"]))
		_, all := consume(t, h, q, Consumer{})
		synctest.Wait()
		want(t, "others take the rest", []string{"2", "4", "6"}, all.bodies())
	})
}

func TestHolderClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		h, other := e.Hold(), e.Hold()
		cancelled := false
		_, in := consume(t, h, q, Consumer{Windows: []*Window{NewWindow(3)}, Cancelled: func() { cancelled = true }})
		put(t, q, numbers(1, 4)...)
		synctest.Wait()
		in.got[1].Ack()
		synctest.Wait()
		h.Close()
		h.Close()
		synctest.Wait()
		if cancelled {
			t.Error("its own end was told to it")
		}
		if in.got[0].Ack() {
			t.Error("settled by a holder that is gone")
		}
		_, got := consume(t, other, q, Consumer{})
		synctest.Wait()
		want(t, "put back in order", []string{"1", "3", "4"}, got.bodies())
		for _, d := range got.got {
			if !d.Redelivered() || d.Tries != 2 {
				t.Errorf("%s: redelivered %v, tries %d", d.Body, d.Redelivered(), d.Tries)
			}
		}
		if _, ok := h.Get(q, false); ok {
			t.Error("a closed holder got a message")
		}
		if _, err := h.Consume(q, Consumer{}, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("consume: %v, want %v", err, ErrClosed)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		c, in := consume(t, e.Hold(), q, Consumer{})
		put(t, q, "1")
		synctest.Wait()
		c.Cancel()
		put(t, q, "2")
		synctest.Wait()
		want(t, "after cancel", []string{"1"}, in.bodies())
		if !in.got[0].Ack() {
			t.Error("what it had in hand was taken from it")
		}
	})
}

func TestCancelledWithTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		heard := 0
		for range 3 {
			consume(t, e.Hold(), q, Consumer{Cancelled: func() { heard++ }})
		}
		e.Delete(q)
		synctest.Wait()
		if heard != 3 {
			t.Errorf("%d consumers heard of it, want 3", heard)
		}
	})
}

// Callbacks may use the engine that calls them.
func TestCallbacksMayCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e *Engine
		e = start(t, Options{
			Observe: func(Move) { e.Queues() },
			Bury: func(b Burial) {
				dead, _ := e.Queue("dead")
				put(t, dead, string(b.Message.Body))
			},
		})
		q := declare(t, e, "q", Settings{})
		dead := declare(t, e, "dead", Settings{})
		_, err := e.Hold().Consume(q, Consumer{}, func(d *Delivery) bool {
			if len(d.Body) < 5 {
				put(t, q, string(d.Body)+"x")
			}
			return d.Reject()
		})
		if err != nil {
			t.Fatal(err)
		}
		put(t, q, "x")
		synctest.Wait()
		want(t, "buried in order", []string{"x", "xx", "xxx", "xxxx", "xxxxx"}, texts(dead.Peek(9)))
	})
}
