package loopback

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

func TestParse(t *testing.T) {
	for addr, says := range map[string]string{
		"127.0.0.1:0":    "",
		"127.9.9.9:5672": "",
		"[::1]:80":       "",
		"0.0.0.0:80":     "not a loopback address",
		":80":            "is not an address",
		"10.0.0.1:80":    "not a loopback address",
		"localhost:80":   "is not an address",
		"127.0.0.1":      "is not an address",
		"127.0.0.1:x":    "is not an address",
		"":               "",
	} {
		_, err := Parse(addr)
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%q: %v, want %q", addr, err, says)
		}
	}
}

func TestIsHost(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.3.2.1:80": true, "[::1]:80": true, "[::1]": true, "localhost": true, "localhost:8500": true, "a.localhost": true,
		"": false, "example.org": false, "10.0.0.1:80": false, "localhost.example.org": false, "xlocalhost": false,
	} {
		if got := IsHost(host); got != want {
			t.Errorf("%q: %t, want %t", host, got, want)
		}
	}
}

func TestListen(t *testing.T) {
	l, err := Listen("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v, want %v", err, net.ErrClosed)
	}
	opened := false
	if _, err := Listen("0.0.0.0:0", func(string) (net.Listener, error) { opened = true; return nil, nil }); err == nil || opened {
		t.Errorf("an address for everybody: %v, opened: %t", err, opened)
	}
}

// crowded is a listener for which errs are the first answers.
type crowded struct {
	net.Listener
	errs []error
}

func (c *crowded) Accept() (net.Conn, error) {
	if len(c.errs) == 0 {
		a, _ := net.Pipe()
		return a, nil
	}
	err := c.errs[0]
	if len(c.errs) > 1 {
		c.errs = c.errs[1:]
	}
	return nil, err
}

func (c *crowded) Close() error { return nil }

// A process that has no file left for a connection accepts again when it has one,
// and stops when the listener is closed meanwhile.
func TestTooManyFiles(t *testing.T) {
	full := &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	synctest.Test(t, func(t *testing.T) {
		some := &crowded{errs: []error{full, full, nil}}
		l, err := Listen("", func(string) (net.Listener, error) { return some, nil })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Accept(); err != nil {
			t.Errorf("when there are files again: %v", err)
		}
		some.errs = []error{full}
		ended := make(chan error)
		go func() { _, err := l.Accept(); ended <- err }()
		synctest.Wait()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("after Close: %v, want %v", err, net.ErrClosed)
		}
		other := errors.New("gone")
		some.errs = []error{other}
		if _, err := l.Accept(); !errors.Is(err, other) {
			t.Errorf("another error: %v, want %v", err, other)
		}
	})
}
