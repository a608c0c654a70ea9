package fault_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestEveryFormIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fault.Forms() {
		if seen[f.Word] || f.About == "" || f.Level == 0 || f.Unit == "" || len(f.Targets) == 0 {
			t.Errorf("%+v", f)
		}
		seen[f.Word] = true
		if !strings.HasPrefix(f.Example, "inject ") || !strings.Contains(f.Example, " "+f.Word) {
			t.Errorf("%s: example %q", f.Word, f.Example)
		}
		names := map[string]bool{}
		for _, p := range f.Params {
			if names[p.Name] || p.About == "" || p.Unit == "" || p.Example == "" || p.Bounds() == "" {
				t.Errorf("%s: %+v", f.Word, p)
			}
			names[p.Name] = true
			for _, v := range append(p.Choices, p.Example) {
				if _, err := fault.Make(f.Word, with(f.Word, p.Name, v)); err != nil {
					t.Errorf("%s %s=%s: %v", f.Word, p.Name, v, err)
				}
			}
		}
		made, err := fault.Make(f.Word, nil)
		if err != nil || made.Text != f.Word || made.Scope.Share != 1 || made.Effect == nil {
			t.Errorf("%s without parameters: %+v, %v", f.Word, made, err)
		}
		switch made.Effect.(type) {
		case fault.Connection:
			if f.Level != fault.OnConnection {
				t.Errorf("%s is on level %s", f.Word, f.Level)
			}
		case fault.Message:
			if f.Level == fault.OnConnection {
				t.Errorf("%s is on level %s", f.Word, f.Level)
			}
		}
	}
	want := strings.Fields("latency error drop delay duplicate reorder corrupt refuse reset cut blackhole slowclose bandwidth slice garble partition kill pause slowstart busy pressure skew crash poison lostack slow full rebalance leader")
	for _, w := range want {
		if !seen[w] {
			t.Errorf("there is no %s", w)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%d faults, want %d", len(seen), len(want))
	}
}

// with are the parameters that make one of them possible.
func with(word, name, v string) map[string]string {
	m := map[string]string{name: v}
	if word == "latency" && name == "direction" {
		m["on"] = "wire"
	}
	return m
}

func TestMake(t *testing.T) {
	for _, c := range []struct {
		word   string
		params map[string]string
		text   string
		scope  fault.Scope
	}{
		{"latency", map[string]string{"share": "30%", "delay": "300ms", "seed": "7"}, "latency delay=300ms share=30% seed=7", fault.Scope{Share: 0.3, Seed: 7}},
		{"error", map[string]string{"first": "2", "every": "5", "for": "10s"}, "error first=2 every=5 for=10s", fault.Scope{Share: 1, First: 2, Every: 5, For: 10 * time.Second}},
		{"kill", map[string]string{"for": "5s"}, "kill for=5s", fault.Scope{Share: 1, For: 5 * time.Second}},
		{"cut", map[string]string{"after": "12KiB"}, "cut after=12KiB", fault.Scope{Share: 1}},
		{"error", map[string]string{"body": `come "back" later`}, `error body="come \"back\" later"`, fault.Scope{Share: 1}},
	} {
		f, err := fault.Make(c.word, c.params)
		if err != nil {
			t.Errorf("%s: %v", c.word, err)
			continue
		}
		if f.Text != c.text {
			t.Errorf("%q, want %q", f.Text, c.text)
		}
		if d := cmp.Diff(c.scope, f.Scope); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.word, d)
		}
	}
}

func TestMakeSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		word, name, value string
		code              sim.Code
		fix               string
	}{
		{"latncy", "", "", sim.NotFound, "did you mean latency?"},
		{"latency", "dealy", "1s", sim.NotFound, "did you mean delay?"},
		{"latency", "delay", "61s", sim.Invalid, "choose between 0s and 1m0s"},
		{"latency", "delay", "-1s", sim.Invalid, "choose between 0s and 1m0s"},
		{"latency", "delay", "soon", sim.Invalid, "between 0s and 1m0s, such as delay=300ms"},
		{"latency", "dist", "gauss", sim.NotFound, "there are: fixed, uniform, normal, pareto"},
		{"latency", "share", "130%", sim.Invalid, "between 0% and 100%, such as share=30%"},
		{"latency", "share", "NaN", sim.Invalid, "between 0% and 100%, such as share=30%"},
		{"latency", "first", "0", sim.Invalid, "choose between 1 and 1000000"},
		{"latency", "first", "many", sim.Invalid, "between 1 and 1000000, such as first=2"},
		{"latency", "for", "2h", sim.Invalid, "choose between 1ms and 1h0m0s"},
		{"latency", "seed", "x", sim.Invalid, "a whole number, at most 64 bits long"},
		{"latency", "direction", "in", sim.Invalid, "use on=wire to delay bytes of one direction"},
		{"error", "code", "200", sim.Invalid, "choose 400 to 599, or a gRPC code such as UNAVAILABLE"},
		{"error", "code", "UNAVAILBLE", sim.NotFound, "did you mean UNAVAILABLE?"},
		{"error", "body", strings.Repeat("x", 1025), sim.Invalid, "choose at most 1024 bytes"},
		{"bandwidth", "rate", "10", sim.Invalid, "between 64B/s and 1GiB/s, such as rate=16KiB/s"},
		{"bandwidth", "rate", "1B/s", sim.Invalid, "choose between 64B/s and 1GiB/s"},
		{"cut", "after", "lots", sim.Invalid, "between 0B and 1GiB, such as after=1KiB"},
		{"pressure", "cpu", "100", sim.Invalid, "choose between 0 and 90"},
		{"pressure", "memory", "1GiB", sim.Invalid, "choose between 0B and 256MiB"},
		{"skew", "offset", "25h", sim.Invalid, "choose between -24h0m0s and 24h0m0s"},
		{"kill", "share", "30%", sim.NotFound, "there are: for"},
	} {
		params := map[string]string{}
		if c.name != "" {
			params[c.name] = c.value
		}
		_, err := fault.Make(c.word, params)
		if e := sim.AsError(err); e == nil || e.Code != c.code || e.Fix != c.fix {
			t.Errorf("%s %s=%s: %v, fix %q; want %s, %q", c.word, c.name, c.value, err, e.Fix, c.code, c.fix)
		}
	}
	if _, err := fault.Make("latency", map[string]string{"jitter": "1ms", "dist": "fixed"}); err == nil {
		t.Error("a fixed delay has jitter")
	}
}

// Whatever is typed, Make gives a fault within its bounds or an error with a
// word on it, and what it wrote can be read again.
func FuzzMake(f *testing.F) {
	for _, form := range fault.Forms() {
		for _, p := range form.Params {
			f.Add(form.Word, p.Name, p.Example)
		}
	}
	f.Add("cut", "after", "9e99GiB")
	f.Add("latency", "delay", "9999999h")
	f.Add("error", "code", "\x1b]0;x")
	f.Fuzz(func(t *testing.T, word, name, value string) {
		made, err := fault.Make(word, map[string]string{name: value})
		if err != nil {
			if e := sim.AsError(err); e.Code != sim.Invalid && e.Code != sim.NotFound || e.Message == "" {
				t.Errorf("%s %s=%q: %v", word, name, value, err)
			}
			return
		}
		s := made.Scope
		if !(s.Share >= 0 && s.Share <= 1) || s.First < 0 || s.Every < 0 || s.For < 0 || s.For > fault.MaxFor {
			t.Errorf("%s %s=%q: %+v", word, name, value, s)
		}
		if made.Text != word+" "+form.Quote(name+"="+value) {
			t.Errorf("text %q", made.Text)
		}
	})
}

