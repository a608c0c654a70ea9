package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim/policy"
)

// What the makers published, in the words of their own documentation.
func TestPresetsHaveThePublishedDefaults(t *testing.T) {
	for word, want := range map[string]struct {
		nesting string
		lines   []string
	}{
		"hystrix": {"breaker(bulkhead(timeout(call)))", []string{
			"breaker window=10s calls=20 failed=50% refused=count open=5s probes=1", // requestVolumeThreshold 20, metrics 10 s in 10 buckets, 50 %, sleepWindow 5 s
			"bulkhead max=10",  // coreSize 10, no queue
			"timeout after=1s", // timeoutInMilliseconds 1000
		}},
		"resilience4j": {"retry(breaker(ratelimit(bulkhead(timeout(call)))))", []string{
			"retry tries=3 backoff=constant base=500ms jitter=none retryafter=ignore", // maxAttempts 3, waitDuration 500 ms
			"breaker window=100 calls=100 failed=50% slower=60s slow=100% refused=count open=60s probes=10",
			"ratelimit rate=50/500ns burst=50", // limitForPeriod 50, limitRefreshPeriod 500 ns
			"bulkhead max=25",                  // maxConcurrentCalls 25, maxWaitDuration 0
			"timeout after=1s",                 // timeoutDuration 1 s
		}},
		"polly": {"retry(breaker(timeout(call)))", []string{
			"retry tries=4 backoff=constant base=2s jitter=none retryafter=ignore", // MaxRetryAttempts 3, and the first one
			"breaker window=30s calls=100 failed=10% refused=count open=5s probes=1",
			"timeout after=30s",
		}},
		"gobreaker": {"breaker(call)", []string{
			"breaker row=6 refused=count open=60s probes=1", // ConsecutiveFailures > 5, Timeout 60 s, MaxRequests 1
		}},
		"envoy": {"retry(bulkhead(timeout(call)))", []string{
			"retry tries=2 base=25ms cap=250ms jitter=full", // num_retries 1, base_interval 25 ms, max_interval 10 times that
			"bulkhead max=1024 queue=1024 wait=15s",         // max_requests, max_pending_requests
			"timeout after=15s",                             // RouteAction.timeout
		}},
		"linkerd": {"retry(budget(breaker(call)))", []string{
			"retry tries=2 backoff=constant base=0s jitter=none retryafter=ignore",
			"budget share=20% floor=10/s over=10s", // retryRatio 0.2, minRetriesPerSecond 10, ttl 10 s
			"breaker row=7 open=1s probes=1",       // max-failures 7, min-penalty 1 s
		}},
		"grpc": {"retry(call)", []string{
			"retry tries=4 base=100ms cap=1s jitter=full tokens=10 ratio=0.1", // maxAttempts 4, maxTokens 10, tokenRatio 0.1
		}},
		"finagle": {"retry(budget(breaker(call)))", []string{
			"retry tries=10 backoff=constant base=0s jitter=none retryafter=ignore",
			"budget share=20% floor=10/s over=10s", // percentCanRetry 0.2, minRetriesPerSec 10, ttl 10 s
			"breaker row=5 open=5s probes=1",       // consecutive 5, backoff from 5 s
		}},
	} {
		p, err := policy.FindPreset(word)
		if err != nil {
			t.Fatal(err)
		}
		s, said, err := p.Make(nil, policy.Deps{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want.lines, s.Lines()); d != "" || s.String() != want.nesting || said != word+" as published" {
			t.Errorf("%s: %s, %q\n%s", word, s, said, d)
		}
		small, said, err := p.Make(map[string]string{"scale": "classroom"}, policy.Deps{})
		if err != nil || small.String() != want.nesting || !strings.Contains(said, "classroom") || !strings.Contains(said, "→") || p.Source == "" || p.About == "" {
			t.Errorf("%s at classroom scale: %s, %q, %v", word, small, said, err)
		}
	}
	if n := len(policy.Presets()); n != 8 {
		t.Errorf("%d presets, and 8 are tested", n)
	}
}

// Ten clicks are enough to see a breaker open at classroom scale, and too few as published.
func TestClassroomScaleOpensWithinTenClicks(t *testing.T) {
	for _, p := range policy.Presets() {
		for scale, want := range map[string]string{"published": "closed", "classroom": "open"} {
			s, _, err := p.Make(map[string]string{"scale": scale}, policy.Deps{})
			if err != nil {
				t.Fatal(err)
			}
			b, ok := s.Find("breaker")
			if !ok {
				continue
			}
			for range 10 {
				_, _ = once(b, "fail")
			}
			if p.Word == "gobreaker" || p.Word == "linkerd" || p.Word == "finagle" {
				want = "open" // five to seven in a row are within reach of a class
			}
			if got := b.Gauge().State; got != want {
				t.Errorf("%s %s: %s after ten failures, want %s", p.Word, scale, got, want)
			}
		}
	}
}
