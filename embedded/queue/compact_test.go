package queue

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// still makes an engine that does nothing by itself: the test turns it.
func still(t *testing.T, dir string) *Engine {
	t.Helper()
	e, err := prepare(Options{Dir: dir}, 1024)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.close() }) // a test may have broken it
	return e
}

// A crash at any moment of compaction loses nothing and brings nothing back:
// after each step the directory is copied and opened.
func TestCrashWhileCompacting(t *testing.T) {
	e := still(t, t.TempDir())
	q := declare(t, e, "q", Settings{Durable: true})
	h := e.Hold()
	var kept []string
	steps := 0
	for i := range 70 {
		put(t, q, fmt.Sprintf("%03d%s", i, strings.Repeat(".", 100)))
		d := get(t, h, q)
		if i%10 == 0 {
			kept = append(kept, string(d.Body))
		} else {
			d.Ack()
		}
		if i%2 == 0 {
			if err := e.Save("key", fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.Flush(); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			opened(t, e.store.dir, kept, fmt.Sprint(i/2*2))
			e.mu.Lock()
			more = e.compact()
			tasks := e.tasks
			e.tasks = nil
			e.mu.Unlock()
			if i%3 > 0 { // copies are written, and what they replace is there too
				if err := e.Flush(); err != nil {
					t.Fatal(err)
				}
			}
			opened(t, e.store.dir, kept, fmt.Sprint(i/2*2))
			for _, task := range tasks {
				task.do()
				steps++
				opened(t, e.store.dir, kept, fmt.Sprint(i/2*2))
			}
		}
	}
	opened(t, e.store.dir, kept, "68")
	if steps < 5 {
		t.Errorf("%d segments were removed", steps)
	}
	if e.store.size > 2*e.store.live+3*e.store.segment {
		t.Errorf("%d bytes for %d live ones", e.store.size, e.store.live)
	}
	if first := e.store.segments[0].number; first == 1 {
		t.Error("the first segment is still there")
	}
}

// opened looks at a copy of a directory, as after a crash.
func opened(t *testing.T, dir string, messages []string, value string) {
	t.Helper()
	e, err := Open(Options{Dir: copied(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	defer end(t, e)
	q, ok := e.Queue("q")
	if !ok {
		t.Fatal("the queue is gone")
	}
	want(t, "messages", messages, texts(q.Peek(1<<30)))
	want(t, "saved", value, string(e.Saved("")["key"]))
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}
