package demo_test

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/lessons/demo"
)

// BenchmarkRestore is how long it takes to bring a chapter about anew: its world,
// its setup, and the old world closed.
func BenchmarkRestore(b *testing.B) {
	for _, name := range demo.Names(demo.Builtin()) {
		d, err := demo.Load(demo.Builtin(), name)
		if err != nil {
			b.Fatal(err)
		}
		for i, title := range d.Chapters() {
			b.Run(name+"/"+title, func(b *testing.B) {
				ready := make(chan struct{}, 1)
				var last demo.World
				s := demo.New(d, demo.Options{Open: open, From: i, Tell: func(st demo.State) {
					if st.Ready > 0 && st.World != last {
						last = st.World
						ready <- struct{}{}
					}
				}})
				ctx, cancel := context.WithCancel(b.Context())
				done := make(chan error, 1)
				go func() { done <- s.Run(ctx) }()
				<-ready
				for b.Loop() {
					s.Restore()
					<-ready
				}
				cancel()
				<-done
			})
		}
	}
}
