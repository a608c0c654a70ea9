package wire

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// link is what is known of a link on the caller's side. Its connections share it.
type link struct {
	out, in atomic.Int64 // bytes since the beginning
	capture capture
}

type direction uint8

const (
	out direction = iota + 1 // from the caller
	in                       // to the caller
)

// capture keeps what crossed the connections of a link, as it came. One call
// copies at most the rest of a message's share under a short lock; nothing is
// parsed and, once the ring has grown, nothing is allocated.
type capture struct {
	message int   // bytes kept of one message
	calls   calls // of connections that are read from their first byte
	work    *work // counts their decoders

	mu    sync.Mutex
	ring  ring
	conns uint32            // connections seen
	sqs   map[uint32]string // those to SQS, and who opened them
}

// tap is where the capture stands with one connection. A message is what goes
// one way until something goes the other way, or until a write begins as a
// request does (the last one may have been answered before it had ended). A turn
// is a message out and the one that comes in.
type tap struct {
	conn, turn uint32
	way        direction
	room       int    // bytes that may still be kept of this message
	last       uint64 // where its latest record stands
	who        string // the instance that dialled
	sqs        bool   // one request or answer may carry many messages
	stream     atomic.Pointer[stream]
}

// add notes that p crosses now and returns where in the ring it stands.
func (c *capture) add(t *tap, way direction, now time.Duration, p []byte) uint64 {
	if s := t.stream.Load(); s != nil {
		s.add(way, now, p)
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.conn == 0 {
		c.conns++
		t.conn = c.conns
		if speaks := begin(way, p, &c.calls); speaks != nil {
			t.stream.Store(newStream(&c.calls, c.work, t.who, speaks))
		}
		if t.sqs = beginsSQS(way, p); t.sqs {
			c.open(t)
		}
	}
	if s := t.stream.Load(); s != nil {
		s.add(way, now, p)
		return 0
	}
	begins := t.way != way || way == out && beginsRequest(p)
	if begins {
		t.way, t.room = way, c.message
		if t.sqs {
			t.room *= sqsMost
		}
		if way == out {
			t.turn++
		}
	}
	keep := p[:min(len(p), t.room)]
	if len(keep) == 0 && !begins && c.ring.extend(t.last, now, len(p)) {
		return t.last
	}
	t.room -= len(keep)
	t.last = c.ring.put(record{
		conn: t.conn, turn: t.turn, way: way, first: now, last: now, total: uint64(len(p)),
	}, keep)
	return t.last
}

// open notes a connection to SQS.
func (c *capture) open(t *tap) {
	if len(c.sqs) >= sqsConns {
		clear(c.sqs)
	}
	if c.sqs == nil {
		c.sqs = map[uint32]string{}
	}
	c.sqs[t.conn] = t.who
}

// takeBack corrects the record at a place: its last n bytes did not cross.
func (c *capture) takeBack(t *tap, at uint64, n int) {
	if s := t.stream.Load(); s != nil {
		s.takeBack(n)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ring.shorten(at, n)
}

// run is one message as it was captured.
type run struct {
	raw         []byte // its first bytes
	total       int64  // bytes that crossed
	first, last time.Duration
}

// cut reports whether more crossed than was kept.
func (r run) cut() bool { return int64(len(r.raw)) < r.total }

func (r run) add(rec record, kept []byte) run {
	switch {
	case r.total == 0:
		r.first, r.raw = rec.first, slices.Clip(kept) // most messages are one record
	case !r.cut():
		r.raw = append(r.raw, kept...)
	}
	r.total += int64(rec.total)
	r.last = rec.last
	return r
}

// join appends what crossed later and belongs to the same message.
func (r run) join(later run) run {
	switch {
	case later.total == 0:
		return r
	case r.total == 0:
		return later
	case !r.cut():
		r.raw = append(r.raw, later.raw...)
	}
	r.total += later.total
	r.last = later.last
	return r
}

// turn is a message out and what came in before the next one went out.
type turn struct {
	n       uint32 // its place on the connection; 0 when the other side spoke first
	out, in run
}

// turns gives what is kept, connection by connection, says which of these are to
// SQS and who opened them, and how many records made room for it.
func (c *capture) turns() (byConn map[uint32][]turn, sqs map[uint32]string, gone uint64) {
	c.mu.Lock()
	all := c.ring.snapshot()
	sqs, gone = maps.Clone(c.sqs), c.ring.gone
	c.mu.Unlock()

	byConn = map[uint32][]turn{}
	for rec, kept := range records(all) {
		list := byConn[rec.conn]
		if len(list) == 0 || list[len(list)-1].n != rec.turn {
			list = append(list, turn{n: rec.turn})
		}
		t := &list[len(list)-1]
		if rec.way == out {
			t.out = t.out.add(rec, kept)
		} else {
			t.in = t.in.add(rec, kept)
		}
		byConn[rec.conn] = list
	}
	return byConn, sqs, gone
}
