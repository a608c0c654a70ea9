package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		receive := func(n int, wait, visibility time.Duration) []*Delivery {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			ds, err := q.Receive(ctx, n, visibility)
			if err != nil {
				t.Fatal(err)
			}
			return ds
		}
		begin := time.Now()
		want(t, "nothing", nil, receive(1, time.Second, time.Minute))
		want(t, "it waited", time.Second, time.Since(begin))
		put(t, q, "a", "b", "c")
		want(t, "two at once", []string{"a", "b"}, bodies(receive(2, time.Second, time.Minute)))
		want(t, "what is there", []string{"c"}, bodies(receive(2, time.Second, time.Hour)))
		again := receive(10, 2*time.Minute, 0)
		want(t, "they come back", []string{"a", "b"}, bodies(again))
		want(t, "after", time.Minute, again[0].FirstAt.Sub(begin)+time.Since(again[0].FirstAt)-time.Second)
	})
}

func TestReceiveWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{Visibility: time.Minute})
		got := make(chan []*Delivery, 2)
		for range 2 {
			go func() {
				ds, err := q.Receive(t.Context(), 5, 0)
				if err != nil {
					t.Error(err)
				}
				got <- ds
			}()
		}
		synctest.Wait()
		want(t, "they wait", 2, q.Stats().Receivers)
		put(t, q, "a")
		first := <-got
		want(t, "the first", []string{"a"}, bodies(first))
		put(t, q, "b")
		want(t, "the second", []string{"b"}, bodies(<-got))
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "nobody settled them", []string{"a", "b"}, texts(q.Peek(9)))
		if first[0].Ack() {
			t.Error("acknowledged too late")
		}
	})
}

// A message that comes while somebody stops waiting is not lost between them.
func TestReceiveWhileTheWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{})
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			got := make(chan []*Delivery, 1)
			go func() {
				ds, err := q.Receive(ctx, 1, 0)
				if err != nil {
					t.Error(err)
				}
				got <- ds
			}()
			synctest.Wait()
			e.mu.Lock()
			cancel()
			if _, err := q.put(Message{Body: []byte("a")}); err != nil {
				t.Error(err)
			}
			q.serve()
			e.unlock()
			want(t, "received", []string{"a"}, bodies(<-got))
		}
	})
}

func TestReceiveEndsWithTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, finish := range map[string]func(*Engine, *Queue){
			"delete": func(e *Engine, q *Queue) { e.Delete(q) },
			"close":  func(e *Engine, _ *Queue) { end(t, e) },
		} {
			e := start(t, Options{})
			q := declare(t, e, "q", Settings{})
			got := make(chan error)
			go func() {
				_, err := q.Receive(t.Context(), 1, 0)
				got <- err
			}()
			synctest.Wait()
			finish(e, q)
			if err := <-got; !errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v, want %v", name, err, ErrClosed)
			}
			if _, err := q.Receive(t.Context(), 1, 0); !errors.Is(err, ErrClosed) {
				t.Errorf("%s, afterwards: %v, want %v", name, err, ErrClosed)
			}
		}
	})
}

// Of one group several may be taken at once, and then it waits for all of them.
func TestReceiveAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{FIFO: true, Visibility: time.Minute})
		receive := func(n int) []*Delivery {
			t.Helper()
			now, cancel := context.WithCancel(t.Context())
			cancel()
			ds, err := q.Receive(now, n, 0)
			if err != nil {
				t.Fatal(err)
			}
			return ds
		}
		putGroup(t, q, "a", "a1", "a2")
		putGroup(t, q, "b", "b1")
		putGroup(t, q, "a", "a3", "a4")
		ds := receive(3)
		want(t, "first of one group", []string{"a1", "a2", "a3"}, bodies(ds))
		want(t, "then others", []string{"b1"}, bodies(receive(3)))
		ds[0].Ack()
		ds[1].Nack(0)
		want(t, "one is still in hand", nil, receive(3))
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "all in order", []string{"a2", "a3", "a4"}, bodies(receive(3)))
	})
}
