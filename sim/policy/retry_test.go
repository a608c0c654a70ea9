package policy_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// refused is how a transport tells that nobody listens.
func refused() error {
	return &sim.Error{Code: sim.Unavailable, Message: "connection refused", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}
}

// reset is how it tells that the other side threw the connection away: it may have acted.
func reset() error {
	return &sim.Error{Code: sim.Unavailable, Message: "connection reset", Err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}
}

func retryAfter(d time.Duration) error {
	return &sim.Error{Code: sim.Unavailable, Message: "closed for lunch", Remote: true, RetryAfter: d}
}

// A retry is allowed for a reason, and the reason is told.
func TestRetryReasons(t *testing.T) {
	raw := sim.Message{Type: "google.api.HttpBody", Header: sim.Header{sim.HeaderMethod: {"POST"}}}
	rawPut := sim.Message{Type: "google.api.HttpBody", Header: sim.Header{sim.HeaderMethod: {"PUT"}}}
	keyless := get()
	keyless.Type, keyless.Header = "shop.unknown.v1.Do", sim.Header{sim.HeaderIdempotencyKey: {"idem-4"}}
	stream := get()
	stream.Stream = silent{}
	const never = "" // not tried again
	for _, tt := range []struct {
		name, line string
		m          sim.Message
		err        error
		why        string
	}{
		{"never arrived", "retry", post(""), refused(), "never arrived: connection refused"},
		{"reset without a key", "retry", post(""), reset(), never},
		{"reset with a key", "retry", post("idem-1"), reset(), "key idem-1"},
		{"timeout with a key", "retry", post("idem-1"), context.DeadlineExceeded, "key idem-1"},
		{"reading twice is reading once", "retry", get(), reset(), "GET may be repeated"},
		{"503 alone says nothing", "retry", post(""), unavailable(), never},
		{"503 that asks to come back", "retry", post(""), retryAfter(2 * time.Second), "503 Service Unavailable, Retry-After 2.00 s"},
		{"unsafe", "retry unsafe=yes", post(""), reset(), "unsafe=yes"},
		{"raw POST", "retry", raw, reset(), never},
		{"raw PUT", "retry", rawPut, reset(), "PUT may be repeated"},
		{"a key and no contract that could deny it", "retry", keyless, reset(), "key idem-4"},
		{"a stream that never arrived", "retry", stream, refused(), "never arrived: connection refused"},
		{"a stream that broke", "retry unsafe=yes", stream, reset(), never},
		{"not found is an answer", "retry unsafe=yes", get(), &sim.Error{Code: sim.NotFound, Remote: true}, never},
		{"conflict is an answer", "retry unsafe=yes", get(), &sim.Error{Code: sim.Conflict, Remote: true}, never},
		{"killed", "retry unsafe=yes", get(), sim.ErrKilled, never},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r recorder
				calls := 0
				_, err := made(t, tt.line, r.deps()).Around()(failing(1, tt.err, &calls))(t.Context(), tt.m)
				facts := r.taken()
				if tt.why == never {
					if err == nil || calls != 1 || len(facts) != 0 {
						t.Fatalf("error %v after %d calls, facts %v; want one call", err, calls, facts)
					}
					return
				}
				if err != nil || calls != 2 {
					t.Fatalf("error %v after %d calls, want an answer after 2", err, calls)
				}
				if w := facts[0].(sim.Waited); w.Why != tt.why || w.Try != 2 {
					t.Errorf("%+v, want attempt 2 because %q", w, tt.why)
				}
			})
		})
	}
}

// silent is a stream in which nobody says anything.
type silent struct{ sim.Stream }

