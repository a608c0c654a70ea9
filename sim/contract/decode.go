package contract

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Field is one field of a protobuf message as it crossed. The bytes 08 96 01
// are field 1, varint, 150; only the contract knows that it is called quantity.
type Field struct {
	Number   int
	Name     string // as the contract has it; "" when it has none, or there is no contract
	Wire     string // how it is written: varint, i64, len, group, i32 (protobuf.dev/programming-guides/encoding)
	Value    string // as people read it; of a field that has fields, their message's name if it is known
	Raw      []byte // every byte of it, tag included
	Children []Field
}

// Bounds of what is decoded. What exceeds them is shown as bytes.
const (
	mostDepth  = 16
	mostFields = 1000
	mostText   = 256 // of one value, in bytes
)

// Fields takes raw apart, with the contract of the message or, when desc is nil,
// without: then bytes are read as text if they could be, else as a message if
// they are one, else in hexadecimal. Rest is what could not be read: the
// end of a message that was cut, or no protobuf at all. Fields refer to raw.
func Fields(raw []byte, desc protoreflect.MessageDescriptor) (fields []Field, rest []byte) {
	left := mostFields
	return fieldsIn(raw, desc, mostDepth, &left)
}

func fieldsIn(raw []byte, desc protoreflect.MessageDescriptor, depth int, left *int) (fields []Field, rest []byte) {
	for len(raw) > 0 && *left > 0 {
		number, kind, tag := protowire.ConsumeTag(raw)
		if tag < 0 {
			return fields, raw
		}
		size := protowire.ConsumeFieldValue(number, kind, raw[tag:])
		if size < 0 {
			return fields, raw
		}
		*left--
		f := Field{Number: int(number), Raw: raw[:tag+size], Wire: wires[kind]}
		f.read(known(desc, number, kind), kind, raw[tag:tag+size], depth, left)
		fields, raw = append(fields, f), raw[tag+size:]
	}
	return fields, raw
}

var wires = map[protowire.Type]string{
	protowire.VarintType: "varint", protowire.Fixed64Type: "i64", protowire.BytesType: "len",
	protowire.StartGroupType: "group", protowire.Fixed32Type: "i32",
}

// known finds the field that a contract gives a number, if it can be written so.
func known(desc protoreflect.MessageDescriptor, number protowire.Number, kind protowire.Type) protoreflect.FieldDescriptor {
	if desc == nil {
		return nil
	}
	f := desc.Fields().ByNumber(number)
	if f == nil || kind != wireOf(f.Kind()) && !(kind == protowire.BytesType && f.IsList()) {
		return nil
	}
	return f
}

func wireOf(k protoreflect.Kind) protowire.Type {
	switch k {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	default:
		return protowire.VarintType
	}
}

// read fills in name and value from what follows the tag.
func (f *Field) read(known protoreflect.FieldDescriptor, kind protowire.Type, v []byte, depth int, left *int) {
	if known != nil {
		f.Name = string(known.Name())
	}
	switch kind {
	case protowire.VarintType:
		n, _ := protowire.ConsumeVarint(v)
		f.Value = varint(known, n)
	case protowire.Fixed32Type:
		n, _ := protowire.ConsumeFixed32(v)
		f.Value = fixed32(known, n)
	case protowire.Fixed64Type:
		n, _ := protowire.ConsumeFixed64(v)
		f.Value = fixed64(known, n)
	case protowire.BytesType:
		b, _ := protowire.ConsumeBytes(v)
		f.readBytes(known, b, depth, left)
	case protowire.StartGroupType:
		b, _ := protowire.ConsumeGroup(protowire.Number(f.Number), v)
		f.readMessage(known, b, depth, left)
	}
}

// readBytes reads a field of any length: text, bytes, a message, or a packed list.
func (f *Field) readBytes(known protoreflect.FieldDescriptor, b []byte, depth int, left *int) {
	switch {
	case known == nil:
		if !readable(b) && f.readMessage(nil, b, depth, left) {
			return
		}
		f.Value = text(b)
	case known.Kind() == protoreflect.MessageKind:
		if !f.readMessage(known, b, depth, left) {
			f.Value = text(b)
		}
	case known.Kind() == protoreflect.StringKind:
		f.Value = text(b)
	case known.Kind() == protoreflect.BytesKind:
		f.Value = hexadecimal(b)
	default:
		f.Value = packed(known, b)
	}
}

