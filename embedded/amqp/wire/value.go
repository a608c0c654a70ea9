package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Reader takes values from a payload, one after another. The first error stays,
// and everything after it is zero. It keeps nothing of the payload but what Raw
// returns.
type Reader struct {
	b     []byte
	err   error
	depth int
}

// Read makes a Reader of b.
func Read(b []byte) *Reader { return &Reader{b: b} }

// Err is the first thing that went wrong: [io.ErrUnexpectedEOF] when the payload
// was too short.
func (r *Reader) Err() error { return r.err }

// Rest is what was not read yet.
func (r *Reader) Rest() []byte { return r.b }

func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

// Raw takes n bytes; they belong to the payload. nil when there are fewer.
func (r *Reader) Raw(n int) []byte {
	if n < 0 || len(r.b) < n {
		r.fail(io.ErrUnexpectedEOF)
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

// U8, U16, U32 and U64 take a number.
func (r *Reader) U8() uint8 {
	if v := r.Raw(1); v != nil {
		return v[0]
	}
	return 0
}

func (r *Reader) U16() uint16 {
	if v := r.Raw(2); v != nil {
		return binary.BigEndian.Uint16(v)
	}
	return 0
}

func (r *Reader) U32() uint32 {
	if v := r.Raw(4); v != nil {
		return binary.BigEndian.Uint32(v)
	}
	return 0
}

func (r *Reader) U64() uint64 {
	if v := r.Raw(8); v != nil {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

// Short takes a text of up to 255 bytes.
func (r *Reader) Short() string { return string(r.Raw(int(r.U8()))) }

// Long takes a text of any length.
func (r *Reader) Long() string { return string(r.long()) }

func (r *Reader) long() []byte {
	n := r.U32()
	if uint64(n) > uint64(len(r.b)) {
		r.fail(io.ErrUnexpectedEOF)
		return nil
	}
	return r.Raw(int(n))
}

// Bits takes one octet of flags.
func (r *Reader) Bits() Bits { return Bits(r.U8()) }

// Bits are up to eight flags of a method; the first is the lowest.
type Bits uint8

// Has reports whether flag n, counted from 0, is set.
func (b Bits) Has(n int) bool { return b&(1<<n) != 0 }

// Flags packs bits as they stand in a method.
func Flags(bits ...bool) uint8 {
	var b uint8
	for i, set := range bits {
		if set {
			b |= 1 << i
		}
	}
	return b
}

// Writer appends values to B. Its methods return it, so that a method reads as
// one line.
type Writer struct{ B []byte }

func (w *Writer) U8(v uint8) *Writer   { w.B = append(w.B, v); return w }
func (w *Writer) U16(v uint16) *Writer { w.B = binary.BigEndian.AppendUint16(w.B, v); return w }
func (w *Writer) U32(v uint32) *Writer { w.B = binary.BigEndian.AppendUint32(w.B, v); return w }
func (w *Writer) U64(v uint64) *Writer { w.B = binary.BigEndian.AppendUint64(w.B, v); return w }

// Short appends a text; what is beyond 255 bytes is cut off.
func (w *Writer) Short(s string) *Writer {
	s = s[:min(len(s), 255)]
	w.U8(uint8(len(s)))
	w.B = append(w.B, s...)
	return w
}

// Long appends a text of any length.
func (w *Writer) Long(s string) *Writer {
	w.U32(uint32(len(s)))
	w.B = append(w.B, s...)
	return w
}

// Bool appends a flag of its own.
func (w *Writer) Bool(v bool) *Writer { return w.U8(Flags(v)) }

// maxDepth bounds tables in tables.
const maxDepth = 32

var errDepth = errors.New("tables are nested too deeply")

func errKind(k uint8) error { return fmt.Errorf("%q is no type of field", k) }
