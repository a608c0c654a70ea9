package lab_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// BenchmarkProgram compares what a call costs the whole program without its screen,
// under `load 1000/s product.get` in the world catalog (150 µs of simulated work, with
// its log, counters and captured bytes), with bare net/http at the same rate.
//
//	go test ./sim/lab -run '^$' -bench Program -benchtime 1x
func BenchmarkProgram(b *testing.B) {
	for _, rate := range []int{1000, 5000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			spec, err := worldfile.Load("catalog")
			if err != nil {
				b.Fatal(err)
			}
			l := openSpec(b, spec, lab.Options{})
			do := func(c sim.Command) sim.Result {
				r, err := l.Do(b.Context(), c)
				if err != nil {
					b.Fatal(err)
				}
				return r
			}
			whole := func(rate int, lasts time.Duration) int {
				before := l.LinkStats("order:product").Answered
				begun := do(parseLine(b, fmt.Sprintf("load %d/s product.get for=%s", rate, lasts)))
				<-time.After(lasts) // whoever reads along in the log costs something as well
				off := func(e sim.Event) bool { f, is := e.Fact.(sim.Load); return is && f.Rate == 0 }
				if _, err := l.Timeline().Await(b.Context(), begun.Seq, off); err != nil {
					b.Fatal(err)
				}
				eventually(b, "all calls have ended", func() bool { return l.LinkStats("order:product").InFlight == 0 })
				return int(l.LinkStats("order:product").Answered - before)
			}
			product := func() proto.Message {
				return &productv1.Product{Id: "101", Name: "Mug", Description: "A mug of white porcelain, 300 ml, safe in the dishwasher"}
			}
			measure.AtRate(b, rate,
				measure.Stream{Name: "bare", Run: measure.Paced(b, measure.HTTP(b, "/products/{id}", "/products/101", product))},
				measure.Stream{Name: "program", Run: whole})
		})
	}
}
