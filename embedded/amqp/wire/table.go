package wire

import (
	"maps"
	"math"
	"slices"
	"time"
)

// Table is a field table. Its values are
//
//	t bool    b int8   B uint8   s int16   u uint16   I int32   i uint32   l int64   L uint64
//	f float32 d float64   D Decimal   S string   x []byte   T time.Time (seconds)
//	F Table   A []any     V nil
type Table map[string]any

// Decimal is Value divided by ten to the power of Scale.
type Decimal struct {
	Scale uint8
	Value int32
}

// Table takes a field table. It is never nil. Of two fields with one name, the
// last one counts.
func (r *Reader) Table() Table {
	in := r.inside()
	t := Table{}
	for len(in.b) > 0 {
		key := in.Short()
		v := in.field()
		if in.err == nil {
			t[key] = v
		}
	}
	r.leave(in)
	return t
}

// inside reads what has its own length, a level deeper.
func (r *Reader) inside() *Reader {
	in := &Reader{b: r.long(), depth: r.depth + 1}
	if in.depth > maxDepth {
		in.fail(errDepth)
	}
	return in
}

func (r *Reader) leave(in *Reader) {
	if in.err != nil {
		r.fail(in.err)
	}
}

func (r *Reader) array() []any {
	in := r.inside()
	a := []any{}
	for len(in.b) > 0 {
		a = append(a, in.field())
	}
	r.leave(in)
	return a
}

func (r *Reader) field() any {
	switch kind := r.U8(); kind {
	case 't':
		return r.U8() != 0
	case 'b':
		return int8(r.U8())
	case 'B':
		return r.U8()
	case 's':
		return int16(r.U16())
	case 'u':
		return r.U16()
	case 'I':
		return int32(r.U32())
	case 'i':
		return r.U32()
	case 'l':
		return int64(r.U64())
	case 'L':
		return r.U64()
	case 'f':
		return math.Float32frombits(r.U32())
	case 'd':
		return math.Float64frombits(r.U64())
	case 'D':
		return Decimal{Scale: r.U8(), Value: int32(r.U32())}
	case 'S':
		return r.Long()
	case 'x':
		return slices.Clone(r.long())
	case 'T':
		return time.Unix(int64(r.U64()), 0).UTC()
	case 'F':
		return r.Table()
	case 'A':
		return r.array()
	case 'V':
		return nil
	default:
		r.fail(errKind(kind))
		return nil
	}
}

// Table appends a field table, its fields by name. A value of a type that no
// table has becomes V.
func (w *Writer) Table(t Table) *Writer {
	at := w.open()
	for _, key := range slices.Sorted(maps.Keys(t)) {
		w.Short(key).field(t[key])
	}
	return w.shut(at)
}

// open and shut surround what is preceded by its length.
func (w *Writer) open() int {
	w.U32(0)
	return len(w.B)
}

func (w *Writer) shut(at int) *Writer {
	var n Writer
	n.U32(uint32(len(w.B) - at))
	copy(w.B[at-4:], n.B)
	return w
}

func (w *Writer) field(v any) *Writer {
	switch v := v.(type) {
	case bool:
		return w.U8('t').Bool(v)
	case int8:
		return w.U8('b').U8(uint8(v))
	case uint8:
		return w.U8('B').U8(v)
	case int16:
		return w.U8('s').U16(uint16(v))
	case uint16:
		return w.U8('u').U16(v)
	case int32:
		return w.U8('I').U32(uint32(v))
	case uint32:
		return w.U8('i').U32(v)
	case int64:
		return w.U8('l').U64(uint64(v))
	case uint64:
		return w.U8('L').U64(v)
	case float32:
		return w.U8('f').U32(math.Float32bits(v))
	case float64:
		return w.U8('d').U64(math.Float64bits(v))
	case Decimal:
		return w.U8('D').U8(v.Scale).U32(uint32(v.Value))
	case string:
		return w.U8('S').Long(v)
	case []byte:
		return w.U8('x').Long(string(v))
	case time.Time:
		return w.U8('T').U64(uint64(v.Unix()))
	case Table:
		return w.U8('F').Table(v)
	case []any:
		at := w.U8('A').open()
		for _, e := range v {
			w.field(e)
		}
		return w.shut(at)
	default:
		return w.U8('V')
	}
}

// Int is a number of a table, whatever its width; ok is false when it is none.
func (t Table) Int(key string) (n int64, ok bool) {
	switch v := t[key].(type) {
	case int8:
		return int64(v), true
	case uint8:
		return int64(v), true
	case int16:
		return int64(v), true
	case uint16:
		return int64(v), true
	case int32:
		return int64(v), true
	case uint32:
		return int64(v), true
	case int64:
		return v, true
	case uint64:
		return int64(v), v <= math.MaxInt64
	default:
		return 0, false
	}
}

// Text is a text of a table; ok is false when it is none.
func (t Table) Text(key string) (s string, ok bool) {
	s, ok = t[key].(string)
	return s, ok
}
