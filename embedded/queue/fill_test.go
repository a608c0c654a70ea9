package queue

import (
	"errors"
	"testing"
)

// A queue is full until every Fill of it was undone, in whatever order, and for
// messages of any size.
func TestFill(t *testing.T) {
	e := start(t, Options{})
	q := declare(t, e, "q", Settings{MaxLength: 9})
	fill := func() (undo func()) {
		undo, err := e.Fill("q")
		if err != nil {
			t.Fatal(err)
		}
		return undo
	}
	full := func(when string, want bool) {
		t.Helper()
		if _, err := q.Put(Message{}); errors.Is(err, ErrFull) != want {
			t.Errorf("%s: put: %v, want full: %t", when, err, want)
		}
	}
	full("at first", false)
	first, second := fill(), fill()
	full("filled twice", true)
	first()
	first()
	full("one undone", true)
	second()
	full("both undone", false)
	want(t, "settings", Settings{MaxLength: 9}, q.Settings())
	third := fill()
	e.Delete(q)
	third()
	if _, err := e.Fill("q"); err == nil {
		t.Error("a queue that is gone was filled")
	}
}

// To be full is a fault of now: who opens the directory after a kill finds the
// queue as it was declared.
func TestFillIsNotKept(t *testing.T) {
	dir := t.TempDir()
	e := reopen(t, dir)
	declare(t, e, "q", Settings{Durable: true})
	if _, err := e.Fill("q"); err != nil {
		t.Fatal(err)
	}
	end(t, e)
	e = start(t, Options{Dir: dir})
	q, _ := e.Queue("q")
	put(t, q, "there is room")
}
