package queue

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/embedded/dirlock"
)

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	for _, sync := range []Sync{Written, Always} {
		t.Run(sync.String(), func(t *testing.T) {
			o := Options{Dir: filepath.Join(dir, sync.String()), Sync: sync}
			e, err := Open(o)
			if err != nil {
				t.Fatal(err)
			}
			s := Settings{Durable: true, FIFO: true, TTL: time.Hour, Meta: []byte("meta")}
			q := declare(t, e, "q", s)
			m := Message{Body: []byte("body"), Props: []byte("props"), Group: "g", Dedup: "d", TTL: time.Minute, Persistent: true}
			if m.ID, err = q.Put(m); err != nil {
				t.Fatal(err)
			}
			m.PutAt = q.Peek(1)[0].PutAt
			if _, err := q.Put(Message{Body: []byte("transient")}); err != nil {
				t.Fatal(err)
			}
			put(t, declare(t, e, "memory", Settings{}), "gone")
			put(t, declare(t, e, "deleted", Settings{Durable: true}), "gone")
			deleted, _ := e.Queue("deleted")
			e.Delete(deleted)
			for key, value := range map[string]string{"a/1": "one", "a/2": "two", "b/1": "three"} {
				if err := e.Save(key, []byte(value)); err != nil {
					t.Fatal(err)
				}
			}
			if err := e.Save("a/2", nil); err != nil {
				t.Fatal(err)
			}
			get(t, e.Hold(), q)
			end(t, e)

			e = start(t, o)
			if names := e.Queues(); len(names) != 1 || names[0].Name() != "q" {
				t.Fatalf("queues: %v", names)
			}
			q = e.Queues()[0]
			want(t, "settings", s, q.Settings())
			want(t, "messages", []string{"body"}, texts(q.Peek(9)))
			want(t, "saved", map[string][]byte{"a/1": []byte("one")}, e.Saved("a/"))
			again, err := q.Put(Message{Dedup: "d", Group: "g", Persistent: true})
			if err != nil || again != m.ID {
				t.Errorf("deduplication forgot: ID %d, want %d, %v", again, m.ID, err)
			}
			d := get(t, e.Hold(), q)
			want(t, "message", m, d.Message)
			if !d.Redelivered() {
				t.Error("it is not called redelivered")
			}
			next, err := q.Put(Message{})
			if err != nil || next <= m.ID {
				t.Errorf("the next ID is %d after %d, %v", next, m.ID, err)
			}
		})
	}
}

// What is acknowledged, purged, buried or deleted stays away.
func TestGoneForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		e := reopen(t, dir)
		q := declare(t, e, "q", Settings{Durable: true})
		p := declare(t, e, "purged", Settings{Durable: true})
		put(t, q, "acked", "rejected", "unacked", "auto")
		put(t, p, "purged")
		p.Purge()
		h := e.Hold()
		get(t, h, q).Ack()
		get(t, h, q).Reject()
		get(t, h, q)
		if _, ok := h.Get(q, true); !ok {
			t.Fatal("there is no message")
		}
		synctest.Wait()
		end(t, e)

		e = start(t, Options{Dir: dir})
		q, _ = e.Queue("q")
		p, _ = e.Queue("purged")
		want(t, "messages", []string{"unacked"}, texts(q.Peek(9)))
		want(t, "purged", nil, texts(p.Peek(9)))
	})
}

// A message is in the store until Bury has returned: a crash in between leaves it
// where it was, or in both places, and never in none.
func TestCrashWhileBurying(t *testing.T) {
	var e *Engine
	places := func() (all []string) {
		if err := e.Flush(); err != nil {
			t.Fatal(err)
		}
		later := reopen(t, copied(t, e.store.dir))
		defer end(t, later)
		for _, q := range later.Queues() {
			for range q.Peek(9) {
				all = append(all, q.Name())
			}
		}
		return all
	}
	e = still(t, t.TempDir())
	e.opts.Bury = func(b Burial) {
		want(t, "when Bury is called", []string{"q"}, places())
		put(t, declare(t, e, "dead", Settings{Durable: true}), string(b.Message.Body))
		want(t, "when Bury has put it elsewhere", []string{"dead", "q"}, places())
	}
	q := declare(t, e, "q", Settings{Durable: true})
	put(t, q, "a")
	get(t, e.Hold(), q).Reject()
	want(t, "when it was rejected", []string{"q"}, places())
	e.turn()
	want(t, "after Bury", []string{"dead"}, places())
}

