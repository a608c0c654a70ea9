package sim_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestQuote(t *testing.T) {
	for value, want := range map[string]string{
		"300ms": "300ms", "": `""`, "a b": `"a b"`, `say "no"`: `"say \"no\""`, "a\nb": `"a\nb"`, "ä=b": "ä=b",
	} {
		if got := sim.Quote(value); got != want {
			t.Errorf("%q is written %s, want %s", value, got, want)
		}
	}
}
