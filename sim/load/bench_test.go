package load

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// get asks a server over HTTP.
func get(b *testing.B, url string) Request {
	transport := &http.Transport{MaxIdleConnsPerHost: UsualInFlight}
	b.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}
	return func(ctx context.Context, _ time.Time) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
}

func tell(b *testing.B, r Report) {
	held, why := r.Held()
	if !held {
		b.Log(why)
	}
	inMS := func(d time.Duration) float64 { return float64(d) / 1e6 }
	b.ReportMetric(float64(r.Achieved()), "sent/s")
	b.ReportMetric(inMS(r.Took.P50), "p50-ms")
	b.ReportMetric(inMS(r.Took.P90), "p90-ms")
	b.ReportMetric(inMS(r.Took.P99), "p99-ms")
	b.ReportMetric(inMS(r.Behind), "behind-ms")
	b.ReportMetric(float64(r.Refused), "refused")
}

// BenchmarkStalledServer offers 500/s over HTTP to a server that stands still for
// one second in five. The truth is p90 500 ms and p99 950 ms; tools that wait for
// answers print 1 ms and 3 to 5 ms.
//
//	go test ./sim/load -run '^$' -bench Stalled -benchtime 1x
func BenchmarkStalledServer(b *testing.B) {
	var began atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		now := time.Now()
		began.CompareAndSwap(0, now.UnixNano())
		if after := now.Sub(time.Unix(0, began.Load())); after >= 2*time.Second && after < 3*time.Second {
			time.Sleep(3*time.Second - after)
		}
	}))
	defer server.Close()
	do := get(b, server.URL)
	for b.Loop() {
		began.Store(0)
		r, err := Run(b.Context(), Options{Rate: 500, For: 5 * time.Second}, do)
		if err != nil {
			b.Fatal(err)
		}
		tell(b, r)
	}
}

// BenchmarkHeld offers more and more to a server that does nothing, over HTTP.
func BenchmarkHeld(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	do := get(b, server.URL)
	for _, rate := range []sim.Rate{1000, 5000, 10000} {
		b.Run(rate.String(), func(b *testing.B) {
			for b.Loop() {
				r, err := Run(b.Context(), Options{Rate: rate, Arrivals: sim.Poisson, For: 2 * time.Second}, do)
				if err != nil {
					b.Fatal(err)
				}
				tell(b, r)
			}
		})
	}
}

// BenchmarkNap says how late a sleep of a millisecond ends.
func BenchmarkNap(b *testing.B) {
	for _, way := range []struct {
		name string
		nap  func(time.Duration)
	}{{"nap", nap}, {"time.Sleep", time.Sleep}} {
		b.Run(way.name, func(b *testing.B) {
			late := newTally()
			for b.Loop() {
				due := time.Now().Add(time.Millisecond)
				way.nap(time.Millisecond)
				late.add(time.Since(due))
			}
			b.ReportMetric(float64(late.latency().P50)/1e3, "late-p50-µs")
			b.ReportMetric(float64(late.latency().P90)/1e3, "late-p90-µs")
		})
	}
}