// readMessage reads b as a message, if it is one to its end.
func (f *Field) readMessage(known protoreflect.FieldDescriptor, b []byte, depth int, left *int) bool {
	var desc protoreflect.MessageDescriptor
	if known != nil {
		desc = known.Message()
		f.Value = string(desc.Name())
	}
	if depth == 0 {
		return false
	}
	budget := *left
	children, rest := fieldsIn(b, desc, depth-1, &budget)
	if len(rest) > 0 {
		return false
	}
	f.Children, *left = children, budget
	return true
}

func varint(f protoreflect.FieldDescriptor, n uint64) string {
	if f == nil {
		return strconv.FormatUint(n, 10)
	}
	switch f.Kind() {
	case protoreflect.BoolKind:
		return strconv.FormatBool(n != 0)
	case protoreflect.EnumKind:
		return format(f, protoreflect.ValueOfEnum(protoreflect.EnumNumber(int32(n))))
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		return strconv.FormatInt(protowire.DecodeZigZag(n), 10)
	case protoreflect.Int32Kind:
		return strconv.FormatInt(int64(int32(n)), 10)
	case protoreflect.Int64Kind:
		return strconv.FormatInt(int64(n), 10)
	case protoreflect.Uint32Kind:
		return strconv.FormatUint(uint64(uint32(n)), 10)
	default:
		return strconv.FormatUint(n, 10)
	}
}

func fixed32(f protoreflect.FieldDescriptor, n uint32) string {
	switch {
	case f != nil && f.Kind() == protoreflect.FloatKind:
		return strconv.FormatFloat(float64(math.Float32frombits(n)), 'g', -1, 32)
	case f != nil && f.Kind() == protoreflect.Sfixed32Kind:
		return strconv.FormatInt(int64(int32(n)), 10)
	default:
		return strconv.FormatUint(uint64(n), 10)
	}
}

func fixed64(f protoreflect.FieldDescriptor, n uint64) string {
	switch {
	case f != nil && f.Kind() == protoreflect.DoubleKind:
		return strconv.FormatFloat(math.Float64frombits(n), 'g', -1, 64)
	case f != nil && f.Kind() == protoreflect.Sfixed64Kind:
		return strconv.FormatInt(int64(n), 10)
	default:
		return strconv.FormatUint(n, 10)
	}
}

// packed reads a list of numbers that stands in one field.
func packed(f protoreflect.FieldDescriptor, b []byte) string {
	s := "["
	for len(b) > 0 && len(s) < mostText {
		if len(s) > 1 {
			s += ", "
		}
		n := 0
		switch wireOf(f.Kind()) {
		case protowire.Fixed32Type:
			if n = 4; len(b) >= n {
				s += fixed32(f, binary.LittleEndian.Uint32(b))
			}
		case protowire.Fixed64Type:
			if n = 8; len(b) >= n {
				s += fixed64(f, binary.LittleEndian.Uint64(b))
			}
		default:
			var v uint64
			v, n = protowire.ConsumeVarint(b)
			s += varint(f, v)
		}
		if n < 0 || n > len(b) {
			return hexadecimal(b)
		}
		b = b[n:]
	}
	if len(b) > 0 {
		s += "…"
	}
	return s + "]"
}

// readable reports whether bytes without a contract are most likely text.
func readable(b []byte) bool {
	for s := b; len(s) > 0; {
		r, n := utf8.DecodeRune(s)
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) && r != '\n' && r != '\t' {
			return false
		}
		s = s[n:]
	}
	return true
}

func text(b []byte) string {
	if !utf8.Valid(b) || len(b) > 0 && !readable(b) {
		return hexadecimal(b)
	}
	if len(b) > mostText {
		return strconv.Quote(string(b[:mostText])) + "…"
	}
	return strconv.Quote(string(b))
}

func hexadecimal(b []byte) string {
	if len(b) > mostText/2 {
		return "0x" + hex.EncodeToString(b[:mostText/2]) + "…"
	}
	return "0x" + hex.EncodeToString(b)
}

// Framed is one message of a gRPC stream with the 5 bytes before it.
type Framed struct {
	Compressed bool
	Size       int    // as announced, without the 5 bytes
	Body       []byte // shorter than Size when it was cut
}

// Split takes the body of a gRPC call apart into its messages. What is left over
// when fewer than 5 bytes remain is dropped.
func Split(body []byte) (all []Framed) {
	for len(body) >= 5 {
		f := Framed{Compressed: body[0]&1 == 1, Size: int(binary.BigEndian.Uint32(body[1:5]))}
		body = body[5:]
		f.Body = body[:min(f.Size, len(body))]
		body = body[len(f.Body):]
		all = append(all, f)
	}
	return all
}
