package share_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// wire is a connection that says when it was closed.
type wire struct{ lost, closed bool }

func (w *wire) Usable() bool { return !w.lost }
func (w *wire) Close()       { w.closed = true }

func TestOneConnectionIsShared(t *testing.T) {
	var all []*wire
	s := share.New("payment", func(context.Context) (*wire, error) {
		all = append(all, &wire{})
		return all[len(all)-1], nil
	})
	enter := func() (*wire, sim.Note) {
		t.Helper()
		var n sim.Note
		c, err := s.Enter(t.Context(), &n)
		if err != nil {
			t.Fatal(err)
		}
		return c, n
	}
	first, n := enter()
	second, m := enter()
	if first != second || !n.Opened || m.Opened {
		t.Errorf("two attempts have %p and %p, opened %v and %v", first, second, n.Opened, m.Opened)
	}
	first.lost = true
	third, n := enter()
	if third == first || !n.Opened || first.closed {
		t.Errorf("a lost one is used, or closed while attempts are on it: %+v", first)
	}
	s.Leave(first)
	if first.closed {
		t.Error("it is closed with an attempt on it")
	}
	s.Leave(second)
	if !first.closed {
		t.Error("it is out of use, and not closed")
	}
	s.Leave(third)
	if third.closed {
		t.Error("an idle one is closed")
	}
	fourth, _ := enter()
	s.Close()
	if fourth != third || fourth.closed {
		t.Error("it is closed with an attempt on it")
	}
	s.Leave(fourth)
	if !fourth.closed {
		t.Error("it stays open after Close")
	}
	var after sim.Note
	if _, err := s.Enter(t.Context(), &after); sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("after Close: %v", err)
	}
}

func TestAFailedOpeningIsTriedAgain(t *testing.T) {
	refused := errors.New("refused")
	s := share.New("payment", func(context.Context) (*wire, error) { return nil, refused })
	for range 2 {
		var n sim.Note
		if _, err := s.Enter(t.Context(), &n); !errors.Is(err, refused) || n.Opened {
			t.Errorf("%v, %+v", err, n)
		}
	}
}

// counted is a connection with so many bytes.
type counted struct {
	net.Conn
	out, in int64
	carried sim.SpanID
}

func (c *counted) Bytes() (out, in int64) { return c.out, c.in }
func (c *counted) Carry(s sim.SpanID)     { c.carried = s }

// The next attempt may begin before the last one has left: each has its own bytes.
func TestBytesAreOfTheirAttempt(t *testing.T) {
	c := &counted{out: 100, in: 100}
	s := &share.Socket{Conn: c}
	first, second := share.Use{Span: 1}, share.Use{Span: 2}
	s.Take(&first)
	c.out, c.in = 110, 105
	s.Take(&second)
	if c.carried != 2 {
		t.Errorf("it carries %d", c.carried)
	}
	c.out, c.in = 113, 109
	if !first.Leave() || !second.Leave() {
		t.Error("there was no connection")
	}
	if first.Out != 10 || first.In != 5 || second.Out != 3 || second.In != 4 {
		t.Errorf("%d/%d and %d/%d", first.Out, first.In, second.Out, second.In)
	}
	if (&share.Use{}).Leave() {
		t.Error("an attempt without a connection had one")
	}
}
