package lab_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// tee is a relay that knows nothing of us and writes down what passes.
type tee struct {
	net.Listener
	mu      sync.Mutex
	out, in bytes.Buffer
}

func newTee(t *testing.T, target string) *tee {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &tee{Listener: ln}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { x.relay(c, target) })
		}
	})
	t.Cleanup(func() { _ = ln.Close(); wg.Wait() })
	return x
}

func (x *tee) relay(c net.Conn, target string) {
	s, err := net.Dial("tcp", target)
	if err != nil {
		_ = c.Close()
		return
	}
	var wg sync.WaitGroup
	for _, way := range []struct {
		to, from net.Conn
		note     *bytes.Buffer
	}{{s, c, &x.out}, {c, s, &x.in}} {
		wg.Go(func() {
			_, _ = io.Copy(way.to, io.TeeReader(way.from, writerFunc(func(b []byte) (int, error) {
				x.mu.Lock()
				defer x.mu.Unlock()
				return way.note.Write(b)
			})))
			_, _ = s.Close(), c.Close()
		})
	}
	wg.Wait()
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// What the inspector shows is what an independent tee on the socket saw, byte
// for byte. The tee stands where a learner's own process would.
func TestInspectorShowsWhatATeeSaw(t *testing.T) {
	back := open(t, "catalog", lab.Options{})
	x := newTee(t, addr(t, back, "product"))
	front := openSpec(t, parse(t, `
name: tee
services:
  order:   {kind: order}
  product: {kind: product, at: "http://`+x.Addr().String()+`"}
use_cases:
  product.get: {from: order, ask: product.GetProduct, body: {id: $item}, fields: {item: "101"}}
`), lab.Options{})
	do(t, front, sim.Send{UseCase: "product.get"})
	e := await(t, front, 0, fact[sim.Answered]("order"))
	got, ok := front.Exchange(e.Link, e.Span)
	if !ok {
		t.Fatal("no bytes were kept")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if !bytes.Equal(got.Request.Raw, x.out.Bytes()) {
		t.Errorf("request\n%s\ntee saw\n%s", got.Request.Raw, x.out.Bytes())
	}
	if !bytes.Equal(got.Response.Raw, x.in.Bytes()) {
		t.Errorf("response\n%s\ntee saw\n%s", got.Response.Raw, x.in.Bytes())
	}
	a := e.Fact.(sim.Answered)
	if a.BytesOut != int64(x.out.Len()) || a.BytesIn != int64(x.in.Len()) {
		t.Errorf("counted %d out and %d in, tee saw %d and %d", a.BytesOut, a.BytesIn, x.out.Len(), x.in.Len())
	}
}
