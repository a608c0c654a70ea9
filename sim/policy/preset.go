package policy

import "github.com/msc-sim/msc-sim/sim/form"

// Preset is the defaults of a well-known library, as published, and the same
// made small: with the published windows a class that clicks ten times never
// sees a breaker open.
type Preset struct {
	Word      string
	About     string   // what it is, and what to know about it
	Source    string   // who published these numbers
	Lines     []string // its policies as published, as [Parse] reads them
	Classroom []string // windows and waits shrunk
	Shrunk    string   // which ones, in words
}

// Presets is the table.
func Presets() []Preset {
	return []Preset{
		{
			Word: "hystrix", About: "20 requests in 10 s and half of them failed open it for 5 s; then 1 trial", Source: "Netflix Hystrix, Configuration",
			Lines:     []string{"timeout after=1s", "bulkhead max=10", "breaker window=10s calls=20 failed=50% refused=count open=5s probes=1"},
			Classroom: []string{"timeout after=1s", "bulkhead max=10", "breaker window=10s calls=4 failed=50% refused=count open=3s probes=1"},
			Shrunk:    "calls 20 → 4, open 5 s → 3 s",
		},
		{
			Word: "resilience4j", About: "100 calls and half of them failed open it for 60 s; then 10 probes. Its rate limiter, 50 per 500 ns, is in effect off", Source: "resilience4j, Getting started",
			Lines:     []string{"retry tries=3 backoff=constant base=500ms jitter=none retryafter=ignore", "breaker window=100 calls=100 failed=50% slower=60s slow=100% refused=count open=60s probes=10", "ratelimit rate=50/500ns burst=50", "bulkhead max=25", "timeout after=1s"},
			Classroom: []string{"retry tries=3 backoff=constant base=500ms jitter=none retryafter=ignore", "breaker window=10 calls=10 failed=50% slower=6s slow=100% refused=count open=6s probes=3", "ratelimit rate=50/500ns burst=50", "bulkhead max=25", "timeout after=1s"},
			Shrunk:    "window 100 → 10 calls, open 60 s → 6 s, probes 10 → 3, slow 60 s → 6 s",
		},
		{
			Word: "polly", About: "100 calls in 30 s and a tenth of them failed open it for 5 s; then 1 probe", Source: "Polly v8, Circuit breaker and Retry strategies",
			Lines:     []string{"retry tries=4 backoff=constant base=2s jitter=none retryafter=ignore", "breaker window=30s calls=100 failed=10% refused=count open=5s probes=1", "timeout after=30s"},
			Classroom: []string{"retry tries=4 backoff=constant base=200ms jitter=none retryafter=ignore", "breaker window=30s calls=10 failed=10% refused=count open=3s probes=1", "timeout after=3s"},
			Shrunk:    "calls 100 → 10, open 5 s → 3 s, wait 2 s → 200 ms, timeout 30 s → 3 s",
		},
		{
			Word: "gobreaker", About: "more than 5 failures in a row open it for 60 s; then 1 success closes it", Source: "sony/gobreaker, Settings",
			Lines:     []string{"breaker row=6 refused=count open=60s probes=1"},
			Classroom: []string{"breaker row=6 refused=count open=6s probes=1"},
			Shrunk:    "open 60 s → 6 s",
		},
		{
			Word: "envoy", About: "1 retry after 25 ms; 1024 calls at once, 1024 may wait. What it calls outlier detection ejects instances, not a link; that at most 3 retries run at once is left out", Source: "Envoy v3 API, RetryPolicy, CircuitBreakers, RouteAction",
			Lines:     []string{"retry tries=2 base=25ms cap=250ms jitter=full", "bulkhead max=1024 queue=1024 wait=15s", "timeout after=15s"},
			Classroom: []string{"retry tries=2 base=25ms cap=250ms jitter=full", "bulkhead max=4 queue=4 wait=2s", "timeout after=2s"},
			Shrunk:    "1024 → 4 calls at once and waiting, timeout 15 s → 2 s",
		},
		{
			Word: "linkerd", About: "7 failures in a row open it for 1 s, then 1 probe; retries add a fifth and 10/s. That the 1 s grows up to 60 s is left out", Source: "Linkerd, Circuit breaking, Retries and ServiceProfiles",
			Lines:     []string{"retry tries=2 backoff=constant base=0s jitter=none retryafter=ignore", "budget share=20% floor=10/s over=10s", "breaker row=7 open=1s probes=1"},
			Classroom: []string{"retry tries=2 backoff=constant base=0s jitter=none retryafter=ignore", "budget share=20% floor=1/s over=10s", "breaker row=4 open=3s probes=1"},
			Shrunk:    "7 → 4 failures, open 1 s → 3 s, floor 10/s → 1/s",
		},
		{
			Word: "grpc", About: "the example of its proposal, as it has no policy by default: 4 attempts, and retries stop while half of 10 tokens are used up", Source: "gRFC A6, Client Retries",
			Lines:     []string{"retry tries=4 base=100ms cap=1s jitter=full tokens=10 ratio=0.1"},
			Classroom: []string{"retry tries=4 base=100ms cap=1s jitter=full tokens=4 ratio=0.5"},
			Shrunk:    "tokens 10 → 4, ratio 0.1 → 0.5",
		},
		{
			Word: "finagle", About: "5 failures in a row open it for 5 s; retries add a fifth and 10/s. That the 5 s grow up to 300 s is left out", Source: "Finagle, RetryBudget and FailureAccrualFactory",
			Lines:     []string{"retry tries=10 backoff=constant base=0s jitter=none retryafter=ignore", "budget share=20% floor=10/s over=10s", "breaker row=5 open=5s probes=1"},
			Classroom: []string{"retry tries=10 backoff=constant base=0s jitter=none retryafter=ignore", "budget share=20% floor=1/s over=10s", "breaker row=5 open=3s probes=1"},
			Shrunk:    "open 5 s → 3 s, floor 10/s → 1/s",
		},
	}
}

// FindPreset finds a preset by its word; the error names the nearest one.
func FindPreset(word string) (Preset, error) { return form.Find("preset", word, Presets()) }

// Row is the preset as a form.
func (p Preset) Row() form.Form {
	return form.Form{Word: p.Word, About: p.About, Targets: []string{form.Link}, Params: []form.Param{
		{Name: "scale", Kind: form.Choice, Unit: "word", Default: "published", Choices: []string{"published", "classroom"}, About: "classroom: windows and waits made small", Example: "classroom"},
	}}
}

// Make makes the policies of a preset. Its one parameter is scale, published
// unless said otherwise. said is the preset in words, with what was shrunk.
func (p Preset) Make(params map[string]string, d Deps) (s Stack, said string, err error) {
	v, err := p.Row().Read(params)
	if err != nil {
		return nil, "", err
	}
	lines, said := p.Lines, p.Word+" as published"
	if v.Text("scale") == "classroom" {
		lines, said = p.Classroom, p.Word+" at classroom scale: "+p.Shrunk
	}
	for _, line := range lines {
		word, params, err := Parse(line)
		if err != nil {
			return nil, "", err
		}
		one, err := Make(word, params, d)
		if err != nil {
			return nil, "", err
		}
		s = s.With(one)
	}
	return s, said, nil
}
