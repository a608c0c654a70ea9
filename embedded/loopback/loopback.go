// Package loopback opens the listeners of brokers: on addresses that only this
// machine can reach, and for as long as they are wanted.
package loopback

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Any lets the system choose a port.
const Any = "127.0.0.1:0"

// Parse reads an address such as "127.0.0.1:5672", "" = [Any], and refuses one
// that others could reach. Port 0 lets the system choose.
func Parse(addr string) (netip.AddrPort, error) {
	if addr == "" {
		addr = Any
	}
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		return at, fmt.Errorf("%q is not an address such as 127.0.0.1:5672: %w", addr, err)
	}
	if !at.Addr().IsLoopback() {
		return at, fmt.Errorf("%s is not a loopback address such as 127.0.0.1:5672, and only those are served", addr)
	}
	return at, nil
}

// IsHost reports whether the Host of an HTTP request names this machine: localhost, a
// name below it, or a loopback address, with or without a port. A web page whose own
// name was pointed at this machine sends another Host.
func IsHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// Listen opens addr, as [Parse] reads it, with open, nil = a plain listener on TCP. What it
// returns goes on accepting when the process has no file left for a connection:
// one that ends makes room for the next.
func Listen(addr string, open func(addr string) (net.Listener, error)) (net.Listener, error) {
	at, err := Parse(addr)
	if err != nil {
		return nil, err
	}
	if open == nil {
		open = func(addr string) (net.Listener, error) { return net.Listen("tcp", addr) }
	}
	l, err := open(at.String())
	if err != nil {
		return nil, err
	}
	return &patient{Listener: l, closed: make(chan struct{})}, nil
}

// patient is a listener that waits while there are too many files open.
type patient struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

// pause is between two attempts while there are too many files open.
const pause = 20 * time.Millisecond

// Accept implements [net.Listener].
func (l *patient) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if !passing(err) {
			return c, err
		}
		select {
		case <-l.closed:
			return nil, net.ErrClosed
		case <-time.After(pause):
		}
	}
}

// Close implements [net.Listener].
func (l *patient) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// passing reports whether an error says nothing of the listener: there are too
// many open files, in this process or on this machine, or a client hung up before
// it was served.
func passing(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}
