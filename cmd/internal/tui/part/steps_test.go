package part_test

import (
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim/policy"
	worlds "github.com/msc-sim/msc-sim/sim/world"
)

// Of a link to a gateway the panel says what each step did not let through.
func TestStepsOfAGateway(t *testing.T) {
	screen := drawn(t, "steps", part.Policies{Guards: worlds.Guards{
		Link: "client:gateway", Nesting: "call", Chain: "auth ▸ ratelimit ▸ route",
		Steps: []policy.Gauge{
			{Policy: "auth", About: "25 passed", Passed: 25, Refused: 3},
			{Policy: "ratelimit", About: "20 passed", Used: 0, Of: 20, Unit: "tokens", Passed: 20, Refused: 5},
		},
	}}, 80, 4)
	for _, want := range []string{"auth ▸ ratelimit ▸ route", "25 passed   3 refused", "▯▯▯▯▯▯▯▯▯▯  0 of 20 tokens   5 refused"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is not on\n%s", want, screen)
		}
	}
	if strings.Contains(screen, "has no policy") {
		t.Error(screen)
	}
}
