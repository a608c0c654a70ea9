package wire

import (
	"slices"
	"sync"
	"time"
)

// How far the decoder may be behind a connection: from wakeAt on it is woken,
// and at helpAt whoever writes or reads helps it, so that memory is bounded and
// no byte is ever left out.
const (
	wakeAt = 16 << 10
	helpAt = 64 << 10
)

// stream is a connection that is read from its first byte on, because its
// protocol has no beginning in the middle. Whoever carries bytes only puts a copy
// here; they are decoded later, by a goroutine that ends when there is nothing
// left, or by whoever asks for an exchange.
//
//	Write, Read ─copy─▶ pieces ─ ─later─ ─▶ protocol ─▶ calls of the link
type stream struct {
	calls *calls
	work  *work
	who   string // the instance that dialled

	mu     sync.Mutex // guards what waits
	bytes  []byte
	pieces []piece
	busy   bool // a goroutine is on its way

	decoding sync.Mutex // guards what follows
	protocol protocol
	spare    struct { // to swap with what waits
		bytes  []byte
		pieces []piece
	}
}

// piece is what crossed at once; its bytes stand in bytes.
type piece struct {
	way direction
	at  time.Duration
	n   int
}

// protocol takes a connection apart. It is given every byte of both directions,
// in pieces of any size, by one caller at a time, who holds the calls' lock. It
// keeps nothing of p.
type protocol interface {
	decode(way direction, at time.Duration, p []byte)
}

// begin finds the protocol of a connection whose first bytes are p; nil when it
// is none that is read from the first byte.
func begin(way direction, p []byte, k *calls) func(*stream) protocol {
	switch {
	case beginsHTTP2(way, p):
		return func(*stream) protocol { return newHTTP2(k) }
	case beginsAMQP(way, p):
		return func(s *stream) protocol { return newAMQP(s.who, &k.posts) }
	case beginsKafka(way, p):
		return func(s *stream) protocol { return newKafka(s.who, &k.posts) }
	case beginsSTOMP(way, p):
		return func(s *stream) protocol { return newSTOMP(s.who, &k.posts) }
	case beginsNATS(way, p):
		return func(s *stream) protocol { return newNATS(s.who, &k.posts) }
	}
	return nil
}

func newStream(k *calls, w *work, who string, speaks func(*stream) protocol) *stream {
	s := &stream{calls: k, work: w, who: who}
	s.protocol = speaks(s)
	k.join(s)
	return s
}

// add takes a copy of what crosses now.
func (s *stream) add(way direction, at time.Duration, p []byte) {
	s.mu.Lock()
	s.bytes = append(s.bytes, p...)
	s.pieces = append(s.pieces, piece{way, at, len(p)})
	wake := len(s.bytes) >= wakeAt && !s.busy
	s.busy = s.busy || wake
	help := len(s.bytes) >= helpAt
	s.mu.Unlock()
	if wake {
		s.work.begin(decodes)
		go func() { // ends when nothing waits
			defer s.work.end(decodes)
			s.drain()
			s.mu.Lock()
			s.busy = false
			s.mu.Unlock()
		}()
	}
	if help {
		s.drain()
	}
}

const decodes = "the decoding of what crossed"

// takeBack corrects the last n bytes that left: they did not cross. What was
// decoded already stays.
func (s *stream) takeBack(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := len(s.bytes)
	for i := len(s.pieces) - 1; i >= 0; i-- {
		p := &s.pieces[i]
		if p.way == out {
			cut := min(n, p.n)
			s.bytes = slices.Delete(s.bytes, end-cut, end)
			p.n -= cut
			return
		}
		end -= p.n
	}
}

// drain decodes what waits.
func (s *stream) drain() {
	s.decoding.Lock()
	defer s.decoding.Unlock()
	s.mu.Lock()
	bytes, pieces := s.bytes, s.pieces
	s.bytes, s.pieces = s.spare.bytes, s.spare.pieces
	s.mu.Unlock()
	s.spare.bytes, s.spare.pieces = bytes[:0], pieces[:0]
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	for _, p := range pieces {
		s.protocol.decode(p.way, p.at, bytes[:p.n])
		bytes = bytes[p.n:]
	}
	s.calls.trim()
	s.calls.posts.trim()
}

// end forgets the connection, which is over; its calls stay.
func (s *stream) end() {
	s.drain()
	s.calls.leave(s)
}
