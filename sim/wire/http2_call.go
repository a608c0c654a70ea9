package wire

import (
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	xhttp2 "golang.org/x/net/http2"

	"github.com/msc-sim/msc-sim/sim"
)

// most bounds what is kept besides bytes.
const (
	mostStreams = 2000 // that have not ended, of one connection
	mostFrames  = 64   // that are listed of one message
)

// calls are the exchanges of a link that HTTP/2 carried, the oldest first.
type calls struct {
	limit, message int // bytes kept of all, and of one message

	mu    sync.Mutex
	list  []*call
	size  int
	gone  uint64
	conns map[*stream]struct{}
	posts posts // of connections to brokers
}

// call is one stream: a request and its answer.
type call struct {
	span    sim.SpanID
	out, in half
	size    int  // what it takes, about
	dropped bool // it made room
}

// half is one message of a call, as far as it crossed.
type half struct {
	fields      []sim.Field
	trailers    int               // where in fields those after the body begin; 0 = none
	blocks      int               // bytes in which the fields crossed
	frames      [][frameHead]byte // the heads of the first ones
	raw         []byte
	total       int64
	first, last time.Duration
	ended       bool
	reset       string // the code of the RST_STREAM that this side sent
}

// Each call takes about this much besides its bytes.
const callSize = 512

// Room that is made for a message at once; most need no more.
const (
	usualSize   = 256 // bytes
	usualFrames = 3
)

func (k *calls) join(s *stream) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.conns == nil {
		k.conns = map[*stream]struct{}{}
	}
	k.conns[s] = struct{}{}
}

func (k *calls) leave(s *stream) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.conns, s)
}

// trim lets the oldest make room; mu is held.
func (k *calls) trim() {
	n := 0
	for n < len(k.list) && k.size > k.limit {
		k.list[n].dropped = true
		k.size -= k.list[n].size
		n++
	}
	k.gone += uint64(n)
	k.list = slices.Delete(k.list, 0, n)
}

// find decodes what waits and returns the newest exchange with this span.
func (k *calls) find(span sim.SpanID) (x sim.Exchange, ok bool, gone uint64) {
	k.drain()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range slices.Backward(k.list) {
		if c.span == span {
			return c.exchange(), true, k.gone
		}
	}
	return x, false, k.gone
}

// posted decodes what waits and returns what crossed to brokers and from them
// with this span; and how many posts are gone, how many connections unread.
func (k *calls) posted(span sim.SpanID) (all []sim.Exchange, gone uint64, unread int) {
	k.drain()
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.posts.find(span), k.posts.gone, k.posts.unread
}

// drain decodes what waits, on all connections.
func (k *calls) drain() {
	k.mu.Lock()
	conns := slices.Collect(maps.Keys(k.conns))
	k.mu.Unlock()
	for _, s := range conns {
		s.drain()
	}
}

// decode implements [protocol].
func (h *http2) decode(way direction, at time.Duration, p []byte) {
	r := &h.in
	if way == out {
		r = &h.out
	}
	h.piece = crossing{h, r, way, at}
	r.read(p, &h.piece)
}

// crossing is a piece on its way through the decoder.
type crossing struct {
	h   *http2
	r   *frameReader
	way direction
	at  time.Duration
}

// of is the call that a stream belongs to and the message that crosses. Streams
// that a server opens are not kept.
func (x *crossing) of(stream uint32) (*call, *half) {
	c := x.h.streams[stream]
	switch {
	case c == nil || c.dropped:
		return nil, nil
	case x.way == out:
		return c, &c.out
	default:
		return c, &c.in
	}
}

func (x *crossing) begin(h head) {
	if x.way == out && h.kind == frameHeaders && h.stream%2 == 1 && x.h.streams[h.stream] == nil {
		x.h.open(h.stream)
	}
	c, m := x.of(h.stream)
	if c == nil {
		return
	}
	if m.total == 0 {
		m.first = x.at
	}
	if len(m.frames) < mostFrames {
		if m.frames == nil {
			m.frames = make([][frameHead]byte, 0, usualFrames)
		}
		m.frames = append(m.frames, h.raw)
		c.grow(x.h.calls, frameHead)
	}
	x.keep(c, m, h.raw[:])
	if h.kind == frameData && h.has(flagEndStream) {
		m.ended = true
	}
	x.settle(h.stream, c)
}

func (x *crossing) data(p []byte) {
	if c, m := x.of(x.r.head.stream); c != nil {
		x.keep(c, m, p)
		x.settle(x.r.head.stream, c)
	}
}

func (x *crossing) whole(h head, p []byte) {
	c, m := x.of(h.stream)
	if c != nil {
		x.keep(c, m, p)
	}
	switch h.kind {
	case frameSettings:
		other := &x.h.in
		if x.way == in {
			other = &x.h.out
		}
		other.settings(p)
	case frameHeaders, frameContinuation:
		fields, first, done := x.r.headers(h, p)
		if c == nil {
			return
		}
		m.blocks += len(p)
		if done {
			x.fields(c, m, fields)
			m.ended = m.ended || first.has(flagEndStream)
			x.settle(h.stream, c)
		}
	case frameReset:
		if c != nil && len(p) == 4 {
			m.reset = xhttp2.ErrCode(binary.BigEndian.Uint32(p)).String()
			delete(x.h.streams, h.stream)
		}
	}
}

// fields adds a block of header fields: the first of a message, or trailers.
func (x *crossing) fields(c *call, m *half, fields []sim.Field) {
	if len(m.fields) > 0 && m.trailers == 0 && m.status() >= 200 {
		m.trailers = len(m.fields)
	}
	for _, f := range fields {
		c.grow(x.h.calls, len(f.Name)+len(f.Value)+32)
		if x.way == out && f.Name == "traceparent" {
			_, c.span, _ = sim.ParseTraceparent(f.Value)
		}
	}
	m.fields = append(m.fields, fields...)
}

// keep counts bytes of a message and keeps the first ones.
func (x *crossing) keep(c *call, m *half, p []byte) {
	m.total += int64(len(p))
	m.last = x.at
	kept := p[:min(len(p), x.h.calls.message-len(m.raw))]
	if m.raw == nil {
		m.raw = make([]byte, 0, usualSize)
	}
	m.raw = append(m.raw, kept...)
	c.grow(x.h.calls, len(kept))
}

// settle forgets a stream that has ended on both sides.
func (x *crossing) settle(stream uint32, c *call) {
	if c.out.ended && c.in.ended && x.r.left == 0 {
		delete(x.h.streams, stream)
	}
}

// open begins a call.
func (h *http2) open(stream uint32) {
	if len(h.streams) >= mostStreams {
		clear(h.streams) // somebody opens streams and lets them lie
	}
	c := &call{}
	h.streams[stream] = c
	h.calls.list = append(h.calls.list, c)
	c.grow(h.calls, callSize)
}

func (c *call) grow(k *calls, n int) {
	if !c.dropped {
		c.size += n
		k.size += n
	}
}

// status is the HTTP status of a response; 200 where there is none, as in a request.
func (m *half) status() int {
	for _, f := range m.fields {
		if f.Name == ":status" {
			n, _ := strconv.Atoi(f.Value)
			return n
		}
	}
	return 200
}
