package queue

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func putGroup(t testing.TB, q *Queue, group string, bodies ...string) {
	t.Helper()
	for _, b := range bodies {
		if _, err := q.Put(Message{Body: []byte(b), Group: group}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGroupsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{FIFO: true})
		_, in := consume(t, e.Hold(), q, Consumer{})
		putGroup(t, q, "a", "a1", "a2", "a3")
		putGroup(t, q, "b", "b1", "b2")
		synctest.Wait()
		want(t, "one of each group", []string{"a1", "b1"}, in.bodies())
		ready, unacked := q.Len()
		if ready != 3 || unacked != 2 {
			t.Errorf("%d ready, %d unacked; want 3, 2", ready, unacked)
		}
		ds := in.take()
		ds[1].Ack()
		ds[0].Nack(time.Second)
		synctest.Wait()
		want(t, "a waits for what was put back for later", []string{"b2"}, in.bodies())
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "in order again", []string{"b2", "a1"}, in.bodies())
		in.take()[1].Reject()
		synctest.Wait()
		in.take()[0].Ack()
		synctest.Wait()
		want(t, "the next when the one before is gone", []string{"a3"}, in.bodies())
		in.take()[0].Ack()
		if n := len(q.groups); n != 1 { // b2 is in hand
			t.Errorf("%d groups are remembered, want 1", n)
		}
	})
}

func TestFIFORefusesWhatIsTooMuch(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{FIFO: true, MaxLength: 1})
	putGroup(t, q, "a", "1")
	if _, err := q.Put(Message{}); !errors.Is(err, ErrFull) {
		t.Errorf("put: %v, want %v", err, ErrFull)
	}
}

func TestDedup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{FIFO: true})
		first, err := q.Put(Message{Dedup: "x"})
		if err != nil {
			t.Fatal(err)
		}
		get(t, e.Hold(), q).Ack()
		time.Sleep(5*time.Minute - 1)
		if again, err := q.Put(Message{Dedup: "x"}); err != nil || again != first {
			t.Errorf("ID %d, want %d, %v", again, first, err)
		}
		time.Sleep(time.Nanosecond)
		if again, err := q.Put(Message{Dedup: "x"}); err != nil || again == first {
			t.Errorf("after 5 minutes: ID %d, not %d, %v", again, first, err)
		}
		want(t, "put", uint64(2), q.Stats().Put)
	})
}

// A name that was used twice, five minutes apart, is known by its second use, also
// after opening again.
func TestDedupReopened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		e := reopen(t, dir)
		q := declare(t, e, "q", Settings{FIFO: true, Durable: true})
		use := func() uint64 {
			t.Helper()
			id, err := q.Put(Message{Dedup: "x", Persistent: true})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		use()
		time.Sleep(dedupFor)
		second := use()
		end(t, e)

		e = start(t, Options{Dir: dir})
		q, _ = e.Queue("q")
		time.Sleep(dedupFor - 1)
		want(t, "in time", second, use())
		time.Sleep(time.Nanosecond)
		if again := use(); again == second {
			t.Errorf("after 5 minutes: ID %d again", again)
		}
	})
}

// What compaction copied stands further on in the log than what came later, and
// is not remembered longer for that.
func TestDedupOfCopies(t *testing.T) {
	e := still(t, t.TempDir())
	q := declare(t, e, "q", Settings{FIFO: true, Durable: true})
	began := time.Now()
	named := func(id uint64, name string, after time.Duration) *stray {
		return &stray{queueID: q.id, entry: entry{Message: Message{ID: id, Dedup: name, PutAt: began.Add(after)}}}
	}
	r := reading{Engine: e, queues: map[uint64]*Queue{q.id: q}}
	r.named = []*stray{named(2, "later", time.Minute), named(1, "copied", 0)}
	r.remember()
	at := began.Add(dedupFor + time.Second)
	if id, known := q.seen.find("copied", at); known {
		t.Errorf("after 5 minutes %d is still remembered", id)
	}
	if _, known := q.seen.find("later", at); !known {
		t.Error("after 4 minutes it is forgotten")
	}
}

func TestDedupIsBounded(t *testing.T) {
	var s dedup
	now := time.Now()
	for i := range uint64(dedupMost + 1000) {
		name := string([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		if _, ok := s.find(name, now); ok {
			t.Fatalf("%d is known", i)
		}
		s.add(name, i, now)
	}
	if len(s.ids) > dedupMost || len(s.order) != len(s.ids) {
		t.Errorf("%d names, %d in order", len(s.ids), len(s.order))
	}
}

// Groups are forgotten with their last message, whatever became of it.
func TestGroupsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{})
		q := declare(t, e, "q", Settings{FIFO: true, TTL: time.Minute})
		putGroup(t, q, "purged", "1", "2")
		h := e.Hold()
		get(t, h, q).Nack(time.Second)
		q.Purge()
		putGroup(t, q, "expired", "1", "2")
		get(t, h, q).Nack(time.Hour)
		putGroup(t, q, "acked", "1")
		get(t, h, q).Ack()
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "groups", 0, len(q.groups))
		want(t, "messages", Stats{Put: 5, Acked: 1, Redelivered: 2, Buried: 2, Dropped: 2}, q.Stats())
	})
}