// Why nobody asked again is part of the error, which stays what it was.
func TestRetrySaysWhyItGaveUp(t *testing.T) {
	for _, tt := range []struct {
		name, line, why string
		m               sim.Message
		within          time.Duration
	}{
		{"not allowed", "retry", "it carries no Idempotency-Key", post(""), time.Minute},
		{"deadline", "retry jitter=none base=1s", "the deadline comes before the next attempt", get(), time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.within)
				defer cancel()
				p := made(t, tt.line, policy.Deps{})
				start, calls := time.Now(), 0
				_, err := p.Around()(failing(9, reset(), &calls))(ctx, tt.m)
				e := sim.AsError(err)
				if e.Code != sim.Unavailable || e.Remote || !errors.Is(err, syscall.ECONNRESET) ||
					!strings.HasPrefix(e.Message, "connection reset; not retried: ") || !strings.Contains(e.Message, tt.why) {
					t.Errorf("%v", err)
				}
				if calls != 1 || time.Since(start) != 0 || p.Gauge().Refused != 1 {
					t.Errorf("%d calls in %s, gave up %d times", calls, time.Since(start), p.Gauge().Refused)
				}
			})
		})
	}
}

// Tries are not retries: they count with the first one.
func TestTriesCountWithTheFirst(t *testing.T) {
	for _, tt := range []struct {
		line, about string
		calls       int
	}{
		{"retry tries=1", "tries 1 (1 + 0), exponential from 100 ms up to 2.00 s, full jitter, obeys Retry-After", 1},
		{"retry", "tries 3 (1 + 2), exponential from 100 ms up to 2.00 s, full jitter, obeys Retry-After", 3},
		{"retry tries=10 backoff=constant jitter=none", "tries 10 (1 + 9), always 100 ms, no jitter, obeys Retry-After", 10},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, calls := made(t, tt.line, policy.Deps{}), 0
			_, err := p.Around()(failing(99, unavailable(), &calls))(t.Context(), get())
			if g := p.Gauge(); err == nil || calls != tt.calls || g.About != tt.about || g.Did() != fmt.Sprintf("%d retries, 0 calls failed after the last", tt.calls-1) {
				t.Errorf("%s: %v after %d calls, %+v", tt.line, err, calls, g)
			}
		})
	}
}

func TestRetryMayIgnoreRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		p, calls := made(t, "retry base=1ms cap=2ms jitter=none retryafter=ignore", r.deps()), 0
		busy := &sim.Error{Code: sim.Unavailable, Remote: true, RetryAfter: time.Second}
		_, _ = p.Around()(failing(1, busy, &calls))(t.Context(), get())
		want := []sim.Fact{sim.Waited{For: time.Millisecond, Try: 2, Why: "GET may be repeated"}}
		if d := cmp.Diff(want, r.taken()); d != "" || !strings.HasSuffix(p.Gauge().About, "ignores Retry-After") {
			t.Errorf("%s\n%s", p.Gauge().About, d)
		}
	})
}

func TestRetryHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		calls := 0
		start := time.Now()
		if _, err := made(t, "retry", r.deps()).Around()(failing(1, retryAfter(7*time.Second), &calls))(t.Context(), get()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 7*time.Second {
			t.Errorf("waited %s, want the 7 s that were asked for", took)
		}
	})
}

// An open breaker inside ends the retries at once; what it says is the result.
func TestRetryEndsWhenTheBreakerOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		h := stack(t, r.deps(), "retry tries=10 jitter=none base=10ms", "breaker row=3 open=5s").Around()
		calls := 0
		_, err := h(failing(99, unavailable(), &calls))(t.Context(), get())
		e := sim.AsError(err)
		if !errors.Is(err, policy.ErrOpen) || !errors.Is(err, sim.ErrNotSent) || calls != 3 {
			t.Fatalf("%v after %d calls, want an open breaker after 3", err, calls)
		}
		if e.Code != sim.Unavailable || e.Message != "breaker is open" || e.RetryAfter != 5*time.Second-40*time.Millisecond {
			t.Errorf("%+v", e)
		}
		want := []sim.Fact{
			sim.Waited{For: 10 * time.Millisecond, Try: 2, Why: "GET may be repeated"},
			sim.Waited{For: 20 * time.Millisecond, Try: 3, Why: "GET may be repeated"},
			sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "3 failed in a row"},
			sim.Waited{For: 40 * time.Millisecond, Try: 4, Why: "GET may be repeated"},
			sim.Rejected{By: "breaker", Why: "it is open"},
		}
		if d := cmp.Diff(want, r.taken()); d != "" {
			t.Error(d)
		}
	})
}

