package wire

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/net/http2/hpack"

	"github.com/msc-sim/msc-sim/sim"
)

// Frames as RFC 9113 §6 numbers them.
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	framePriority     = 0x2
	frameReset        = 0x3
	frameSettings     = 0x4
	frameContinuation = 0x9

	flagEndStream  = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20

	settingTableSize = 0x1
)

// Bounds of what is decoded; who exceeds them is shown up to there.
const (
	frameHead   = 9
	longestKept = 64 << 10 // of a frame that is no DATA
	longestList = 64 << 10 // of the fields of one message
	largestHPAC = 64 << 10 // of a table of header fields
)

// head is the head of a frame.
type head struct {
	kind, flags byte
	stream      uint32
	length      int
	raw         [frameHead]byte
}

func readHead(b [frameHead]byte) head {
	return head{
		kind: b[3], flags: b[4], length: int(b[0])<<16 | int(b[1])<<8 | int(b[2]),
		stream: binary.BigEndian.Uint32(b[5:]) &^ (1 << 31), raw: b,
	}
}

func (h head) has(flag byte) bool { return h.flags&flag != 0 }

var frameNames = [...]string{
	"DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION",
}

// shown is the frame as people read it.
func (h head) shown() sim.Frame {
	f := sim.Frame{Name: fmt.Sprintf("frame of type %d", h.kind), Size: frameHead + h.length}
	if int(h.kind) < len(frameNames) {
		f.Name = frameNames[h.kind]
	}
	var flags []string
	for _, w := range []struct {
		flag  byte
		name  string
		kinds string
	}{{flagEndStream, "END_STREAM", "\x00\x01"}, {flagEndHeaders, "END_HEADERS", "\x01\x09"}, {flagPadded, "PADDED", "\x00\x01"}, {flagPriority, "PRIORITY", "\x01"}} {
		if h.has(w.flag) && strings.IndexByte(w.kinds, h.kind) >= 0 {
			flags = append(flags, w.name)
		}
	}
	f.Flags = strings.Join(flags, ", ")
	return f
}

// frameReader reads one direction of a connection. Of DATA it hands on the
// payload as it comes; of other frames, when it is complete.
type frameReader struct {
	skip    int // of the preface
	buf     [frameHead]byte
	have    int
	open    bool
	head    head
	left    int    // payload that is still to come
	payload []byte // of a frame that is no DATA

	hpack  *hpack.Decoder
	fields []sim.Field // of the header block under way
	size   int         // of these
	block  head        // the HEADERS that began it; kind 0 = none
	broken bool        // nothing after this can be read
}

// begin makes r ready for a direction that begins with skip bytes of preface.
func (r *frameReader) begin(skip int) {
	r.skip, r.hpack = skip, hpack.NewDecoder(4096, r.field)
	r.hpack.SetMaxStringLength(longestList)
}

// field takes the next field of the header block under way.
func (r *frameReader) field(f hpack.HeaderField) {
	if r.size += int(f.Size()); r.size <= longestList {
		r.fields = append(r.fields, sim.Field{Name: f.Name, Value: f.Value})
	}
}

// begin is called with the head of each frame, data with payload of DATA, whole
// with the payload of any other.
type frameSink interface {
	begin(head)
	data(p []byte)
	whole(h head, payload []byte)
}

// read takes p apart.
func (r *frameReader) read(p []byte, to frameSink) {
	n := min(r.skip, len(p))
	r.skip -= n
	for p = p[n:]; len(p) > 0 && !r.broken; {
		if !r.open {
			n := copy(r.buf[r.have:], p)
			r.have, p = r.have+n, p[n:]
			if r.have < frameHead {
				return
			}
			r.head, r.have, r.open = readHead(r.buf), 0, true
			r.left, r.payload = r.head.length, r.payload[:0]
			r.broken = r.head.kind != frameData && r.left > longestKept
			to.begin(r.head)
		}
		piece := p[:min(r.left, len(p))]
		p, r.left = p[len(piece):], r.left-len(piece)
		if r.head.kind == frameData {
			to.data(piece)
		} else {
			r.payload = append(r.payload, piece...)
		}
		if r.left == 0 {
			r.open = false
			if r.head.kind != frameData && !r.broken {
				to.whole(r.head, r.payload)
			}
		}
	}
}

// unpad takes padding and priority off the payload of HEADERS or DATA.
func unpad(h head, p []byte) []byte {
	if h.has(flagPadded) && len(p) > 0 {
		n := int(p[0])
		p = p[1:]
		p = p[:max(0, len(p)-n)]
	}
	if h.kind == frameHeaders && h.has(flagPriority) {
		p = p[min(5, len(p)):]
	}
	return p
}

// headers takes a HEADERS or CONTINUATION frame. When the block is complete it
// returns the fields, which hold until the next frame, and the HEADERS frame that
// began it.
func (r *frameReader) headers(h head, payload []byte) (fields []sim.Field, first head, done bool) {
	if h.kind == frameHeaders {
		r.block, r.fields, r.size = h, r.fields[:0], 0
		payload = unpad(h, payload)
	}
	if r.block.stream != h.stream {
		r.broken = true
		return nil, head{}, false
	}
	if _, err := r.hpack.Write(payload); err != nil {
		r.broken = true
		return nil, head{}, false
	}
	if !h.has(flagEndHeaders) {
		return nil, head{}, false
	}
	r.broken = r.hpack.Close() != nil
	return r.fields, r.block, !r.broken
}

// settings obeys what the other side said about header tables.
func (r *frameReader) settings(payload []byte) {
	for ; len(payload) >= 6; payload = payload[6:] {
		if binary.BigEndian.Uint16(payload) == settingTableSize {
			r.hpack.SetAllowedMaxDynamicTableSize(min(binary.BigEndian.Uint32(payload[2:]), largestHPAC))
		}
	}
}
