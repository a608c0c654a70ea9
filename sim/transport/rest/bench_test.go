//go:build unix

package rest_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// BenchmarkAgainstBare compares a call through this transport, with a span, with
// the same call over net/http used as its own documentation does: same pool,
// same JSON, plain sockets on both sides, the server and the transport set up as
// in the examples of package net/http. The bare arm reads and writes its JSON
// with protojson, so what our codec saves is part of the ratio. The arms take
// turns (A B A B …), and the bare arm runs a second time against itself, which
// shows the noise.
//
//	go test -run - -bench AgainstBare -benchtime 40000x ./sim/transport/rest
func BenchmarkAgainstBare(b *testing.B) {
	for _, n := range []int{1, 32} {
		b.Run(fmt.Sprintf("callers=%d", n), func(b *testing.B) {
			arms := []*arm{{call: bare(b)}, {call: watched(b)}, {call: bare(b)}}
			const turn = 256 // calls before the next arm
			for done := 0; done < b.N; done += turn {
				for _, a := range arms {
					a.run(b, n, turn)
				}
			}
			first, rest, again := arms[0].result(), arms[1].result(), arms[2].result()
			b.ReportMetric(0, "ns/op") // all arms together: of no meaning
			b.ReportMetric(first.cpu/1e3, "bare-cpu-µs")
			b.ReportMetric(first.p50/1e3, "bare-p50-µs")
			b.ReportMetric(rest.cpu/first.cpu, "rest-cpu-×")
			b.ReportMetric(rest.p50/first.p50, "rest-p50-×")
			b.ReportMetric(again.cpu/first.cpu, "noise-cpu-×")
			b.ReportMetric(again.p50/first.p50, "noise-p50-×")
		})
	}
}

// arm is one way to make the call, with what it has cost.
type arm struct {
	call func(context.Context) error
	cpu  time.Duration // of the whole process
	took []time.Duration
}

// run makes total calls from n callers.
func (a *arm) run(b *testing.B, n, total int) {
	took := make([][]time.Duration, n)
	before := cpu(b)
	var all sync.WaitGroup
	for c := range n {
		all.Go(func() { // ends after its share
			for range total / n {
				start := time.Now()
				if err := a.call(b.Context()); err != nil {
					b.Error(err)
					return
				}
				took[c] = append(took[c], time.Since(start))
			}
		})
	}
	all.Wait()
	a.cpu += cpu(b) - before
	a.took = append(a.took, slices.Concat(took...)...)
}

type cost struct{ cpu, p50 float64 } // ns a call

func (a *arm) result() cost {
	slices.Sort(a.took)
	return cost{float64(a.cpu) / float64(len(a.took)), float64(a.took[len(a.took)/2])}
}

// answer is of the size of a product.
func answer() *conformv1.Thing {
	t := &conformv1.Thing{Id: "101", Note: "A mug for the morning, blue, 0.3 l, safe in the dishwasher", Size: 36}
	for range 3 {
		t.Parts = append(t.Parts, &conformv1.Part{Name: "one part of the whole"})
	}
	return t
}

// bare is the call over net/http alone.
func bare(b *testing.B) func(context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /things/{id}", func(w http.ResponseWriter, _ *http.Request) {
		body, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true}.Marshal(answer())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	hs := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 1 << 20}
	go func() { _ = hs.Serve(l) }() // ends with Close
	tr := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second, DisableCompression: true}
	b.Cleanup(func() { tr.CloseIdleConnections(); _ = hs.Close() })
	client, url := &http.Client{Transport: tr}, "http://"+l.Addr().String()+"/things/101"
	return func(ctx context.Context) error { return fetch(ctx, client, url) }
}

func fetch(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	return protojson.Unmarshal(body, new(conformv1.Thing))
}

// watched is the call through this transport.
func watched(b *testing.B) func(context.Context) error {
	t := rest.New(rest.Options{})
	server, err := t.Bind(b.Context(), plain{}, sim.Instance{Service: "probe"}, probes)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { // ends with ctx
		served <- server.Serve(ctx, func(context.Context, sim.Message) (sim.Message, error) { return sim.NewMessage(answer()), nil })
	}()
	conn, err := t.Dial(b.Context(), plain{}, sim.Route{From: sim.Instance{Service: "order"}}, server.Addr())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(); cancel(); <-served })
	m := sim.NewMessage(&conformv1.GetThing{Id: "101"})
	var id atomic.Uint64
	return func(ctx context.Context) error {
		_, err := conn.Do(sim.WithSpan(ctx, &sim.Span{Trace: sim.TraceID{1}, ID: sim.SpanID(id.Add(1))}), m)
		return err
	}
}

// cpu is the time that this process has computed so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
