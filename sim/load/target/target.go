// Package target is what a load is sent to that is no world: an HTTP or gRPC
// address of the user's own.
package target

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Request is what is sent, again and again.
type Request struct {
	URL     string        // http://, https:// or grpc://HOST:PORT/package.Service/Method
	Method  string        // of HTTP; GET unless there is a body, then POST
	Headers [][2]string   // HTTP headers, gRPC metadata
	Body    []byte        // bytes, or for gRPC the message as JSON
	Timeout time.Duration // of one request; 0 = DefaultTimeout
	Callers int           // connections that HTTP keeps open between requests
	// External allows addresses that are not of this machine.
	External bool
}

// DefaultTimeout is how long a request may take.
const DefaultTimeout = 10 * time.Second

// MaxBody bounds what is sent with a request, and what is read of a response.
const MaxBody = 16 << 20

// Target sends one request. It may be used concurrently; who opened it closes it.
type Target interface {
	// Send returns when the whole response was read. An error means that there was none.
	// The status is that of the response, as sim.StatusText writes it.
	Send(ctx context.Context) (status int, err error)
	Close() error
}

// Open checks the request and opens what sends it. For gRPC it asks the server's
// reflection what the method takes.
func Open(ctx context.Context, r Request) (Target, error) {
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" {
		return nil, sim.Invalidf("%q is not an address", r.URL).WithFix("write http://127.0.0.1:8080/path or grpc://127.0.0.1:9090/package.Service/Method")
	}
	if r.Timeout == 0 {
		r.Timeout = DefaultTimeout
	}
	if r.Timeout < 0 || r.Timeout > time.Minute {
		return nil, sim.Invalidf("a timeout of %s is out of bounds", r.Timeout).WithFix("between 1ms and 1m")
	}
	if len(r.Body) > MaxBody {
		return nil, sim.Invalidf("a body of %d B is too large", len(r.Body)).WithFix("at most %d B", MaxBody)
	}
	if err := r.local(ctx, u.Hostname()); err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "http", "https":
		return openHTTP(r, u)
	case "grpc":
		return openGRPC(ctx, r, u)
	default:
		return nil, sim.Unknown("protocol", u.Scheme, []string{"http", "https", "grpc"})
	}
}

// local refuses hosts that are not of this machine, before anything is sent.
func (r Request) local(ctx context.Context, host string) error {
	if r.External {
		return nil
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return sim.Errorf(sim.NotFound, "there is no host %s", host)
	}
	for _, ip := range ips {
		if !ip.Unmap().IsLoopback() {
			return notHere(host)
		}
	}
	return nil
}

func notHere(host string) error {
	return sim.Invalidf("%s is not an address of this machine", host).WithFix("with --external a load may leave it; ask whom it reaches first")
}

// dialer refuses, at the socket, what local refused by name: a name may mean
// another address a moment later.
func (r Request) dialer() *net.Dialer {
	d := &net.Dialer{Timeout: r.Timeout}
	if r.External {
		return d
	}
	d.Control = func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !at.Addr().Unmap().IsLoopback() {
			return notHere(address)
		}
		return nil
	}
	return d
}

// Tally counts statuses of responses.
type Tally struct {
	mu sync.Mutex
	of map[int]int64
}

// Add counts one.
func (t *Tally) Add(status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[int]int64{}
	}
	t.of[status]++
}

// Counts is how often each status came, by its text.
func (t *Tally) Counts() map[string]int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make(map[string]int64, len(t.of))
	for s, n := range t.of {
		all[sim.StatusText(s)] = n
	}
	return all
}

// Reasons counts why there was no response.
type Reasons struct {
	mu sync.Mutex
	of map[string]int64
}

// Add counts one. What differs from request to request, such as a port, is left out.
func (r *Reasons) Add(err error) {
	text := reason(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[string]int64{}
	}
	if _, known := r.of[text]; known || len(r.of) < maxReasons {
		r.of[text]++
	}
}

// maxReasons bounds how many different reasons are kept.
const maxReasons = 100

// Most is the commonest reason; "" when there is none.
func (r *Reasons) Most() (text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for t, n := range r.of {
		if text == "" || n > r.of[text] || n == r.of[text] && t < text {
			text = t
		}
	}
	return text
}

// reason is the innermost words of an error.
func reason(err error) string {
	var out interface{ Timeout() bool }
	if errors.As(err, &out) && out.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return "the timeout ran out"
	}
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