// The delays of each distribution have the mean that is promised, and stay
// within their bounds.
func TestLatencyDraws(t *testing.T) {
	const n = 20000
	for _, c := range []struct {
		dist     string
		mean     time.Duration
		min, max time.Duration
		within   float64 // of the mean; five standard errors
	}{
		{"fixed", 100 * time.Millisecond, 100 * time.Millisecond, 100 * time.Millisecond, 0},
		{"uniform", 100 * time.Millisecond, 80 * time.Millisecond, 120 * time.Millisecond, 0.005},
		{"normal", 100 * time.Millisecond, 0, 250 * time.Millisecond, 0.008},
		{"pareto", 120 * time.Millisecond, 100 * time.Millisecond, time.Minute, 0.05}, // its variance has no end
	} {
		params := map[string]string{"delay": "100ms", "dist": c.dist, "jitter": "20ms"}
		if c.dist == "fixed" {
			delete(params, "jitter")
		}
		f, err := fault.Make("latency", params)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for range n {
			d := f.Effect.(fault.Latency).Draw()
			if d < c.min || d > c.max {
				t.Fatalf("%s drew %s, want between %s and %s", c.dist, d, c.min, c.max)
			}
			sum += float64(d)
		}
		if mean := sum / n; math.Abs(mean/float64(c.mean)-1) > c.within+1e-9 {
			t.Errorf("%s: mean %s, want %s", c.dist, time.Duration(mean), c.mean)
		}
	}
}

func TestDraws(t *testing.T) {
	choose := func(s fault.Scope, n int) string {
		d, out := s.Draw(), ""
		for range n {
			if ok, why := d.Choose(); ok {
				out += "x"
			} else {
				out += why[:1]
			}
		}
		return out
	}
	for _, c := range []struct {
		scope fault.Scope
		want  string
	}{
		{fault.Scope{Share: 1}, "xxxxxx"},
		{fault.Scope{Share: 1, First: 2}, "xxffff"},
		{fault.Scope{Share: 1, Every: 3}, "eexeex"},
		{fault.Scope{Share: 1, Every: 2, First: 1}, "exefef"},
		{fault.Scope{}, "ssssss"},
	} {
		if got := choose(c.scope, 6); got != c.want {
			t.Errorf("%+v: %s, want %s", c.scope, got, c.want)
		}
	}
	a := choose(fault.Scope{Share: 0.3, Seed: 7}, 1000)
	if n := strings.Count(a, "x"); a != choose(fault.Scope{Share: 0.3, Seed: 7}, 1000) || n < 228 || n > 372 {
		t.Errorf("share 0.3 chose %d of 1000", n)
	}
}

func TestCutEndsInTheMiddle(t *testing.T) {
	f, _ := fault.Make("cut", map[string]string{"after": "10"})
	cut := f.Effect.(fault.Connection)
	for _, c := range []struct {
		passed int64
		bytes  int
		want   wire.Verdict
	}{
		{0, 4, wire.Verdict{}},
		{4, 6, wire.Verdict{}},
		{4, 7, wire.Verdict{End: wire.Closes, After: 6}},
		{10, 1, wire.Verdict{End: wire.Closes}},
		{20, 1, wire.Verdict{End: wire.Closes}},
	} {
		got := cut.Meet(wire.Moment{Point: wire.AtIn, Bytes: make([]byte, c.bytes), Whole: &wire.Unit{Passed: c.passed}, Burst: &wire.Unit{}})
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%d bytes after %d (-want +got):\n%s", c.bytes, c.passed, d)
		}
	}
}

func TestDirections(t *testing.T) {
	for way, want := range map[string]wire.Point{"out": wire.AtOut, "in": wire.AtIn, "both": wire.AtIn | wire.AtOut} {
		f, err := fault.Make("reset", map[string]string{"direction": way})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Effect.(fault.Connection).Points(); got != want {
			t.Errorf("%s stands at %v, want %v", way, got, want)
		}
	}
}

func ExampleMake() {
	f, _ := fault.Make("latency", map[string]string{"delay": "300ms", "share": "30%"})
	fmt.Println(f.Text)
	_, err := fault.Make("latency", map[string]string{"delay": "2m"})
	fmt.Println(err, "·", sim.AsError(err).Fix)
	// Output:
	// latency delay=300ms share=30%
	// delay=2m is not allowed · choose between 0s and 1m0s
}
