package wire_test

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestListenOnAGivenPort(t *testing.T) {
	port := 0
	n := open(t, wire.Options{Port: func(owner sim.Instance, protocol string) int {
		if owner != payment || protocol != "http" {
			t.Errorf("asked for %v %q", owner, protocol)
		}
		return port
	}})
	first := listen(t, n, sim.Instance{Service: "payment"}) // N 0 reads as 1
	port = first.Addr().(*net.TCPAddr).Port
	n.Kill(payment)
	if got := listen(t, n, payment).Addr(); got.String() != first.Addr().String() {
		t.Errorf("listens on %s, want %s", got, first.Addr())
	}
}

func TestListenOnALoopbackOnly(t *testing.T) {
	n := open(t, wire.Options{})
	if addr := listen(t, n, payment).Addr().String(); !strings.HasPrefix(addr, "127.0.0.1:") {
		t.Errorf("listens on %s", addr)
	}
}

func TestListenRefuses(t *testing.T) {
	foreign, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	taken := foreign.Addr().(*net.TCPAddr).Port
	port := 0
	n := open(t, wire.Options{Port: func(sim.Instance, string) int { return port }})
	own := listen(t, n, order).Addr().(*net.TCPAddr).Port

	for _, c := range []struct {
		name string
		port int
		code sim.Code
		says []string
	}{
		{"taken by a process", taken, sim.Conflict, []string{"port " + strconv.Itoa(taken), "payment (http)", process()}},
		{"taken by an instance", own, sim.Conflict, []string{"port " + strconv.Itoa(own), "payment (http)", "by order of this world"}},
		{"too large", 65536, sim.Invalid, []string{"65536", "payment (http)"}},
		{"negative", -1, sim.Invalid, []string{"-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			port = c.port
			_, err := n.Listen(payment, "http")
			var e *sim.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Fix == "" {
				t.Fatalf("got %#v, want %v with a fix", err, c.code)
			}
			for _, part := range c.says {
				if !strings.Contains(e.Message, part) {
					t.Errorf("%q does not say %q", e.Message, part)
				}
			}
		})
	}
}

// process is how this one is named in a message, where the system tells.
func process() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	return "(process " + strconv.Itoa(os.Getpid()) + ")"
}

func TestListenExplains(t *testing.T) {
	n := open(t, wire.Options{})
	for cause, want := range map[error]sim.Code{
		syscall.EACCES:        sim.Denied,
		syscall.EMFILE:        sim.Exhausted,
		syscall.EADDRNOTAVAIL: sim.Unavailable,
	} {
		err := n.Explain(&net.OpError{Op: "listen", Net: "tcp4", Err: os.NewSyscallError("bind", cause)})
		if sim.CodeOf(err) != want || !errors.Is(err, cause) || !strings.Contains(err.Error(), "payment (http)") {
			t.Errorf("%v gives %v (%v), want %v", cause, sim.CodeOf(err), err, want)
		}
	}
}

func TestDialRefuses(t *testing.T) {
	n := open(t, wire.Options{})
	for addr, want := range map[string]sim.Code{
		"192.0.2.1:80":            sim.Denied,
		"0.0.0.0:80":              sim.Denied,
		"[::]:80":                 sim.Denied,
		"[2001:db8::1]:80":        sim.Denied,
		"[::ffff:192.0.2.1]:80":   sim.Denied,
		"example.com:80":          sim.Denied,
		"localhost.example.com:1": sim.Denied,
		"127.0.0.1.example.com:1": sim.Denied,
		":80":                     sim.Denied,
		"\x1b[2J:80":              sim.Invalid,
		"x\x1b(0:80":              sim.Denied,
		"127.0.0.1":               sim.Invalid,
		"":                        sim.Invalid,
	} {
		_, err := n.Dial(context.Background(), toPay, addr)
		if got := sim.CodeOf(err); got != want || sim.AsError(err).Fix == "" {
			t.Errorf("dial %q gives %v (%v), want %v with a fix", addr, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q carries an escape", err)
		}
	}
}

func TestDialLoopback(t *testing.T) {
	n := open(t, wire.Options{})
	port := strconv.Itoa(listen(t, n, payment).Addr().(*net.TCPAddr).Port)
	for _, host := range []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1"} {
		if _, err := n.Dial(context.Background(), toPay, net.JoinHostPort(host, port)); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	n.Kill(payment)
	if _, err := n.Dial(context.Background(), toPay, "127.0.0.1:"+port); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want refused", err)
	}
}
