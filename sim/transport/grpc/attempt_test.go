package grpc_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	testv1 "google.golang.org/grpc/interop/grpc_testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// refuser is a server that greets, and then refuses every stream in its own way.
type refuser struct {
	net.Listener
	seen, conns atomic.Int32 // streams and connections
	refuse      func(*http2.Framer, uint32) error
}

func refusing(t *testing.T, refuse func(*http2.Framer, uint32) error) *refuser {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &refuser{Listener: l, refuse: refuse}
	var all sync.WaitGroup
	all.Go(func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.conns.Add(1)
			all.Go(func() { r.talk(c) }) // ends with the connection
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return r
}

func (r *refuser) talk(c net.Conn) {
	defer c.Close()
	if _, err := c.Read(make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(c, c)
	err := f.WriteSettings()
	for err == nil {
		var got http2.Frame
		if got, err = f.ReadFrame(); err != nil {
			return
		}
		switch got := got.(type) {
		case *http2.SettingsFrame:
			if !got.IsAck() {
				err = f.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			r.seen.Add(1)
			err = r.refuse(f, got.StreamID)
		}
	}
}

// What a server has not looked at, grpc-go would send again by itself, with
// retries switched off too. Here it fails, and was sent once.
func TestNothingIsRepeatedTransparently(t *testing.T) {
	for _, tt := range []struct {
		name   string
		refuse func(*http2.Framer, uint32) error
	}{
		{"a refused stream", func(f *http2.Framer, id uint32) error { return f.WriteRSTStream(id, http2.ErrCodeRefusedStream) }},
		{"a connection that is being closed", func(f *http2.Framer, _ uint32) error { return f.WriteGoAway(0, http2.ErrCodeNo, nil) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := refusing(t, tt.refuse)
			n := wire.New(wire.Options{})
			defer n.Close()
			c, err := grpc.New(grpc.Options{}).Dial(t.Context(), n, sim.Route{Link: "order:probe", From: sim.Instance{Service: "order"}}, r.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for i := range int32(3) {
				_, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/EmptyCall", Body: &testv1.Empty{}})
				if e := sim.AsError(err); e == nil || e.Code != sim.Unavailable || e.Remote || e.Message != "connection lost" {
					t.Errorf("got %+v, want connection lost, found out here", e)
				}
				if got := r.seen.Load(); got != i+1 {
					t.Fatalf("the server saw %d streams of %d attempts", got, i+1)
				}
			}
		})
	}
}

// A connection is opened when an attempt needs one, and by nothing else.
func TestNobodyDialsInTheBackground(t *testing.T) {
	s := open(t, grpc.Options{}, decide, interop...)
	c := s.dial()
	empty := sim.Message{Type: "grpc.testing.TestService/EmptyCall", Body: &testv1.Empty{}}
	if _, conns := s.net.Open(); conns != 0 {
		t.Errorf("%d connections before the first call", conns)
	}
	for range 3 {
		if _, err := c.Do(t.Context(), empty); err != nil {
			t.Fatal(err)
		}
	}
	if _, conns := s.net.Open(); conns != 2 {
		t.Errorf("%d ends of connections, want 2 of one", conns)
	}
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		began := time.Now()
		_, err := c.Do(t.Context(), empty)
		if e := sim.AsError(err); e == nil || e.Message != "connection refused" {
			t.Errorf("got %+v, want connection refused", e)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %s to be refused", took)
		}
	}
}
