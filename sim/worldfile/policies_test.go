package worldfile

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

func TestPolicyErrorsOfAWorldFile(t *testing.T) {
	for _, tt := range []struct{ policies, message, fix string }{
		{`["retri tries=3"]`, `w.yaml:3:22: there is no policy "retri"`, "did you mean retry?"},
		{`[timeout, "retry trys=3"]`, `w.yaml:3:31: there is no parameter of retry "trys"`, "did you mean tries?"},
		{`["retry tries=99"]`, `w.yaml:3:22: tries=99 is not allowed`, "choose between 1 and 10"},
		{`[retry, retry]`, `w.yaml:3:29: retry stands here twice`, ""},
		{`["preset=hystrx"]`, `w.yaml:3:22: there is no preset "hystrx"`, "did you mean hystrix?"},
		{`retry`, `w.yaml:3:21: this must be a list, such as [a, b]`, ""},
	} {
		_, err := Parse("w.yaml", []byte("services: {a: {}, b: {}}\nlinks:\n  \"a:b\": {policies: "+tt.policies+"}\n"))
		if err == nil {
			t.Errorf("%s is fine", tt.policies)
			continue
		}
		e := sim.AsError(err)
		if d := cmp.Diff([]string{tt.message, tt.fix}, []string{e.Message, e.Fix}); d != "" {
			t.Errorf("%s\n%s", tt.policies, d)
		}
	}
}
