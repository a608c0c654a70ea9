package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
)

// BenchmarkFrame is one frame of 120x40 while a thousand requests a second,
// seven events each, are folded in.
func BenchmarkFrame(b *testing.B) {
	m := newModel(b.Context(), Options{Ground: DarkGround})
	w := tuitest.New()
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.Update(openedMsg{world: w})
	at := time.Unix(0, 0)
	for b.Loop() {
		for range 33 {
			_, _ = w.Do(b.Context(), sim.Send{UseCase: "product.get"})
		}
		w.Pass(frameTime)
		at = at.Add(frameTime)
		m.Update(tickMsg(at))
		_ = m.View()
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}
