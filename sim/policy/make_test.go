package policy_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// Every row explains itself, and its defaults and examples are within its own bounds.
func TestForms(t *testing.T) {
	for _, f := range policy.Forms() {
		p, err := policy.Make(f.Word, nil, policy.Deps{})
		if err != nil {
			t.Errorf("%s without parameters: %v", f.Word, err)
			continue
		}
		if p.Name() != f.Word || p.Text() != f.Word || f.About == "" || p.Gauge().About == "" || !strings.Contains(p.Gauge().Did(), "0") {
			t.Errorf("%s: %q, %q, %+v", f.Word, p.Name(), p.Text(), p.Gauge())
		}
		if !strings.HasPrefix(f.Example, "guard ") || !strings.Contains(f.Example, " "+f.Word) {
			t.Errorf("%s: example %q", f.Word, f.Example)
		}
		for _, param := range f.Params {
			if param.About == "" || param.Unit == "" || param.Bounds() == "" || param.Example == "" {
				t.Errorf("%s %s does not explain itself: %+v", f.Word, param.Name, param)
			}
			for _, given := range []string{param.Default, param.Example} {
				params := map[string]string{param.Name: given}
				if given == "" {
					continue
				}
				if f.Word == "retry" && param.Name == "base" {
					params["cap"] = "10s"
				}
				p, err := policy.Make(f.Word, params, policy.Deps{})
				if err != nil && (f.Word != "fallback" || param.Name != "use") { // static needs a body
					t.Errorf("%s %s=%s: %v", f.Word, param.Name, given, err)
				} else if err == nil && !strings.Contains(p.Text(), " "+param.Name+"=") {
					t.Errorf("%s %s=%s is written %q", f.Word, param.Name, given, p.Text())
				}
			}
		}
	}
}

func TestMakeSaysWhatToWrite(t *testing.T) {
	for _, tt := range []struct{ line, message, fix string }{
		{"retri", `there is no policy "retri"`, "did you mean retry?"},
		{"\x1b[31m", `there is no policy "␛[31m"`, "there are: fallback, cache, retry"},
		{"retry trys=3", `there is no parameter of retry "trys"`, "did you mean tries?"},
		{"retry tries=many", "tries=many is not a whole number", "between 1 and 10, such as tries=3"},
		{"retry tries=0", "tries=0 is not allowed", "between 1 and 10"},
		{"retry tries=11", "tries=11 is not allowed", "between 1 and 10"},
		{"retry base=soon", "base=soon is not a duration", "between 0s and 1m0s"},
		{"retry base=-1s", "base=-1s is not allowed", "between 0s and 1m0s"},
		{"retry base=5s cap=1s", "cap=1s is below base=5s", "the longest wait"},
		{"retry jitter=ful", `there is no jitter "ful"`, "did you mean full?"},
		{"breaker failed=0%", "failed=0% is not allowed", "between 1% and 100%"},
		{"breaker failed=NaN", "failed=NaN is not a share", "such as failed=50%"},
		{"breaker window=1h", "window=1h is not allowed", "a time between 100ms and 10m0s"},
		{"breaker window=0", "window=0 is not allowed", "a number of calls between 1 and 10000"},
		{"breaker window=some", "window=some is not a number of calls or a time", "such as window=10s"},
		{"budget floor=Inf", "floor=Inf is not allowed", "between 0/s and 10000/s"},
		{"ratelimit rate=5/fortnight", "rate=5/fortnight is not a rate", "such as rate=50/s"},
		{"ratelimit rate=5/0s", "rate=5/0s is not a rate", "such as rate=50/s"},
		{"fallback use=static", "body= is not JSON", "such as body="},
		{"fallback use=error", "use=error needs a text", "such as text="},
		{"fallback text=" + strings.Repeat("x", 201), "is not allowed", "at most 200 bytes"},
		{"", "a policy is missing", "such as: retry tries=3"},
		{"retry 3", `"3" is not a parameter`, "name=value"},
		{"retry tries=3 tries=4", "tries= is given twice", "give it once"},
		{`fallback text="half`, "the closing quote is missing", `put a "`},
		{"retry x=" + strings.Repeat("y", policy.MaxLine), "too long", "4096"},
		{"preset=hystrixx", `there is no preset "hystrixx"`, "did you mean hystrix?"},
		{"preset=hystrix size=small", `there is no parameter of hystrix "size"`, "scale"},
		{"preset=hystrix scale=class", `there is no scale "class"`, "published, classroom"},
	} {
		word, params, err := policy.Parse(tt.line)
		if err == nil {
			_, _, err = policy.Stack(nil).Guard(word, params, policy.Deps{})
		}
		if err == nil {
			t.Errorf("%q is fine, want an error", tt.line)
			continue
		}
		e := sim.AsError(err)
		if !strings.Contains(e.Message, tt.message) || !strings.Contains(e.Fix, tt.fix) {
			t.Errorf("%q: %q – %q, want %q – %q", tt.line, e.Message, e.Fix, tt.message, tt.fix)
		}
	}
}

