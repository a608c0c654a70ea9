package share

import (
	"net"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// Use is the use of a [Socket] by one attempt. The zero value is ready.
type Use struct {
	Span    sim.SpanID
	Out, In int64 // bytes that crossed for it; set when it has left

	socket    *Socket
	out0, in0 int64 // what had crossed the connection before
}

// Socket is a connection of an HTTP client's pool. It knows which attempt uses it, so
// that each byte is counted for the right one: net/http gives a connection to the
// next request a moment before the last one has seen the end of its answer.
type Socket struct {
	net.Conn
	mu   sync.Mutex
	user *Use
}

// Take begins the use by u, before anything is written for it.
func (s *Socket) Take(u *Use) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, in := s.bytes()
	if s.user != nil {
		s.user.count(out, in)
	}
	if c, ok := s.Conn.(sim.Carrier); ok {
		c.Carry(u.Span)
	}
	s.user, u.socket, u.out0, u.in0 = u, s, out, in
}

// Leave ends the use, unless the next one has already begun, and reports whether
// there was a connection.
func (u *Use) Leave() bool {
	if u.socket == nil {
		return false
	}
	u.socket.mu.Lock()
	defer u.socket.mu.Unlock()
	if u.socket.user == u {
		u.count(u.socket.bytes())
		u.socket.user = nil
	}
	return true
}

func (u *Use) count(out, in int64) { u.Out, u.In = out-u.out0, in-u.in0 }

func (s *Socket) bytes() (out, in int64) {
	if c, ok := s.Conn.(sim.ByteCounter); ok {
		return c.Bytes()
	}
	return 0, 0
}
