package lab_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"google.golang.org/protobuf/encoding/protojson"
)

// BenchmarkWatched compares a recorded call with the same call on bare net/http:
// the same product as JSON, written and read on both sides, over pools of the
// same size. The arms take turns within one run, so that what else the machine
// does hits both alike; the bare arm against itself shows the noise. All results
// are ratios to the bare arm, medians over the rounds: p50/bare and cpu/bare.
//
//	go test ./sim/lab -run '^$' -bench Watched -benchtime 1x
func BenchmarkWatched(b *testing.B) {
	bare := bareArm(b)
	spec := parse(b, "name: bench\nservices:\n  client: {kind: client}\n  product: {kind: product}\nuse_cases:\n  get: {from: client, ask: product.GetProduct, body: {id: $item}, fields: {item: \"101\"}}\n")
	l, err := lab.Open(b.Context(), spec, lab.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	ask := l.Caller("client")
	m := sim.NewMessage(&productv1.GetProduct{Id: "101"})
	watched := func() error {
		_, err := ask.Ask(context.Background(), "product", m)
		return err
	}
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			for b.Loop() {
				compare(b, callers, []arm{{"bare", bare}, {"again", bare}, {"watched", watched}})
			}
		})
	}
}

type arm struct {
	name string
	call func() error
}

// rounds and slice set how long a comparison takes: 9 rounds of 300 ms an arm.
const (
	rounds = 9
	slice  = 300 * time.Millisecond
)

// compare runs the arms in turn and reports the medians of their ratios to the first.
func compare(b *testing.B, callers int, arms []arm) {
	p50, cpu := make([][]float64, len(arms)), make([][]float64, len(arms))
	for r := range rounds + 1 { // the first round warms up
		var base [2]float64
		for i, a := range arms {
			took, used := measure(b, callers, a.call)
			if i == 0 {
				base = [2]float64{took, used}
			}
			if r > 0 {
				p50[i], cpu[i] = append(p50[i], took/base[0]), append(cpu[i], used/base[1])
			}
		}
	}
	for i, a := range arms[1:] {
		b.ReportMetric(median(p50[i+1]), a.name+"-p50/"+arms[0].name)
		b.ReportMetric(median(cpu[i+1]), a.name+"-cpu/"+arms[0].name)
	}
}

func median(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }

// measure calls for one slice and returns the median time of a call in
// nanoseconds, and the processor time that one call used.
func measure(b *testing.B, callers int, call func() error) (p50, cpu float64) {
	var wg sync.WaitGroup
	all := make([][]float64, callers)
	before, end := cpuTime(), time.Now().Add(slice)
	for i := range callers {
		wg.Go(func() {
			for time.Now().Before(end) {
				t := time.Now()
				if err := call(); err != nil {
					b.Error(err)
					return
				}
				all[i] = append(all[i], float64(time.Since(t)))
			}
		})
	}
	wg.Wait()
	used := cpuTime() - before
	took := slices.Concat(all...)
	return median(took), float64(used) / float64(len(took))
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bareArm is the library used as its own documentation does.
func bareArm(b *testing.B) func() error {
	product := &productv1.Product{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, err := protojson.Marshal(&productv1.Product{Id: r.PathValue("id"), Name: product.GetName(), Description: product.GetDescription(), Price: product.GetPrice()})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &http.Server{Handler: mux}
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.Serve(ln) })
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.Cleanup(func() {
		_ = s.Close()
		c.CloseIdleConnections()
		wg.Wait()
	})
	url := "http://" + ln.Addr().String() + "/products/101"
	fetchProduct(b, product)
	return func() error {
		res, err := c.Get(url)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		return protojson.Unmarshal(body, &productv1.Product{})
	}
}

// fetchProduct fills in the product that the real service sells, so that both
// arms carry the same bytes.
func fetchProduct(b *testing.B, into *productv1.Product) {
	l := openSpec(b, parse(b, "name: one\nservices:\n  c: {kind: client}\n  product: {kind: product}\nuse_cases:\n  get: {from: c, ask: product.GetProduct, body: {id: \"101\"}}\n"), lab.Options{})
	res, err := http.Get("http://" + addr(b, l, "product") + "/products/101")
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if err := protojson.Unmarshal(body, into); err != nil || !strings.Contains(string(body), "101") {
		b.Fatalf("%s: %v", body, err)
	}
	http.DefaultClient.CloseIdleConnections()
}