// Whatever of the last segment was written when the process died: what is whole
// is read, the rest is cut off, and what is put then is found again.
func TestTornTail(t *testing.T) {
	e := still(t, t.TempDir())
	e.store.segment = 1 << 20
	q := declare(t, e, "q", Settings{Durable: true})
	var ends []int64
	for i := range 5 {
		put(t, q, fmt.Sprint(i))
		ends = append(ends, e.store.size)
	}
	if err := e.Flush(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(e.store.segments[0].path(e.store.dir))
	if err != nil {
		t.Fatal(err)
	}
	base := t.TempDir()
	for size := range len(whole) + 1 {
		dir := filepath.Join(base, fmt.Sprint(size))
		write(t, dir, whole[:size])
		n := 0
		for n < len(ends) && ends[n] <= int64(size) {
			n++
		}
		e := reopen(t, dir)
		q := declare(t, e, "q", Settings{Durable: true})
		if got := len(q.Peek(9)); got != n {
			t.Fatalf("%d bytes: %d messages, want %d", size, got, n)
		}
		put(t, q, "new")
		end(t, e)
		e = reopen(t, dir)
		q, _ = e.Queue("q")
		if got := texts(q.Peek(9)); len(got) != n+1 || got[n] != "new" {
			t.Fatalf("%d bytes: %q after a new message", size, got)
		}
		end(t, e)
	}
	for i := range whole {
		bad := append([]byte(nil), whole...)
		bad[i] ^= 0x40
		dir := filepath.Join(base, fmt.Sprint("flipped", i))
		write(t, dir, bad)
		e := reopen(t, dir)
		if q, ok := e.Queue("q"); ok {
			for j, m := range q.Peek(9) {
				want(t, "what is read of a damaged file", fmt.Sprint(j), string(m.Body))
			}
		}
		end(t, e)
	}
}

func write(t *testing.T, dir string, segment []byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "00000001.log"), segment, 0o600); err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, dir string) *Engine {
	t.Helper()
	return openWith(t, Options{Dir: dir})
}

func openWith(t *testing.T, o Options) *Engine {
	t.Helper()
	e, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Only the end of the log can be torn. Damage elsewhere is said, not skipped.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	e, err := prepare(Options{Dir: dir}, 256)
	if err != nil {
		t.Fatal(err)
	}
	q := declare(t, e, "q", Settings{Durable: true})
	for range 10 {
		put(t, q, strings.Repeat("x", 100))
	}
	if err := e.Flush(); err != nil {
		t.Fatal(err)
	}
	path := e.store.segments[1].path(dir)
	dir = copied(t, dir)
	path = filepath.Join(dir, filepath.Base(path))
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("open: %v, want an error that names %s", err, path)
	}
	if err := os.WriteFile(filepath.Join(dir, "what.log"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "what.log") {
		t.Errorf("open: %v, want an error that names what.log", err)
	}
}

// A directory may be called anything that the system allows.
func TestNamesOfDirectories(t *testing.T) {
	for _, name := range []string{"[a-b]", "späte Post", "{x}", "100%d"} {
		dir := filepath.Join(t.TempDir(), name)
		for range 3 {
			e := reopen(t, dir)
			q, _, err := e.Declare("q", Settings{Durable: true})
			if err != nil {
				t.Fatal(err)
			}
			put(t, q, "kept")
			end(t, e)
		}
		e := start(t, Options{Dir: dir})
		q, _ := e.Queue("q")
		want(t, name, 3, len(q.Peek(9)))
	}
}

func TestOneDirectoryOneEngine(t *testing.T) {
	dir := t.TempDir()
	e := reopen(t, dir)
	if second, err := Open(Options{Dir: dir}); err == nil {
		end(t, second)
		t.Error("two engines share a directory")
	} else if !errors.Is(err, dirlock.ErrTaken) || !strings.Contains(err.Error(), dir) {
		t.Errorf("the second one is told: %v", err)
	}
	end(t, e)
	end(t, reopen(t, dir))
}

// A store that cannot write says so from then on, and stores nothing more.
func TestStoreThatFails(t *testing.T) {
	e := still(t, t.TempDir())
	q := declare(t, e, "q", Settings{Durable: true})
	if err := e.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := e.store.file.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, q, "a")
	for range 2 {
		if err := e.Flush(); err == nil {
			t.Error("flushed to a closed file")
		}
	}
	put(t, q, strings.Repeat("x", 10_000))
	if e.store.unwritten != 0 {
		t.Errorf("%d bytes wait for a store that failed", e.store.unwritten)
	}
}

// What nobody flushes is written all the same, soon.
func TestWrittenSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := start(t, Options{Dir: t.TempDir()})
		put(t, declare(t, e, "q", Settings{Durable: true}), "a")
		time.Sleep(writeAfter + 1)
		synctest.Wait()
		opened := reopen(t, copied(t, e.store.dir))
		defer end(t, opened)
		q, _ := opened.Queue("q")
		want(t, "written", []string{"a"}, texts(q.Peek(9)))
	})
}

// A long queue of large messages that nobody flushes is written in between.
func TestMemoryOfTheLogIsBounded(t *testing.T) {
	e := still(t, t.TempDir())
	q := declare(t, e, "q", Settings{Durable: true})
	for range 20 {
		put(t, q, strings.Repeat("x", 1<<20))
		if e.store.unwritten > unwrittenMax {
			t.Fatalf("%d bytes wait to be written", e.store.unwritten)
		}
	}
}
