package rest

import (
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/sim"
)

// codec turns protobuf messages into JSON and back: the names of the contract,
// fields in the order of the contract, no white space. Equal messages have equal
// bytes everywhere, which is what ETags and byte counts are made from; protojson
// adds white space on purpose, differently in every build.
//
// It writes and reads exactly what protojson does (fuzz tests hold it to that),
// in a third of the time, because it looks at each message type only once. What
// is not plain is left to protojson: maps, floating point numbers, extensions,
// Google's own types, and in reading everything that is not as we write it.
//
// The zero value works; many goroutines may use it.
type codec struct {
	plans sync.Map // protoreflect.MessageDescriptor → *plan
}

// plan is what there is to know about messages of one type.
type plan struct {
	fields []plannedField
	byName map[string]int // place in fields, by both spellings
	asIs   bool           // leave it to protojson
	oneof  bool           // leave reading it to protojson
}

type plannedField struct {
	protoreflect.FieldDescriptor
	kind     protoreflect.Kind
	name     string // `"quantity":`
	list     bool
	presence bool // can be missing, as opposed to zero
}

func (c *codec) planOf(d protoreflect.MessageDescriptor) *plan {
	if p, ok := c.plans.Load(d); ok {
		return p.(*plan)
	}
	n := d.Fields().Len()
	p := &plan{
		byName: make(map[string]int, 2*n),
		asIs:   d.ExtensionRanges().Len() > 0 || n > 64 || strings.HasPrefix(string(d.FullName()), "google.protobuf."),
	}
	for i := range n {
		f := d.Fields().Get(i)
		p.asIs = p.asIs || f.IsMap() || f.Cardinality() == protoreflect.Required || !plainKind(f)
		p.oneof = p.oneof || f.ContainingOneof() != nil && !f.ContainingOneof().IsSynthetic()
		p.byName[f.TextName()], p.byName[f.JSONName()] = i, i
		p.fields = append(p.fields, plannedField{
			f, f.Kind(), `"` + f.TextName() + `":`, f.IsList(),
			f.HasPresence() || f.ContainingOneof() != nil,
		})
	}
	c.plans.Store(d, p)
	return p
}

func plainKind(f protoreflect.FieldDescriptor) bool {
	switch f.Kind() {
	case protoreflect.FloatKind, protoreflect.DoubleKind, protoreflect.GroupKind:
		return false
	case protoreflect.EnumKind:
		return f.Enum().FullName() != "google.protobuf.NullValue"
	}
	return true
}

// appendTo writes m behind b. With zeros it writes every plain field even when
// it is zero: "available":0 is worth reading, and an answer always has the same
// shape. What can be missing is never written as null.
func (c *codec) appendTo(b []byte, m proto.Message, zeros bool) ([]byte, error) {
	return c.message(b, m.ProtoReflect(), zeros)
}

func (c *codec) message(b []byte, m protoreflect.Message, zeros bool) ([]byte, error) {
	p := c.planOf(m.Descriptor())
	if p.asIs {
		n := len(b)
		b, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: zeros}.MarshalAppend(b, m.Interface())
		return append(b[:n], compact(b[n:])...), err
	}
	b = append(b, '{')
	first := true
	for i := range p.fields {
		f := &p.fields[i]
		if !m.Has(f.FieldDescriptor) && (!zeros || f.presence) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		var err error
		if b, err = c.field(append(b, f.name...), f, m.Get(f.FieldDescriptor), zeros); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func (c *codec) field(b []byte, f *plannedField, v protoreflect.Value, zeros bool) (_ []byte, err error) {
	if !f.list {
		return c.value(b, f, v, zeros)
	}
	b = append(b, '[')
	list := v.List()
	for i := range list.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = c.value(b, f, list.Get(i), zeros); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func (c *codec) value(b []byte, f *plannedField, v protoreflect.Value, zeros bool) ([]byte, error) {
	switch f.kind {
	case protoreflect.MessageKind:
		return c.message(b, v.Message(), zeros)
	case protoreflect.StringKind:
		if s := v.String(); utf8.ValidString(s) {
			return appendString(b, s), nil
		}
		return b, sim.Errorf(sim.Internal, "%s is not UTF-8", f.FullName())
	case protoreflect.BoolKind:
		return strconv.AppendBool(b, v.Bool()), nil
	case protoreflect.BytesKind:
		return append(base64.StdEncoding.AppendEncode(append(b, '"'), v.Bytes()), '"'), nil
	case protoreflect.EnumKind:
		return appendEnum(b, f.Enum(), v.Enum()), nil
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return strconv.AppendUint(b, v.Uint(), 10), nil
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind: // 64 bits do not fit into a JSON number everywhere
		return append(strconv.AppendUint(append(b, '"'), v.Uint(), 10), '"'), nil
	default:
		return append(strconv.AppendInt(append(b, '"'), v.Int(), 10), '"'), nil
	}
}

func appendEnum(b []byte, d protoreflect.EnumDescriptor, n protoreflect.EnumNumber) []byte {
	if v := d.Values().ByNumber(n); v != nil {
		return append(append(append(b, '"'), v.Name()...), '"')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// appendString writes s, valid UTF-8, as JSON (RFC 8259 §7).
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch short := strings.IndexByte("\b\f\n\r\t", c); {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case short >= 0:
			b = append(b, '\\', "bfnrt"[short])
		default:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}
