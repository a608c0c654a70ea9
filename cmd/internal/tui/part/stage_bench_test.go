package part_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// crowded is the shop with n messages in flight, in as many requests as a
// picture remembers.
func crowded(n int) *script {
	s, _, _ := checkout()
	at := 10 * time.Second
	for i := range view.KeptTraces {
		id := s.request(at+time.Duration(i)*us, "order.place")
		for k := range n / view.KeptTraces {
			l := []sim.LinkID{"client:order", "order:payment", "order:inventory", "order:shipping"}[k%4]
			s.do(id, try{link: l, label: "POST /orders", at: at + time.Duration(i+k*70)*us})
		}
	}
	return s
}

// BenchmarkFrame is one frame of 120x40, drawn and encoded.
func BenchmarkFrame(b *testing.B) {
	th := theme.New(dark)
	for _, n := range []int{0, 200, 10_000} {
		b.Run(fmt.Sprint(n, "_messages"), func(b *testing.B) {
			s := crowded(n)
			g, plan := grid.New(120, 40), &part.Plan{}
			st := s.stage(s.Traces[0].ID, 0.6)
			st.Plan = plan
			if n > 0 {
				st.Now = s.At
			}
			b.ReportAllocs()
			for b.Loop() {
				st.Beat += time.Second / 30
				g.Clear()
				st.Draw(g, g.Bounds(), th)
				_ = g.Encode(th.Palette)
			}
		})
	}
}
