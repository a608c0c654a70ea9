package form_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// A value of every kind is read; what is none, and what is out of bounds, is told
// with the bounds and with how it is written.
func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		p                form.Param
		good             string
		n                float64
		bad, wrong, what string // wrong: out of bounds
		bounds           string
	}{
		{form.Param{Kind: form.Duration, Max: form.Minute}, "250ms", 250 * form.Millisecond, "soon", "61s", "a duration", "between 0s and 1m0s"},
		{form.Param{Kind: form.Count, Min: 1, Max: 10}, "3", 3, "2.5", "11", "a whole number", "between 1 and 10"},
		{form.Param{Kind: form.Bytes, Max: 1 << 20}, "1.5KiB", 1536, "9 KB", "2MiB", "a size", "between 0B and 1MiB"},
		{form.Param{Kind: form.Speed, Min: 64, Max: 1 << 30}, "16KiB/s", 16384, "16KiB", "1B/s", "a speed", "between 64B/s and 1GiB/s"},
		{form.Param{Kind: form.Share, Min: 0.01, Max: 1}, "30%", 0.3, "130%", "0%", "a share", "between 1% and 100%"},
		{form.Param{Kind: form.Rate, Max: 100}, "30/m", 0.5, "5/0s", "1000/s", "a rate", "between 0/s and 100/s"},
	} {
		p := tt.p
		p.Name, p.Example = "x", "EXAMPLE"
		if n, err := p.Read(tt.good); err != nil || n != tt.n {
			t.Errorf("%s: %v, %v, want %v", tt.good, n, err, tt.n)
		}
		for given, want := range map[string][]string{
			tt.bad:   {form.Quote("x="+tt.bad) + " is not " + tt.what, tt.bounds + ", such as x=EXAMPLE"},
			"NaN":    {"x=NaN is not " + tt.what, tt.bounds + ", such as x=EXAMPLE"},
			tt.wrong: {"x=" + tt.wrong + " is not allowed", "choose " + tt.bounds},
		} {
			_, err := p.Read(given)
			if e := sim.AsError(err); e == nil || e.Message != want[0] || e.Fix != want[1] {
				t.Errorf("%s: %v, want %v", given, e, want)
			}
		}
	}
}

var greet = form.Form{Word: "greet", Targets: []string{form.Link}, Params: []form.Param{
	{Name: "say", Kind: form.Text, Max: 10},
	{Name: "how", Kind: form.Choice, Choices: []string{"loud", "low"}, Default: "low"},
	{Name: "often", Kind: form.Count, Max: 9},
}}

func TestRead(t *testing.T) {
	v, err := greet.Read(map[string]string{"say": "a b"})
	if err != nil || v.Text("say") != "a b" || v.Text("how") != "low" || v.Has("often") || v.Count("often") != 0 {
		t.Errorf("%v, %v", v, err)
	}
	for given, want := range map[string]string{"sya": "did you mean say?", "how": "there are: loud, low", "say": "choose at most 10 bytes"} {
		_, err := greet.Read(map[string]string{given: strings.Repeat("\x1b", 11)})
		if e := sim.AsError(err); e == nil || e.Fix != want || strings.Contains(e.Message, "\x1b") {
			t.Errorf("%s: %v, want %s", given, e, want)
		}
	}
	if _, err := form.Find("word", "gret", []form.Form{greet}); sim.AsError(err).Fix != "did you mean greet?" {
		t.Errorf("%v", err)
	}
	for name, target := range map[string]string{"a:b": form.Link, "a#2": form.Instance, "a": form.Service} {
		if form.Target(name) != target || greet.Aims(target) != (target == form.Link) {
			t.Errorf("%s is a %s", name, form.Target(name))
		}
	}
}

// What a form writes is read as the same again.
func TestText(t *testing.T) {
	for _, say := range []string{"300ms", "", "a b", `say "no"`, "a\nb\t\r", "ä=b", `c:\n`, `two \ ways`, "\u00a0", "\x07 \x1b"} {
		line := greet.Text(map[string]string{"say": say, "how": "loud"})
		words, err := form.Words(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		plain, pairs, err := form.Pairs(words, "say", "how")
		if d := cmp.Diff(map[string]string{"say": say, "how": "loud"}, pairs); d != "" || err != nil || len(plain) != 1 {
			t.Errorf("%s: %v, %v\n%s", line, plain, err, d)
		}
	}
}
