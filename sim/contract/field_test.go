package contract_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/contract/internal/library"
)

func TestSetThenGet(t *testing.T) {
	for _, tt := range []struct {
		path, text string
		want       *library.Kinds
	}{
		{"text", "a b", &library.Kinds{Text: "a b"}},
		{"flag", "true", &library.Kinds{Flag: true}},
		{"raw", "AP8=", &library.Kinds{Raw: []byte{0, 255}}},
		{"colour", "RED", &library.Kinds{Colour: library.Kinds_RED}},
		{"i32", "-2147483648", &library.Kinds{I32: math.MinInt32}},
		{"s32", "-1", &library.Kinds{S32: -1}},
		{"sf32", "2147483647", &library.Kinds{Sf32: math.MaxInt32}},
		{"i64", "9223372036854775807", &library.Kinds{I64: math.MaxInt64}},
		{"s64", "-5", &library.Kinds{S64: -5}},
		{"sf64", "5", &library.Kinds{Sf64: 5}},
		{"u32", "4294967295", &library.Kinds{U32: math.MaxUint32}},
		{"f32", "7", &library.Kinds{F32: 7}},
		{"u64", "18446744073709551615", &library.Kinds{U64: math.MaxUint64}},
		{"f64", "7", &library.Kinds{F64: 7}},
		{"single", "0.1", &library.Kinds{Single: 0.1}},
		{"double", "-2.5e+100", &library.Kinds{Double: -2.5e100}},
		{"inner.inner.i32", "3", &library.Kinds{Inner: &library.Kinds{Inner: &library.Kinds{I32: 3}}}},
	} {
		got := &library.Kinds{}
		if err := contract.Set(got, tt.path, tt.text); err != nil {
			t.Errorf("Set(%s, %q): %v", tt.path, tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got, protocmp.Transform()); diff != "" {
			t.Errorf("Set(%s, %q) (-want +got):\n%s", tt.path, tt.text, diff)
		}
		if back, err := contract.Get(got, tt.path); back != tt.text || err != nil {
			t.Errorf("Get(%s) = %q, %v; want %q", tt.path, back, err, tt.text)
		}
	}
}

func TestSetRefuses(t *testing.T) {
	for _, tt := range []struct{ path, text, want string }{
		{"flag", "yes", `flag: "yes" is neither true nor false`},
		{"raw", "?", `raw: "?" is not base64`},
		{"colour", "BLUE", `colour: "BLUE" is not a value of Colour`},
		{"i32", "2147483648", `i32: "2147483648" is not a whole number that fits`},
		{"i64", "1.5", `i64: "1.5" is not a whole number that fits`},
		{"u32", "-1", `u32: "-1" is not a whole number that fits`},
		{"u64", "", `u64: "" is not a whole number that fits`},
		{"single", "1e39", `single: "1e39" is not a number that fits`},
		{"double", "NaN", `double: "NaN" is not a number that fits`},
		{"double", "Inf", `double: "Inf" is not a number that fits`},
		{"inner", "{}", "inner: cannot be given as text"},
		{"named", "a", "named: cannot be given as text"},
		{"nothing", "a", "nothing: Kinds has no such field"},
		{"inner.nothing", "a", "inner.nothing: Kinds has no such field"},
		{"text.length", "a", "text.length: text has no fields"},
		{"many.first", "a", "many.first: many has no fields"},
		{"named.key", "a", "named.key: named has no fields"},
		{"", "a", ": Kinds has no such field"},
		{"inner.i32", "x", `inner.i32: "x" is not a whole number that fits`},
	} {
		msg := &library.Kinds{Text: "kept"}
		if err := contract.Set(msg, tt.path, tt.text); text(err) != tt.want {
			t.Errorf("Set(%s, %q): error %q, want %q", tt.path, tt.text, text(err), tt.want)
		}
		if diff := cmp.Diff(&library.Kinds{Text: "kept"}, msg, protocmp.Transform()); diff != "" {
			t.Errorf("Set(%s, %q) failed and changed the message:\n%s", tt.path, tt.text, diff)
		}
	}
}

func TestGetReadsDefaultsAndRefusesLists(t *testing.T) {
	if got, err := contract.Get(&library.Kinds{}, "inner.inner.i32"); got != "0" || err != nil {
		t.Errorf("a field that is not set reads %q, %v", got, err)
	}
	if got, err := contract.Get(&library.Kinds{Colour: 9}, "colour"); got != "9" || err != nil {
		t.Errorf("an enum without a name reads %q, %v", got, err)
	}
	for _, path := range []string{"many", "inner", "named", "nothing"} {
		if got, err := contract.Get(&library.Kinds{}, path); err == nil {
			t.Errorf("Get(%s) = %q", path, got)
		}
	}
}

func FuzzSet(f *testing.F) {
	for _, s := range [][2]string{{"i32", "5"}, {"inner.flag", "true"}, {"raw", "AP8="}, {"double", "1e9"}, {"..", ""}, {"many", "1"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, path, value string) {
		msg := &library.Kinds{}
		if contract.Set(msg, path, value) != nil {
			return
		}
		once, err := contract.Get(msg, path)
		if err != nil {
			return // a list
		}
		again := &library.Kinds{}
		if err := contract.Set(again, path, once); err != nil {
			t.Fatalf("%s: %q is not read back: %v", path, once, err)
		}
		if diff := cmp.Diff(msg, again, protocmp.Transform()); diff != "" {
			t.Errorf("%s: %q reads back as another value:\n%s", path, once, diff)
		}
	})
}
