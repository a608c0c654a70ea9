package queue

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Bury: h.bury})
		q := declare(t, e, "q", Settings{TTL: 3 * time.Second})
		put(t, q, "queue's")
		for body, ttl := range map[string]time.Duration{"own": time.Second, "longer": time.Hour} {
			if _, err := q.Put(Message{Body: []byte(body), TTL: ttl}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "after 1 s", []string{"own expired"}, h.graves())
		holder := e.Hold()
		get(t, holder, q)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		want(t, "after 3 s", 1, len(h.graves()))
		want(t, "in hand it lives", 1, q.Stats().Unacked)
		holder.Close()
		synctest.Wait()
		want(t, "put back too late", 1, len(h.graves()))
		want(t, "left", 0, int(e.bytes))
	})
}

// As in RabbitMQ: only the first message of a queue can expire.
func TestExpireAtHead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Bury: h.bury, ExpireAtHead: true})
		q := declare(t, e, "q", Settings{})
		for _, m := range []Message{
			{Body: []byte("long"), TTL: 10 * time.Second}, {Body: []byte("short"), TTL: time.Second}, {Body: []byte("ever")}, {Body: []byte("last"), TTL: time.Second},
		} {
			if _, err := q.Put(m); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(9 * time.Second)
		synctest.Wait()
		want(t, "behind a long one", 0, len(h.graves()))
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "with the long one", []string{"long expired", "short expired"}, h.graves())
		holder := e.Hold()
		if d := get(t, holder, q); string(d.Body) != "ever" {
			t.Errorf("got %s", d.Body)
		}
		synctest.Wait()
		want(t, "at the head at last", []string{"last expired"}, h.graves())
		holder.Close()
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Bury: h.bury})
		q := declare(t, e, "q", Settings{Delay: 2 * time.Second})
		for _, m := range []Message{
			{Body: []byte("two")},
			{Body: []byte("none"), Delay: -1},
			{Body: []byte("one"), Delay: time.Second},
			{Body: []byte("never"), Delay: time.Minute, TTL: 3 * time.Second},
		} {
			if _, err := q.Put(m); err != nil {
				t.Fatal(err)
			}
		}
		_, in := consume(t, e.Hold(), q, Consumer{})
		synctest.Wait()
		want(t, "at once", []string{"none"}, in.bodies())
		want(t, "delayed", 3, q.Stats().Delayed)
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "after 1 s", []string{"none", "one"}, in.bodies())
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "after 2 s", []string{"none", "one", "two"}, in.bodies())
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "after 3 s", []string{"never expired"}, h.graves())
		want(t, "delayed", 0, q.Stats().Delayed)
		in.got[0].Nack(time.Second)
		synctest.Wait()
		want(t, "nacked for later", 1, q.Stats().Delayed)
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "after 4 s", []string{"none", "one", "two", "none"}, in.bodies())
	})
}

func TestVisibility(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Bury: h.bury})
		q := declare(t, e, "q", Settings{Visibility: 10 * time.Second, MaxTries: 3})
		put(t, q, "a")
		holder := e.Hold()
		d := get(t, holder, q)
		time.Sleep(9 * time.Second)
		if !d.Extend(5 * time.Second) {
			t.Error("not extended")
		}
		time.Sleep(5*time.Second - 1)
		synctest.Wait()
		if _, ok := holder.Get(q, false); ok {
			t.Error("handed out while it is in hand")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if d.Ack() {
			t.Error("acknowledged too late")
		}
		again := get(t, holder, q)
		want(t, "tries", 2, again.Tries)
		want(t, "first handed out 14 s ago", 14*time.Second, time.Since(again.FirstAt))
		if !again.Extend(0) {
			t.Error("not put back")
		}
		want(t, "tries", 3, get(t, holder, q).Tries)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		want(t, "buried after 3 tries", []string{"a delivery_limit"}, h.graves())
	})
}

func TestExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var gone []string
		e := start(t, Options{Expired: func(q *Queue) { gone = append(gone, q.Name()) }})
		q := declare(t, e, "q", Settings{Expires: time.Minute})
		wait := func(d time.Duration, left int) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			want(t, "queues", left, len(e.Queues()))
		}
		wait(59*time.Second, 1)
		put(t, q, "putting is no use")
		h := e.Hold()
		get(t, h, q)
		wait(59*time.Second, 1)
		declare(t, e, "q", Settings{})
		wait(59*time.Second, 1)
		consume(t, h, q, Consumer{})
		wait(time.Hour, 1)
		h.Close()
		wait(59*time.Second, 1)
		wait(time.Second, 0)
		want(t, "told", []string{"q"}, gone)
		wait(time.Hour, 0)
	})
}

func TestDepthIsToldNowAndThenAndAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Observe: h.move})
		q := declare(t, e, "q", Settings{})
		begun := time.Now()
		for range 100 {
			put(t, q, "x")
			time.Sleep(time.Millisecond)
		}
		holder := e.Hold()
		for range 10 {
			get(t, holder, q)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		depths := h.of(Depth)
		if n := len(depths); n < depthBurst+4 || n > depthBurst+8 {
			t.Errorf("depth was told %d times in 100 ms", n)
		}
		last := depths[len(depths)-1]
		want(t, "in the end", Move{Queue: "q", What: Depth, Ready: 90, Unacked: 10, Oldest: begun.Add(10 * time.Millisecond)}, last)
	})
}

// Whoever looks at one message sees the depths that belong to it, and sees none that is
// older than what happened to the message since.
func TestDepthsOfOneMessageAreToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Observe: h.move})
		q := declare(t, e, "q", Settings{})
		now := func(when string, ready, unacked int64) {
			t.Helper()
			synctest.Wait() // no time passes
			depths := h.of(Depth)
			if last := depths[len(depths)-1]; last.Ready != ready || last.Unacked != unacked {
				t.Errorf("%s: %d ready, %d unacked; want %d, %d", when, last.Ready, last.Unacked, ready, unacked)
			}
		}
		now("new", 0, 0)
		put(t, q, "x")
		now("put", 1, 0)
		d := get(t, e.Hold(), q)
		now("delivered", 0, 1)
		d.Ack()
		now("acknowledged", 0, 0)
	})
}

func TestStoryOfAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		e := start(t, Options{Observe: h.move})
		q := declare(t, e, "q", Settings{})
		for _, props := range []string{"p", "r"} {
			if _, err := q.Put(Message{Props: []byte(props)}); err != nil {
				t.Fatal(err)
			}
		}
		holder := e.Hold()
		get(t, holder, q).Nack(0)
		get(t, holder, q).Ack()
		get(t, holder, q).Reject()
		put(t, q, "x")
		holder.Get(q, true)
		e.Delete(q)
		synctest.Wait()
		want(t, "story", []string{
			"created ", "taken p", "redelivered p", "taken p", "acked p", "taken r", "buried r",
			"taken ", "acked ", "deleted ",
		}, h.story())
		want(t, "why", "rejected", h.of(Buried)[0].Why)
	})
}