func TestRatesAreRead(t *testing.T) {
	for given, of := range map[string]string{"50": "50/s", "50/s": "50/s", "30/m": "0.5/s", "30/min": "0.5/s", "50/500ns": "1e+08/s", "1/2s": "0.5/s"} {
		if about := made(t, "ratelimit rate="+given, policy.Deps{}).Gauge().About; !strings.HasPrefix(about, of+",") {
			t.Errorf("%s is %q, want %s", given, about, of)
		}
	}
}

func FuzzMake(f *testing.F) {
	for _, form := range policy.Forms() {
		_, line, _ := strings.Cut(form.Example, " ")
		_, line, _ = strings.Cut(line, " ")
		f.Add(line)
	}
	for _, p := range policy.Presets() {
		f.Add("preset=" + p.Word + " scale=classroom")
		for _, line := range p.Lines {
			f.Add(line)
		}
	}
	f.Add(`fallback use=error text="a \"b\" \n c"`)
	f.Add("ratelimit rate=1e400/s burst=99999999999999999999")
	f.Fuzz(func(t *testing.T, line string) {
		word, params, err := policy.Parse(line)
		if err != nil {
			checkError(t, err)
			return
		}
		if _, _, err := policy.Stack(nil).Guard(word, params, policy.Deps{}); err != nil {
			checkError(t, err)
			return
		}
		if strings.HasPrefix(word, "preset=") {
			return
		}
		p, err := policy.Make(word, params, policy.Deps{})
		if err != nil {
			t.Fatal(err)
		}
		again, params2, err := policy.Parse(p.Text())
		if err != nil || again != word || !maps.Equal(params, params2) {
			t.Fatalf("%q is written %q, which reads %s %v, %v", line, p.Text(), again, params2, err)
		}
		if g := p.Gauge(); g.Used < 0 || g.Of < 0 || g.Policy != word {
			t.Fatalf("%+v", g)
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if e := sim.AsError(err); e.Code != sim.Invalid && e.Code != sim.NotFound || e.Message == "" || strings.ContainsAny(e.Message+e.Fix, "\x1b\x07\n") {
		t.Fatalf("%+v", e)
	}
}

func TestNesting(t *testing.T) {
	s := stack(t, policy.Deps{}, "timeout", "breaker", "retry tries=3", "fallback", "bulkhead", "budget", "ratelimit")
	if got, want := s.String(), "fallback(retry(budget(breaker(ratelimit(bulkhead(timeout(call)))))))"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := policy.Stack(nil).String(); got != "call" {
		t.Errorf("nothing around a call is written %q", got)
	}
	less := s.Without("budget").Without("ratelimit").Without("bulkhead").Without("fallback")
	if got := less.String(); got != "retry(breaker(timeout(call)))" || len(s) != 7 {
		t.Errorf("%s; the first stack has %d", got, len(s))
	}
	before, _ := less.Find("breaker")
	more := less.With(made(t, "retry tries=5", policy.Deps{}))
	after, _ := more.Find("breaker")
	if d := cmp.Diff([]string{"retry tries=5", "breaker", "timeout"}, more.Lines()); d != "" || before != after {
		t.Errorf("%s; the same breaker: %v", d, before == after)
	}
	if got := more.Gauges()[0].Policy; got != "retry" {
		t.Errorf("the outermost gauge is %s", got)
	}
}
