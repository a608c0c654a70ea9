package wire

import (
	"slices"
	"strings"
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

// http2 takes an HTTP/2 connection apart, from its first byte on: what one
// header block says depends on all before it (RFC 7541 §2.3.2), so there is no
// beginning in the middle. Whoever carries bytes only puts a copy here; they
// are decoded later, by a goroutine that ends when there is nothing left, or by
// whoever asks for an exchange.
//
//	Write, Read ─copy─▶ pieces ─ ─later─ ─▶ frames ─▶ calls of the link
type http2 struct {
	calls *calls
	work  *work

	mu     sync.Mutex // guards what waits
	bytes  []byte
	pieces []piece
	busy   bool // a goroutine is on its way

	decoding sync.Mutex // guards what follows
	out, in  frameReader
	streams  map[uint32]*call
	spare    []byte // to swap with bytes
}

// piece is what crossed at once; its bytes stand in bytes.
type piece struct {
	way direction
	at  time.Duration
	n   int
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" // RFC 9113 §3.4

// beginsHTTP2 reports whether a connection whose first bytes are p speaks
// HTTP/2: a client says the preface, a server SETTINGS on stream 0.
func beginsHTTP2(way direction, p []byte) bool {
	if way == out {
		return len(p) >= 4 && strings.HasPrefix(preface, string(p[:min(len(p), len(preface))]))
	}
	return len(p) >= frameHead && p[0] == 0 && p[1] == 0 && p[2]%6 == 0 && p[3] == frameSettings && p[4] == 0 &&
		string(p[5:9]) == "\x00\x00\x00\x00"
}

func newHTTP2(k *calls, w *work) *http2 {
	h := &http2{calls: k, work: w, streams: map[uint32]*call{}}
	h.out = newFrameReader(len(preface))
	h.in = newFrameReader(0)
	k.join(h)
	return h
}

// add takes a copy of what crosses now.
func (h *http2) add(way direction, at time.Duration, p []byte) {
	h.mu.Lock()
	h.bytes = append(h.bytes, p...)
	h.pieces = append(h.pieces, piece{way, at, len(p)})
	wake := len(h.bytes) >= wakeAt && !h.busy
	h.busy = h.busy || wake
	help := len(h.bytes) >= helpAt
	h.mu.Unlock()
	if wake {
		h.work.begin(decodes)
		go func() { // ends when nothing waits
			defer h.work.end(decodes)
			h.drain()
			h.mu.Lock()
			h.busy = false
			h.mu.Unlock()
		}()
	}
	if help {
		h.drain()
	}
}

const decodes = "the decoding of HTTP/2"

// takeBack corrects the last n bytes that left: they did not cross. What was
// decoded already stays.
func (h *http2) takeBack(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	end := len(h.bytes)
	for i := len(h.pieces) - 1; i >= 0; i-- {
		p := &h.pieces[i]
		if p.way == out {
			cut := min(n, p.n)
			h.bytes = slices.Delete(h.bytes, end-cut, end)
			p.n -= cut
			return
		}
		end -= p.n
	}
}

// drain decodes what waits.
func (h *http2) drain() {
	h.decoding.Lock()
	defer h.decoding.Unlock()
	h.mu.Lock()
	bytes, pieces := h.bytes, h.pieces
	h.bytes, h.pieces = h.spare, nil
	h.mu.Unlock()
	h.spare = bytes[:0]
	h.calls.mu.Lock()
	defer h.calls.mu.Unlock()
	for _, p := range pieces {
		h.decode(p.way, p.at, bytes[:p.n])
		bytes = bytes[p.n:]
	}
	h.calls.trim()
}

// end forgets the connection, which is over; its calls stay.
func (h *http2) end() {
	h.drain()
	h.calls.leave(h)
}
