package grpc

import "encoding/binary"

// The parts of HTTP/2 framing that counting needs (RFC 9113 §4.1, §6).
const (
	preface     = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" // what a client says first
	frameHeader = 9
	typeData    = 0
	typeHeaders = 1
	endStream   = 0x1
)

// frame is the head of one frame.
type frame struct {
	size   int // with its head
	kind   byte
	flags  byte
	stream uint32
	seen   []byte // of a HEADERS frame: its payload
}

// frames takes one direction of a connection apart as its bytes pass. The zero
// value stands at the beginning of what a server says; a client's side skips
// the preface first. Frames may be split anywhere.
type frames struct {
	skip int // bytes until the next frame head
	head [frameHeader]byte
	have int   // bytes of the head so far
	held frame // HEADERS whose payload is still coming
	open bool  // there is one
}

// read calls f for every frame of which p completes the head; for HEADERS it
// waits until the payload is there too.
func (s *frames) read(p []byte, f func(frame)) {
	for len(p) > 0 {
		if s.skip > 0 {
			n := min(s.skip, len(p))
			s.pay(p[:n], f)
			p = p[n:]
			continue
		}
		n := copy(s.head[s.have:], p)
		s.have += n
		p = p[n:]
		if s.have == frameHeader {
			s.have = 0
			s.begin(f)
		}
	}
}

func (s *frames) begin(f func(frame)) {
	size := int(s.head[0])<<16 | int(s.head[1])<<8 | int(s.head[2])
	fr := frame{
		size: frameHeader + size, kind: s.head[3], flags: s.head[4],
		stream: binary.BigEndian.Uint32(s.head[5:]) &^ (1 << 31),
	}
	s.skip = size
	if fr.kind != typeHeaders || size == 0 {
		f(fr)
		return
	}
	s.held, s.open = fr, true
}

// pay takes payload.
func (s *frames) pay(p []byte, f func(frame)) {
	s.skip -= len(p)
	if !s.open {
		return
	}
	if s.skip == 0 && s.held.seen == nil {
		s.held.seen = p // whole, as mostly: no copy
	} else {
		s.held.seen = append(s.held.seen, p...)
	}
	if s.skip == 0 {
		s.open = false
		f(s.held)
	}
}
