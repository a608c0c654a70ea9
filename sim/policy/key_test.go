package policy

import (
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestParseKey(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   string
		bad    bool
	}{
		{nil, "", false},
		{[]string{`"8e03978e-40d5-43dd-bc93-6894a57f9324"`}, "8e03978e-40d5-43dd-bc93-6894a57f9324", false},
		{[]string{"8e03978e"}, "8e03978e", false},
		{[]string{"\t k-1 "}, "k-1", false},
		{[]string{`"with space; and, \"quotes\" \\"`}, `with space; and, "quotes" \`, false},
		{[]string{`"k";a=1`}, "k", false},
		{[]string{`"k" ;a`}, "k", false},
		{[]string{strings.Repeat("k", 255)}, strings.Repeat("k", 255), false},
		{[]string{strings.Repeat("k", 256)}, "", true},
		{[]string{""}, "", true},
		{[]string{`""`}, "", true},
		{[]string{`"k`}, "", true},
		{[]string{`k"`}, "", true},
		{[]string{`"k"x`}, "", true},
		{[]string{`"\k"`}, "", true},
		{[]string{`"k\`}, "", true},
		{[]string{"a b"}, "", true},
		{[]string{"a,b"}, "", true},
		{[]string{"ä"}, "", true},
		{[]string{"\"a\x00\""}, "", true},
		{[]string{"a", "a"}, "", true},
	} {
		got, err := parseKey(c.values)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%q: got %q, %v; want %q, an error %v", c.values, got, err, c.want, c.bad)
		}
		if err != nil && sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%q: got %s, want invalid", c.values, sim.CodeOf(err))
		}
	}
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{`"k"`, "k", `"a\"b";c=d`, `"`, "\x1b[31m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) {
		key, err := parseKey([]string{v})
		if err != nil {
			if msg := err.Error(); msg != sim.Visible(msg) {
				t.Errorf("%q: the error holds control characters: %q", v, msg)
			}
			return
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
		if again, err := parseKey([]string{quoted}); err != nil || again != key {
			t.Errorf("%q is %q, but %s is %q, %v", v, key, quoted, again, err)
		}
	})
}
