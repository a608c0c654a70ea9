package wire

import (
	"encoding/binary"
	"iter"
	"time"
)

// record describes a piece of a message. In the ring the bytes that were kept
// of it follow.
type record struct {
	conn, turn  uint32
	way         direction
	first, last time.Duration // when its first and its last byte crossed
	total       uint64        // bytes it stands for
	kept        uint32        // of these, how many follow
	room        uint32        // bytes it takes in the ring after the header; at least kept
}

const header = 4 + 4 + 1 + 8 + 8 + 8 + 4 + 4

func (r record) marshal() (b [header]byte) {
	binary.LittleEndian.PutUint32(b[0:], r.conn)
	binary.LittleEndian.PutUint32(b[4:], r.turn)
	b[8] = byte(r.way)
	binary.LittleEndian.PutUint64(b[9:], uint64(r.first))
	binary.LittleEndian.PutUint64(b[17:], uint64(r.last))
	binary.LittleEndian.PutUint64(b[25:], r.total)
	binary.LittleEndian.PutUint32(b[33:], r.kept)
	binary.LittleEndian.PutUint32(b[37:], r.room)
	return b
}

func unmarshal(b []byte) record {
	return record{
		conn:  binary.LittleEndian.Uint32(b[0:]),
		turn:  binary.LittleEndian.Uint32(b[4:]),
		way:   direction(b[8]),
		first: time.Duration(binary.LittleEndian.Uint64(b[9:])),
		last:  time.Duration(binary.LittleEndian.Uint64(b[17:])),
		total: binary.LittleEndian.Uint64(b[25:]),
		kept:  binary.LittleEndian.Uint32(b[33:]),
		room:  binary.LittleEndian.Uint32(b[37:]),
	}
}

// ring keeps records back to back in at most limit bytes; the oldest make room
// for the newest. It grows as it is used. Places count from the beginning of
// time, so that an old place is known to be gone.
//
//	buf  [ …kept │ header kept │ header ke]
//	              ▲ head          tail ▲     (both modulo len(buf))
type ring struct {
	limit      int
	buf        []byte
	head, tail uint64 // places of the oldest record and of the next one
	gone       uint64 // records that made room
}

// put appends r with the bytes kept of it and returns its place. A record that
// is larger than the whole ring keeps what fits.
func (g *ring) put(r record, kept []byte) uint64 {
	kept = kept[:max(0, min(len(kept), g.limit-header))]
	r.kept, r.room = uint32(len(kept)), uint32(len(kept))
	if !g.makeRoom(header + len(kept)) {
		g.gone++
		return g.tail
	}
	at := g.tail
	g.set(at, r)
	g.write(at+header, kept)
	g.tail += uint64(header + len(kept))
	return at
}

// extend lets the record at a place stand for n more bytes, or reports false
// when it is gone.
func (g *ring) extend(at uint64, now time.Duration, n int) bool {
	if !g.holds(at) {
		return false
	}
	r := g.at(at)
	r.total, r.last = r.total+uint64(n), now
	g.set(at, r)
	return true
}

// shorten takes the last n bytes of the record at a place away, if it is still there.
func (g *ring) shorten(at uint64, n int) {
	if !g.holds(at) {
		return
	}
	r := g.at(at)
	r.total -= min(uint64(n), r.total)
	r.kept = uint32(min(uint64(r.kept), r.total))
	g.set(at, r)
}

// snapshot copies all records, the oldest first.
func (g *ring) snapshot() []byte {
	b := make([]byte, g.tail-g.head)
	g.read(g.head, b)
	return b
}

// records reads a snapshot.
func records(b []byte) iter.Seq2[record, []byte] {
	return func(yield func(record, []byte) bool) {
		for len(b) >= header {
			r := unmarshal(b)
			kept := b[header : header+int(r.kept)]
			if !yield(r, kept) {
				return
			}
			b = b[header+int(r.room):]
		}
	}
}

// makeRoom grows the ring, then drops the oldest records, until n bytes fit.
func (g *ring) makeRoom(n int) bool {
	if n > g.limit {
		return false
	}
	for int(g.tail-g.head)+n > len(g.buf) {
		if len(g.buf) < g.limit {
			g.grow(n)
			continue
		}
		r := g.at(g.head)
		g.head += header + uint64(r.room)
		g.gone++
	}
	return true
}

func (g *ring) grow(n int) {
	all := g.snapshot()
	g.buf = make([]byte, min(g.limit, max(2*len(g.buf), n, 4<<10)))
	g.write(g.head, all)
}

func (g *ring) holds(place uint64) bool { return g.head <= place && place < g.tail }

func (g *ring) at(place uint64) record {
	var b [header]byte
	g.read(place, b[:])
	return unmarshal(b[:])
}

func (g *ring) set(place uint64, r record) {
	b := r.marshal()
	g.write(place, b[:])
}

func (g *ring) write(place uint64, p []byte) {
	if len(p) == 0 {
		return
	}
	i := int(place % uint64(len(g.buf)))
	copy(g.buf, p[copy(g.buf[i:], p):])
}

func (g *ring) read(place uint64, p []byte) {
	if len(p) == 0 {
		return
	}
	i := int(place % uint64(len(g.buf)))
	copy(p[copy(p, g.buf[i:]):], g.buf)
}
