package grpc

import (
	"bytes"
	"net"
	"sync"

	"golang.org/x/net/http2/hpack"
)

// socket is a client's connection, on which many calls are under way. It counts
// for each of them what crosses, frame by frame: the frames of a stream belong
// to the call whose HEADERS opened it. What belongs to no stream (the greeting,
// SETTINGS, PING, a window) goes to the next call that ends, so that no byte is
// counted twice or not at all.
type socket struct {
	net.Conn
	onClose func() // called once, when the connection is over

	out, in frames // each used by one goroutine at a time

	mu      sync.Mutex
	waiting []*attempt          // announced, but their HEADERS have not left
	streams map[uint32]*attempt // by stream
	loose   struct{ out, in int64 }
	err     error // how it ended; nil while it has not
}

func newSocket(c net.Conn, onClose func()) *socket {
	s := &socket{Conn: c, onClose: onClose, out: frames{skip: len(preface)}, streams: map[uint32]*attempt{}}
	s.loose.out = int64(len(preface))
	return s
}

func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	s.out.read(p, s.left)
	s.mu.Unlock()
	n, err := s.Conn.Write(p)
	if err != nil {
		s.end(err)
	}
	return n, err
}

func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.mu.Lock()
	s.in.read(p[:n], s.came)
	s.mu.Unlock()
	if err != nil {
		s.end(err)
	}
	return n, err
}

// Close closes the connection. Whoever still waits for an answer has lost it.
func (s *socket) Close() error {
	s.end(net.ErrClosed)
	return s.Conn.Close()
}

// end remembers why the connection is over; the first reason holds.
func (s *socket) end(err error) {
	s.mu.Lock()
	first := s.err == nil
	if first {
		s.err = err
	}
	s.mu.Unlock()
	if first {
		s.onClose()
	}
}

// broken is why the connection is over, or nil.
func (s *socket) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// left is called for every frame that leaves; mu is held.
func (s *socket) left(f frame) {
	a := s.streams[f.stream]
	if a == nil && f.kind == typeHeaders && len(s.waiting) > 0 {
		a = s.claim(f.seen)
		s.streams[f.stream], a.stream = a, f.stream
	}
	if a == nil {
		s.loose.out += int64(f.size)
		return
	}
	a.out += int64(f.size)
}

// came is called for every frame that comes; mu is held.
func (s *socket) came(f frame) {
	a := s.streams[f.stream]
	if a == nil {
		s.loose.in += int64(f.size)
		return
	}
	a.in += int64(f.size)
	a.content = a.content || f.kind == typeData
	a.trailers = a.trailers || f.kind == typeHeaders && f.flags&endStream != 0
}

// claim finds whose HEADERS these are among those that wait: its traceparent
// stands in them, as HPACK's Huffman code (RFC 7541 §5.2), which is the same
// wherever it stands. Without it (it was sent before, and is now a number) it
// is the first that waits.
func (s *socket) claim(block []byte) *attempt {
	found := 0
	if len(s.waiting) > 1 {
		var code [64]byte
		for i, a := range s.waiting {
			if bytes.Contains(block, hpack.AppendHuffmanString(code[:0], a.traceparent)) {
				found = i
				break
			}
		}
	}
	a := s.waiting[found]
	s.waiting = append(s.waiting[:found], s.waiting[found+1:]...)
	return a
}

// expect announces a call.
func (s *socket) expect(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, a)
}

// leave ends the counting for a call, which takes along what belongs to nobody.
func (s *socket) leave(a *attempt) (out, in int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.streams, a.stream)
	for i, w := range s.waiting {
		if w == a {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			break
		}
	}
	out, in = a.out+s.loose.out, a.in+s.loose.in
	s.loose.out, s.loose.in = 0, 0
	return out, in
}
