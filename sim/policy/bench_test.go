package policy_test

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// BenchmarkIdle is what policies cost a call that they have nothing to say about.
//
//	go test ./sim/policy -run '^$' -bench Idle -benchmem
func BenchmarkIdle(b *testing.B) {
	for _, lines := range [][]string{
		nil,
		{"timeout"},
		{"retry"},
		{"budget"},
		{"breaker"},
		{"breaker window=10s"},
		{"bulkhead"},
		{"ratelimit rate=1000000000/s"},
		{"retry", "breaker", "timeout"},
	} {
		s := stack(b, policy.Deps{}, lines...)
		b.Run(s.String(), func(b *testing.B) {
			around := s.Around()
			next := func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, nil }
			m := get()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := around(next)(context.Background(), m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
