package fault

import (
	"context"
	"math/rand/v2"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/sim"
)

// Corrupt changes one value inside a message: it arrives in good form and says
// something else, which no checksum of the wire finds.
//
//	{"cents": 3636} ──▶ {"cents": 36364} ──▶ payment
//
// A number has one of its lower bits turned, a text one of its letters.
type Corrupt struct {
	Direction Direction
	rand      *rand.Rand
}

func corrupt() Form {
	return Form{
		Word: "corrupt", About: "change one value in a message", Level: OnMessage, Unit: "message", Targets: onLink,
		Params:  counted(way("out", "out", "in")),
		Example: "inject order:payment corrupt first=1",
		make:    func(v values) Effect { return Corrupt{v.direction(), chance(v.seed(), ofEffect)} },
	}
}

// Meet changes the request before it leaves, or the answer before it is handed over.
func (f Corrupt) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	m := a.Message
	if f.Direction == Out {
		m = f.change(m, a)
		return a.Next(ctx, m)
	}
	reply, err := a.Next(ctx, m)
	if err != nil {
		a.Miss("there was no response to change")
		return reply, err
	}
	return f.change(reply, a), nil
}

func (Corrupt) effect() {}

// change returns m with another body; the old one may belong to others.
func (f Corrupt) change(m sim.Message, a Attempt) sim.Message {
	if m.Body == nil {
		a.Miss("the message was empty")
		return m
	}
	body := proto.Clone(m.Body)
	var spots []spot
	find(body.ProtoReflect(), "", &spots)
	if len(spots) == 0 {
		a.Miss("the message was empty")
		return m
	}
	s := spots[f.rand.IntN(len(spots))]
	s.in.Set(s.field, f.other(s.in.Get(s.field), s.field))
	a.Hit("changed " + s.path)
	m.Body = body
	return m
}

// spot is a value that can be changed.
type spot struct {
	in    protoreflect.Message
	field protoreflect.FieldDescriptor
	path  string // "amount.cents"
}

// find lists the numbers, texts and bytes that are set in m, in the order of its contract.
func find(m protoreflect.Message, path string, spots *[]spot) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !m.Has(f) || f.IsMap() {
			continue
		}
		at := path + string(f.Name())
		switch {
		case f.IsList() && f.Message() != nil:
			for j := range m.Get(f).List().Len() {
				find(m.Get(f).List().Get(j).Message(), at+".", spots)
			}
		case f.IsList():
		case f.Message() != nil:
			find(m.Get(f).Message(), at+".", spots)
		case changeable(f.Kind()):
			*spots = append(*spots, spot{m, f, at})
		}
	}
}

func changeable(k protoreflect.Kind) bool {
	switch k {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.BoolKind,
		protoreflect.Int32Kind, protoreflect.Int64Kind, protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		return true
	default:
		return false
	}
}

// other is a value of the same kind that is not v.
func (f Corrupt) other(v protoreflect.Value, d protoreflect.FieldDescriptor) protoreflect.Value {
	bit := uint64(1) << f.rand.IntN(8)
	switch d.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(f.letter(v.String()))
	case protoreflect.BytesKind:
		b := append([]byte(nil), v.Bytes()...)
		b[f.rand.IntN(len(b))] ^= byte(bit)
		return protoreflect.ValueOfBytes(b)
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(!v.Bool())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(v.Int()) ^ int32(bit))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(v.Int() ^ int64(bit))
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(uint32(v.Uint()) ^ uint32(bit))
	default:
		return protoreflect.ValueOfUint64(v.Uint() ^ bit)
	}
}

// letter replaces one letter of s by the next one of the alphabet.
func (f Corrupt) letter(s string) string {
	r := []rune(s)
	i := f.rand.IntN(len(r))
	switch c := r[i]; {
	case c == 'z', c == 'Z', c == '9':
		r[i] = c - 1
	case c >= '0' && c < '9', c >= 'a' && c < 'z', c >= 'A' && c < 'Z':
		r[i] = c + 1
	default:
		r[i] = 'x'
	}
	if string(r) == s {
		r[i] = 'y'
	}
	return string(r)
}
