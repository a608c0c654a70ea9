package part

import (
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

func TestBriefKeepsWholeWords(t *testing.T) {
	for _, c := range []struct {
		w       int
		s, want string
	}{
		{21, "charged c-1 18.18 EUR", "charged c-1 18.18 EUR"},
		{20, "charged c-1 18.18 EUR", "charged c-1"},
		{9, "charged c-1 18.18 EUR", "charged"},
		{14, "order o-47 confirmed", "order o-47"},
		{18, "mailed c-1: thank you for order o-7", "mailed c-1"},
		{14, "takes nats from now on", "takes nats"},
		{13, "reserved 1 of 101 for o-7", "reserved"},
		{12, "reserved, and gone", "reserved"},
		{5, "reserved 1 of 101", "reserved 1 of 101"}, // no word has room
		{3, "", ""},
	} {
		if got := brief(c.w, c.s); got != c.want {
			t.Errorf("brief(%d, %q) = %q, want %q", c.w, c.s, got, c.want)
		}
	}
}

func FuzzBrief(f *testing.F) {
	f.Add(9, "charged c-1 18.18 EUR")
	f.Add(0, ": ,")
	f.Fuzz(func(t *testing.T, w int, s string) {
		got := brief(w, s)
		if again := brief(w, got); grid.Width(got) <= w && again != got {
			t.Errorf("brief(%d, %q) = %q, and of that %q", w, s, got, again)
		}
	})
}