// A caller that gives up while a retry waits is not kept.
func TestRetryStopsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		calls, done := 0, make(chan error)
		h := made(t, "retry base=10s jitter=none cap=10s", policy.Deps{}).Around()(failing(99, unavailable(), &calls))
		start := time.Now()
		go func() {
			_, err := h(ctx, get())
			done <- err
		}()
		synctest.Wait() // it waits for its second try
		cancel()
		if err := <-done; err == nil || calls != 1 || time.Since(start) != 0 {
			t.Errorf("%v after %d calls and %s", err, calls, time.Since(start))
		}
	})
}

// Retries multiply through layers: attempts^layers (SRE book, chapter 22): 4³ = 64, 3⁵ = 243.
func TestRetriesAmplify(t *testing.T) {
	for _, tt := range []struct{ tries, layers int }{{4, 3}, {3, 5}, {3, 1}} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			h := failing(math.MaxInt, unavailable(), &calls)
			for range tt.layers {
				h = made(t, "retry tries="+string(rune('0'+tt.tries)), policy.Deps{}).Around()(h)
			}
			_, err := h(t.Context(), get())
			if want := int(math.Pow(float64(tt.tries), float64(tt.layers))); err == nil || calls != want {
				t.Errorf("%d tries in %d layers: %d attempts, want %d", tt.tries, tt.layers, calls, want)
			}
		})
	}
}

// The mean number of attempts is (1−pⁿ)/(1−p) when each fails with probability p.
func TestMeanAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const p, n, rounds = 0.3, 3, 20_000
		var r recorder
		d := r.deps()
		calls := 0
		h := made(t, "retry tries=3", d).Around()(func(context.Context, sim.Message) (sim.Message, error) {
			calls++
			if d.Draw() < p {
				return sim.Message{}, unavailable()
			}
			return sim.Message{}, nil
		})
		for range rounds {
			_, _ = h(t.Context(), get())
		}
		got, want := float64(calls)/rounds, (1-math.Pow(p, n))/(1-p)
		if math.Abs(got-want) > 0.02 {
			t.Errorf("%.3f attempts a call, want %.3f", got, want)
		}
	})
}

// gRFC A6: with 10 tokens and a ratio of 0.1 five failures stop retries, and one success
// lets them go on.
func TestTokensStopRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts, fine := 0, false
		call := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) {
			attempts++
			if fine {
				return sim.Message{}, nil
			}
			return sim.Message{}, &sim.Error{Code: sim.Unavailable, Message: "no", Remote: true}
		}, made(t, "retry tries=2 base=1ms cap=1ms tokens=10 ratio=0.1", policy.Deps{}).Around())
		for i, want := range []int{2, 2, 1, 1} { // 10 tokens: 9, 8 | 7, 6 | 5: half is not more than half | 4
			attempts = 0
			_, _ = call(t.Context(), get())
			if attempts != want {
				t.Errorf("call %d: %d attempts, want %d", i+1, attempts, want)
			}
		}
		fine = true
		for range 21 { // 4 + 2.1
			_, _ = call(t.Context(), get())
		}
		attempts, fine = 0, false
		if _, _ = call(t.Context(), get()); attempts != 2 { // 5.1
			t.Errorf("after successes: %d attempts", attempts)
		}
	})
}

func TestAResponseCanAskForNoRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		call := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) {
			attempts++
			return sim.Message{}, &sim.Error{Code: sim.Unavailable, Message: "no", Remote: true, RetryAfter: -1}
		}, made(t, "retry", policy.Deps{}).Around())
		if _, err := call(t.Context(), get()); attempts != 1 || !strings.Contains(err.Error(), "asks for no retry") {
			t.Errorf("%d attempts: %v", attempts, err)
		}
	})
}
