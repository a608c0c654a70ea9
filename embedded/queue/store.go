package queue

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// store is the log of an engine in a directory, in segments:
//
//	00000007.log  ██░░░█░░░░░░   █ live: a message, a queue, a value
//	00000008.log  ░░██░█████░░   ░ dead: what was superseded, and all that says so
//	00000009.log  ███████ ◀── appended here
//
// A removal stands behind what it removes. So the oldest segment may go when
// nothing in it is live; see compact.go for how it comes to that.
//
// A nil store keeps nothing. Except for flush and close its methods expect
// Engine.mu to be held.
type store struct {
	dir     string
	sync    Sync
	segment int64     // bytes after which a new one begins
	lock    io.Closer // of dir

	segments   []*segment // the oldest first
	live, size int64      // bytes of all segments
	pending    []chunk    // not yet written
	appended   int64      // bytes, ever
	unwritten  int64      // bytes in pending
	failed     error      // of the first write that failed; nothing is stored after it
	alarm      alarm      // writes what nobody flushed

	writing sync.Mutex // guards what follows; taken before Engine.mu, or alone
	written int64      // of appended
	file    *os.File   // of the segment that was written last
	fileOf  *segment
}

// chunk is what is to be written to one segment.
type chunk struct {
	to   *segment
	data []byte
}

// segment is one file of the log.
type segment struct {
	number uint64
	size   int64
	live   place // the ring of what is live in it
}

// recorded is something that is live in the log.
type recorded interface{ record(b []byte) []byte }

// place is where something stands in the log. The zero value stands nowhere.
type place struct {
	of         recorded
	in         *segment
	size       int64
	prev, next *place
}

const (
	segmentSize  = 16 << 20
	unwrittenMax = 4 << 20               // Put writes when more is waiting
	writeAfter   = 50 * time.Millisecond // what nobody flushed
)

func (s *segment) path(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("%08d.log", s.number))
}

func newSegment(number uint64) *segment {
	s := &segment{number: number}
	s.live.prev, s.live.next = &s.live, &s.live
	return s
}

// empty says whether nothing in a segment is live.
func (s *segment) empty() bool { return s.live.next == &s.live }

// keep appends what is live; where it stood before it is dead.
func (e *Engine) keep(p *place, of recorded) {
	if e.store == nil || e.store.failed != nil {
		return
	}
	e.store.release(p)
	p.of = of
	e.store.link(p, e.append(of.record))
}

// unkeep makes something dead; because says so in the log.
func (e *Engine) unkeep(p *place, because func(b []byte) []byte) {
	if p.in != nil {
		e.store.release(p)
		e.append(because)
	}
}

// remove is unkeep for what has an ID.
func (e *Engine) remove(p *place, k kind, id uint64) {
	e.unkeep(p, func(b []byte) []byte { return binary.AppendUvarint(append(b, byte(k)), id) })
}

// append writes a record to the newest segment and returns how long it is.
func (e *Engine) append(record func([]byte) []byte) int64 {
	s := e.store
	if s.failed != nil {
		return 0
	}
	if n := len(s.segments); n == 0 {
		s.begin(1, e.lastID)
	} else if last := s.segments[n-1]; last.size >= s.segment {
		s.begin(last.number+1, e.lastID)
	}
	if s.alarm.place == 0 {
		e.alarms.set(&s.alarm, e.now().Add(writeAfter))
	}
	return s.append(record)
}

// begin begins a new segment.
func (s *store) begin(number, lastID uint64) {
	s.segments = append(s.segments, newSegment(number))
	s.append(func(b []byte) []byte { return appendBegin(b, lastID) })
}

func (s *store) append(record func([]byte) []byte) int64 {
	to := s.segments[len(s.segments)-1]
	if n := len(s.pending); n == 0 || s.pending[n-1].to != to {
		s.pending = append(s.pending, chunk{to: to})
	}
	c := &s.pending[len(s.pending)-1]
	start := len(c.data)
	c.data = record(append(c.data, make([]byte, recordHeader)...))
	seal(c.data, start)
	n := int64(len(c.data) - start)
	to.size += n
	s.size += n
	s.appended += n
	s.unwritten += n
	return n
}

// link notes that something is live at the end of the newest segment.
func (s *store) link(p *place, size int64) {
	if size == 0 {
		return
	}
	in := s.segments[len(s.segments)-1]
	p.in, p.size = in, size
	p.prev, p.next = in.live.prev, &in.live
	p.prev.next, p.next.prev = p, p
	s.live += size
}

// release notes that something is not live any more.
func (s *store) release(p *place) {
	if p.in == nil {
		return
	}
	s.live -= p.size
	p.prev.next, p.next.prev = p.next, p.prev
	p.in, p.prev, p.next = nil, nil, nil
}

// full says that so much waits to be written that somebody should write it.
func (s *store) full() bool { return s != nil && s.unwritten > unwrittenMax }
