package rest

import (
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// read reads JSON into m, which is empty. Fields that m does not know are an
// error, unless they are to be ignored. Errors are protojson's: what is not
// plain and right is given to it from the beginning.
func (c *codec) read(b []byte, m proto.Message, ignoreUnknown bool) error {
	r := reader{c: c, b: b}
	if r.message(m.ProtoReflect()) && r.end() {
		return nil
	}
	proto.Reset(m)
	return protojson.UnmarshalOptions{DiscardUnknown: ignoreUnknown}.Unmarshal(b, m)
}

// maxDepth bounds how deep a plain message may be.
const maxDepth = 32

// reader goes through JSON once. Its methods report false for whatever is not
// plain; they need not say why.
type reader struct {
	c     *codec
	b     []byte
	at    int
	depth int
}

// next steps over white space, and over want if it comes next.
func (r *reader) next(want byte) bool {
	for r.at < len(r.b) {
		switch c := r.b[r.at]; {
		case c == want:
			r.at++
			return true
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			r.at++
		default:
			return false
		}
	}
	return false
}

// end reports whether nothing but white space is left.
func (r *reader) end() bool {
	r.next(0)
	return r.at == len(r.b)
}

func (r *reader) message(m protoreflect.Message) bool {
	p := r.c.planOf(m.Descriptor())
	r.depth++
	if p.asIs || p.oneof || r.depth > maxDepth || !r.next('{') {
		return false
	}
	defer func() { r.depth-- }()
	if r.next('}') {
		return true
	}
	var seen uint64
	for {
		name, ok := r.text()
		i, known := p.byName[string(name)]
		if !ok || !known || seen&(1<<i) != 0 || !r.next(':') || !r.field(m, &p.fields[i]) {
			return false
		}
		seen |= 1 << i
		if !r.next(',') {
			return r.next('}')
		}
	}
}

func (r *reader) field(m protoreflect.Message, f *plannedField) bool {
	switch {
	case f.list:
		return r.list(m.Mutable(f.FieldDescriptor).List(), f)
	case f.kind == protoreflect.MessageKind:
		return r.message(m.Mutable(f.FieldDescriptor).Message())
	}
	v, ok := r.scalar(f)
	if ok {
		m.Set(f.FieldDescriptor, v)
	}
	return ok
}

func (r *reader) list(l protoreflect.List, f *plannedField) bool {
	if !r.next('[') {
		return false
	}
	if r.next(']') {
		return true
	}
	for {
		if f.kind == protoreflect.MessageKind {
			if !r.message(l.AppendMutable().Message()) {
				return false
			}
		} else {
			v, ok := r.scalar(f)
			if !ok {
				return false
			}
			l.Append(v)
		}
		if !r.next(',') {
			return r.next(']')
		}
	}
}

func (r *reader) scalar(f *plannedField) (v protoreflect.Value, ok bool) {
	switch f.kind {
	case protoreflect.StringKind:
		text, ok := r.text()
		return protoreflect.ValueOfString(string(text)), ok
	case protoreflect.BoolKind:
		return r.boolean()
	case protoreflect.EnumKind:
		text, ok := r.text()
		e := f.Enum().Values().ByName(protoreflect.Name(text))
		if !ok || e == nil {
			return v, false
		}
		return protoreflect.ValueOfEnum(e.Number()), true
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, err := strconv.ParseInt(r.digits(), 10, 32)
		return protoreflect.ValueOfInt32(int32(n)), err == nil
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		n, err := strconv.ParseInt(r.digits(), 10, 64)
		return protoreflect.ValueOfInt64(n), err == nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		n, err := strconv.ParseUint(r.digits(), 10, 32)
		return protoreflect.ValueOfUint32(uint32(n)), err == nil
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		n, err := strconv.ParseUint(r.digits(), 10, 64)
		return protoreflect.ValueOfUint64(n), err == nil
	}
	return v, false // bytes
}

// text reads a string without escapes.
func (r *reader) text() ([]byte, bool) {
	if !r.next('"') {
		return nil, false
	}
	from, ascii := r.at, true
	for ; r.at < len(r.b); r.at++ {
		switch c := r.b[r.at]; {
		case c == '"':
			text := r.b[from:r.at]
			r.at++
			return text, ascii || utf8.Valid(text)
		case c == '\\' || c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

func (r *reader) boolean() (v protoreflect.Value, ok bool) {
	r.next(0)
	for _, is := range []bool{true, false} {
		word := strconv.FormatBool(is)
		if rest := r.b[r.at:]; len(rest) >= len(word) && string(rest[:len(word)]) == word {
			r.at += len(word)
			return protoreflect.ValueOfBool(is), true
		}
	}
	return v, false
}

// digits reads a whole number, in quotes or not; "" when it is written in any
// other way.
func (r *reader) digits() string {
	quoted := r.next('"')
	from := r.at
	if r.at < len(r.b) && r.b[r.at] == '-' {
		r.at++
	}
	first := r.at
	for r.at < len(r.b) && r.b[r.at] >= '0' && r.b[r.at] <= '9' {
		r.at++
	}
	text := r.b[from:r.at]
	leadingZero := r.at-first > 1 && r.b[first] == '0'
	if leadingZero || quoted && (r.at == len(r.b) || r.b[r.at] != '"') {
		return ""
	}
	if quoted {
		r.at++
	}
	return string(text)
}
