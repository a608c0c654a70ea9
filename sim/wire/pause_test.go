package wire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim/wire"
)

type result struct {
	text string
	err  error
}

// reading starts a Read that waits for bytes.
func reading(t *testing.T, c net.Conn) <-chan result {
	done := make(chan result, 1)
	go func() {
		b := make([]byte, 64)
		n, err := c.Read(b)
		done <- result{string(b[:n]), err}
	}()
	eventually(t, "the read has begun", func() bool { return wire.Reading(c) })
	return done
}

func TestPauseHoldsWhatABlockedReadMeets(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	done := reading(t, called)
	n.Pause(payment, "f1")
	write(t, caller, "hello")
	if err := called.SetReadDeadline(time.Now().Add(30 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if r := <-done; !errors.Is(r.err, os.ErrDeadlineExceeded) || r.text != "" {
		t.Fatalf("a paused read gave %q, %v; want a timeout", r.text, r.err)
	}
	_ = called.SetReadDeadline(time.Time{})
	again := reading(t, called)
	n.Resume(payment, "f1")
	if r := <-again; r.text != "hello" || r.err != nil {
		t.Errorf("after resume: %q, %v", r.text, r.err)
	}
}

func TestPauseHoldsTheEndOfAConnection(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	done := reading(t, called)
	n.Pause(payment, "f1")
	_ = caller.Close()
	_ = called.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
	if r := <-done; !errors.Is(r.err, os.ErrDeadlineExceeded) {
		t.Fatalf("a paused read gave %v, want a timeout", r.err)
	}
	_ = called.SetReadDeadline(time.Time{})
	n.Resume(payment, "f1")
	if _, err := called.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("after resume: %v, want EOF", err)
	}
}

func TestPauseEndsWithItsLastCause(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	for _, cause := range []string{"f1", "f2", "f1"} {
		n.Pause(payment, cause)
	}
	write(t, caller, "hello")
	for _, cause := range []string{"f1", "unknown"} {
		n.Resume(payment, cause)
		_ = called.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		if _, err := called.Read(make([]byte, 5)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("after %s: %v, want a timeout", cause, err)
		}
	}
	_ = called.SetReadDeadline(time.Time{})
	n.Resume(payment, "f2")
	if got := read(t, called, 5); got != "hello" {
		t.Errorf("read %q", got)
	}
}

// What is held lets go at once, for each of the reasons there are.
func TestPauseLetsGo(t *testing.T) {
	reasons := []struct {
		name string
		do   func(n *wire.Net, c net.Conn)
		want error
	}{
		{"deadline", func(_ *wire.Net, c net.Conn) { _ = c.SetDeadline(time.Unix(1, 0)) }, os.ErrDeadlineExceeded},
		{"close", func(_ *wire.Net, c net.Conn) { _ = c.Close() }, net.ErrClosed},
		{"kill", func(n *wire.Net, _ net.Conn) { n.Kill(payment) }, net.ErrClosed},
		{"close of the net", func(n *wire.Net, _ net.Conn) { _ = n.Close() }, net.ErrClosed},
		{"resume", func(n *wire.Net, _ net.Conn) { n.Resume(payment, "f1") }, nil},
	}
	calls := []struct {
		name string
		do   func(c net.Conn) error
	}{
		{"read", func(c net.Conn) error { _, err := c.Read(make([]byte, 1)); return err }},
		{"write", func(c net.Conn) error { _, err := c.Write([]byte("x")); return err }},
		{"closewrite", func(c net.Conn) error { return c.(interface{ CloseWrite() error }).CloseWrite() }},
	}
	for _, reason := range reasons {
		for _, call := range calls {
			t.Run(reason.name+"/"+call.name, func(t *testing.T) {
				n := open(t, wire.Options{})
				caller, called := pair(t, n)
				write(t, caller, "x")
				n.Pause(payment, "f1")
				done := make(chan error, 1)
				go func() { done <- call.do(called) }()
				eventually(t, "the call is held", n.Holds)
				reason.do(n, called)
				if err := <-done; !errors.Is(err, reason.want) {
					t.Errorf("got %v, want %v", err, reason.want)
				}
			})
		}
	}
}

func TestPauseMovesADeadline(t *testing.T) {
	n := open(t, wire.Options{})
	_, called := pair(t, n)
	n.Pause(payment, "f1")
	_ = called.SetReadDeadline(time.Now().Add(time.Hour))
	done := reading(t, called)
	eventually(t, "the read is held", n.Holds)
	_ = called.SetReadDeadline(time.Now().Add(time.Millisecond))
	if r := <-done; !errors.Is(r.err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a timeout", r.err)
	}
	var timeout net.Error
	if _, err := called.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("%v does not say that it is a timeout", err)
	}
}

func TestPauseInALongWrite(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	const size = 16 << 20 // more than a kernel buffers
	done := make(chan error, 1)
	go func() { _, err := caller.Write(make([]byte, size)); done <- err }()
	read(t, called, 1)
	n.Pause(order, "f1")
	counted := func() int64 { out, _ := n.Bytes(pays); return out }
	go func() { _, _ = io.Copy(io.Discard, called) }()
	eventually(t, "the write is held", n.Holds)
	if got := counted(); got >= size {
		t.Errorf("all %d bytes left a paused instance", got)
	}
	n.Resume(order, "f1")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := counted(); got != size {
		t.Errorf("counted %d bytes, want %d", got, size)
	}
}

func TestPausedDial(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	n.Pause(order, "f1")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := n.Dial(ctx, toPay, l.Addr().String()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a paused instance dialled: %v", err)
	}
	n.Resume(order, "f1")
	if _, err := n.Dial(context.Background(), toPay, l.Addr().String()); err != nil {
		t.Error(err)
	}
}

func TestPausedServer(t *testing.T) {
	n := open(t, wire.Options{})
	url := serve(t, listen(t, n, payment), hello)
	for _, keepAlive := range []bool{false, true} {
		client := clientOf(t, n)
		if keepAlive { // an open connection is paused as a new one is
			get(t, client, url)
		}
		n.Pause(payment, "f1")
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		req, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
		if _, err := client.Do(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("keep-alive %v: a paused server answered: %v", keepAlive, err)
		}
		cancel()
		n.Resume(payment, "f1")
		if got := get(t, client, url); got != "hello" {
			t.Errorf("keep-alive %v: after resume it says %q", keepAlive, got)
		}
	}
}

func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	n := open(t, wire.Options{})
	url := serve(t, listen(t, n, payment), hello)
	code := func() int {
		c := exec.Command(curl, "-s", "-m", "0.3", url)
		c.Env = []string{"PATH=" + os.Getenv("PATH")} // no proxy
		_ = c.Run()
		return c.ProcessState.ExitCode()
	}
	var got []int
	got = append(got, code())
	n.Pause(payment, "f1")
	got = append(got, code())
	n.Resume(payment, "f1")
	got = append(got, code())
	n.Kill(payment)
	got = append(got, code())
	if want := []int{0, 28, 0, 7}; !slices.Equal(got, want) {
		t.Errorf("curl exits %v, want %v: alive, paused, resumed, killed", got, want)
	}
}

var hello = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	_, _ = io.WriteString(w, "hello")
})

// serve answers on l until the test ends and returns its URL.
func serve(t testing.TB, l net.Listener, h http.Handler) string {
	s := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return "http://" + l.Addr().String()
}

// clientOf calls payment as order, with connections of its own.
func clientOf(t testing.TB, n *wire.Net) *http.Client {
	tr := &http.Transport{DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
		return n.Dial(ctx, toPay, addr)
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

func get(t testing.TB, c *http.Client, url string) string {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, res.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
