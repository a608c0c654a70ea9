package gateway

import (
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestWhatTheStepsDid(t *testing.T) {
	env := &sim.Env{Now: start().now, Call: backend(fine)}
	g := New(env, sim.ServiceSpec{Steps: []string{"limits path=64B", "ratelimit", "openapi"}, Routes: []string{"a path=/a to=x quota=3 per=1m"}})
	h := g.Handlers()[sim.TypeRaw]
	for _, path := range []string{"/a", "/a", "/a", "/a", "/a?" + fmt.Sprintf("%070d", 1), "/openapi.json"} {
		_, _ = h(t.Context(), get(path))
	}
	got := g.Chain()
	for _, s := range g.Gauges() {
		got += fmt.Sprintf("; %s %d passed %d refused %.0f of %.0f %s", s.Policy, s.Passed, s.Refused, s.Used, s.Of, s.Unit)
	}
	want := "limits ▸ ratelimit ▸ openapi ▸ route; limits 5 passed 1 refused 0 of 0 ; ratelimit 4 passed 1 refused 0 of 3 tokens of address 127.0.0.1 for a; openapi 3 passed 1 refused 0 of 0 "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
