package rest_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// TestServeSaysWhatItWaitsFor runs on a clock of its own, over pipes.
func TestServeSaysWhatItWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		n := newPipes()
		tr := rest.New(rest.Options{Say: func(text string) { said = append(said, text) }})
		server, err := tr.Bind(t.Context(), n, sim.Instance{Service: "probe", N: 2}, probes)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := tr.Dial(t.Context(), n, sim.Route{}, server.Addr())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		served := make(chan time.Duration)
		start := time.Now()
		go func() { // ends with ctx
			err := server.Serve(ctx, func(ctx context.Context, _ sim.Message) (sim.Message, error) {
				time.Sleep(12 * time.Second) // the bubble's clock: this takes no time
				return sim.Message{}, ctx.Err()
			})
			if err != nil {
				t.Error(err)
			}
			served <- time.Since(start)
		}()
		for range 2 {
			go func() { // ends with its answer
				if _, err := conn.Do(t.Context(), sim.NewMessage(&conformv1.Ping{})); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		cancel()
		if took := <-served; took < 12*time.Second || took > 13*time.Second {
			t.Errorf("Serve returned after %s, want 12s", took)
		}
		line := "probe#2 is closing and waits for 2 × POST /ping"
		if diff := cmp.Diff([]string{line, line}, said); diff != "" {
			t.Error(diff)
		}
		_ = conn.Close()
		synctest.Wait()
	})
}

// TestServeForgetsSilentConnections: a browser opens connections in advance and
// says nothing on them; closing must not wait for it.
func TestServeForgetsSilentConnections(t *testing.T) {
	s := open(t, rest.Options{Say: func(text string) { t.Error(text) }})
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s.send(request("GET /things/1", "")) // by now the silent one was accepted
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the silent connection is still open")
	}
}

func TestServeEndsWithItsListener(t *testing.T) {
	s := open(t, rest.Options{})
	s.killed = true
	s.net.Kill(sim.Instance{Service: "probe"})
	<-s.gone // by itself
	if err := s.end(); sim.CodeOf(err) != sim.Unavailable || !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want that it no longer listens", err)
	}
}

// TestEveryByteIsCounted: what the notes say adds up to what crossed the wire,
// though connections go from call to call.
func TestEveryByteIsCounted(t *testing.T) {
	s := open(t, rest.Options{})
	conn := s.dial(s.addr)
	var all sync.WaitGroup
	var mu sync.Mutex
	var out, in int64
	for range 16 {
		all.Go(func() { // ends after its calls
			for range 50 {
				ctx, span := withSpan(t)
				if _, err := conn.Do(ctx, get("1")); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				out, in = out+span.Note.BytesOut, in+span.Note.BytesIn
				mu.Unlock()
				if span.Note.BytesOut == 0 || span.Note.BytesIn == 0 || span.Note.Opened != (span.Note.Connect > 0) {
					t.Errorf("got %+v", span.Note)
				}
			}
		})
	}
	all.Wait()
	wireOut, wireIn := s.net.Bytes("order:probe")
	if out != wireOut || in != wireIn {
		t.Errorf("the notes say %d out, %d in; the wire says %d, %d", out, in, wireOut, wireIn)
	}
}

func TestBindKnowsItsContracts(t *testing.T) {
	if _, err := rest.New(rest.Options{}).Bind(t.Context(), plain{}, sim.Instance{Service: "probe"}, []string{"no.such.Contract"}); err == nil {
		t.Error("a contract that does not exist was bound")
	}
}

// pipes is a Net inside the process, for tests on a clock of their own.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{accept: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Listen(sim.Instance, string) (net.Listener, error) { return p, nil }

func (p *pipes) Dial(ctx context.Context, _ sim.Route, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.accept <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
