package contract_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/contract/internal/library"
)

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var kinds = &library.Kinds{
	Text: "a \"b\" ü", Flag: true, Raw: []byte{1, 0xfe}, Colour: library.Kinds_RED,
	I32: -1, S32: -2, Sf32: -3, I64: -4, S64: -5, Sf64: -6, U32: 7, F32: 8, U64: math.MaxUint64, F64: 10,
	Single: 0.5, Double: -0.25, Many: []int32{1, -2, 300},
	Inner: &library.Kinds{Text: "x"}, Named: map[string]string{"k": "v"},
}

func TestFieldsByName(t *testing.T) {
	type row struct{ Name, Wire, Value string }
	var got []row
	fields, rest := contract.Fields(marshal(t, kinds), kinds.ProtoReflect().Descriptor())
	for _, f := range fields {
		got = append(got, row{f.Name, f.Wire, f.Value})
	}
	want := []row{
		{"text", "len", `"a \"b\" ü"`},
		{"flag", "varint", "true"},
		{"raw", "len", "0x01fe"},
		{"colour", "varint", "RED"},
		{"i32", "varint", "-1"},
		{"s32", "varint", "-2"},
		{"sf32", "i32", "-3"},
		{"i64", "varint", "-4"},
		{"s64", "varint", "-5"},
		{"sf64", "i64", "-6"},
		{"u32", "varint", "7"},
		{"f32", "i32", "8"},
		{"u64", "varint", "18446744073709551615"},
		{"f64", "i64", "10"},
		{"single", "i32", "0.5"},
		{"double", "i64", "-0.25"},
		{"many", "len", "[1, -2, 300]"},
		{"inner", "len", "Kinds"},
		{"named", "len", "NamedEntry"},
	}
	if d := cmp.Diff(want, got); d != "" || len(rest) != 0 {
		t.Errorf("rest %x (-want +got):\n%s", rest, d)
	}
	if len(fields[17].Children) != 1 || fields[17].Children[0].Name != "text" || len(fields[18].Children) != 2 {
		t.Errorf("inner has %v, named has %v", fields[17].Children, fields[18].Children)
	}
}

func TestFieldsWithoutContract(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		want      []contract.Field
		rest      string
	}{
		{"the example of the documentation", "\x08\x96\x01", []contract.Field{{Number: 1, Wire: "varint", Value: "150"}}, ""},
		{"text", "\x12\x07testing", []contract.Field{{Number: 2, Wire: "len", Value: `"testing"`}}, ""},
		{"a message", "\x1a\x03\x08\x96\x01", []contract.Field{{Number: 3, Wire: "len", Children: []contract.Field{{Number: 1, Wire: "varint", Value: "150"}}}}, ""},
		{"neither", "\x1a\x02\xff\xff", []contract.Field{{Number: 3, Wire: "len", Value: "0xffff"}}, ""},
		{"an escape sequence", "\x12\x05\x1b[31m", []contract.Field{{Number: 2, Wire: "len", Value: "0x1b5b33316d"}}, ""},
		{"nothing", "", nil, ""},
		{"empty text", "\x12\x00", []contract.Field{{Number: 2, Wire: "len", Value: `""`}}, ""},
		{"fixed", "\x0d\x01\x00\x00\x00\x11\x02\x00\x00\x00\x00\x00\x00\x00", []contract.Field{{Number: 1, Wire: "i32", Value: "1"}, {Number: 2, Wire: "i64", Value: "2"}}, ""},
		{"a group", "\x0b\x10\x05\x0c", []contract.Field{{Number: 1, Wire: "group", Children: []contract.Field{{Number: 2, Wire: "varint", Value: "5"}}}}, ""},
		{"cut", "\x08\x01\x12\x07test", []contract.Field{{Number: 1, Wire: "varint", Value: "1"}}, "\x12\x07test"},
		{"no protobuf", "{}", nil, "{}"},
	} {
		got, rest := contract.Fields([]byte(tt.raw), nil)
		if d := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(contract.Field{}, "Raw")); d != "" || string(rest) != tt.rest {
			t.Errorf("%s: rest %q (-want +got):\n%s", tt.name, rest, d)
		}
		raw := ""
		for _, f := range got {
			raw += string(f.Raw)
		}
		if raw+string(rest) != tt.raw {
			t.Errorf("%s: %q and %q are not all of %q", tt.name, raw, rest, tt.raw)
		}
	}
}

// A field that is written in another way than the contract says is not named.
func TestFieldsOfAnotherContract(t *testing.T) {
	got, _ := contract.Fields([]byte("\x08\x01\x12\x01x"), (&library.Book{}).ProtoReflect().Descriptor())
	if got[0].Name != "" || got[0].Value != "1" || got[1].Name != "title" {
		t.Errorf("got %v", got)
	}
}

func TestSplit(t *testing.T) {
	got := contract.Split([]byte("\x00\x00\x00\x00\x03\x08\x96\x01\x01\x00\x00\x00\x09cut\x00"))
	want := []contract.Framed{{Size: 3, Body: []byte("\x08\x96\x01")}, {Compressed: true, Size: 9, Body: []byte("cut\x00")}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if contract.Split([]byte("\x00\x00")) != nil {
		t.Error("a head that was cut is a message")
	}
}

// Whatever comes is taken apart without a panic, completely, and within bounds.
func FuzzFields(f *testing.F) {
	f.Add(marshal(f, kinds), true)
	f.Add([]byte("\x08\x96\x01\x1a\x03\x08\x96\x01"), false)
	f.Add([]byte(strings.Repeat("\x0b", 99)+strings.Repeat("\x0c", 99)), false)
	f.Add([]byte(strings.Repeat("\x08\x01", 2000)), true)
	f.Fuzz(func(t *testing.T, raw []byte, known bool) {
		var desc protoreflect.MessageDescriptor
		if known {
			desc = kinds.ProtoReflect().Descriptor()
		}
		fields, rest := contract.Fields(raw, desc)
		size, n := len(rest), 0
		for _, x := range fields {
			size += len(x.Raw)
		}
		var count func([]contract.Field)
		count = func(all []contract.Field) {
			for _, x := range all {
				n++
				if len(x.Value) > 4096 {
					t.Errorf("a value of %d bytes", len(x.Value))
				}
				count(x.Children)
			}
		}
		count(fields)
		if size != len(raw) || n > 1000 {
			t.Errorf("%d bytes of %d, %d fields", size, len(raw), n)
		}
	})
}
