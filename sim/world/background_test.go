package world_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/trace"
	"github.com/msc-sim/msc-sim/sim/wire"
	"github.com/msc-sim/msc-sim/sim/world"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// eager is a service that has work to do from its first moment on.
type eager struct{}

func (eager) Handlers() map[string]sim.Handler { return nil }
func (eager) OnAnswer() map[string]sim.Handler { return nil }

// Background work that is asked for while a service is made begins when the
// instance has started: sooner, it would have the sockets of nobody.
func TestBackgroundWorkBeginsWithTheInstance(t *testing.T) { synctest.Test(t, backgroundWork) }

func backgroundWork(t *testing.T) {
	began := time.Now()
	now := func() time.Duration { return time.Since(began) }
	log := trace.New(trace.Options{Now: now})
	defer log.Close()
	started := make(chan int, 1)
	kind := world.Kind{New: func(env *sim.Env, _ sim.ServiceSpec) sim.Service {
		env.Group.Go("eager", func(context.Context) { started <- starts(log) })
		synctest.Wait() // it begins now, if it may
		return eager{}
	}}
	spec, err := worldfile.Parse("eager.yaml", []byte("name: eager\nservices: {a: {kind: eager}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.Open(t.Context(), spec, world.Options{
		Net: wire.New(wire.Options{Now: now}), Log: log, Now: now,
		Kind: func(string) (world.Kind, bool) { return kind, true },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for life := 1; life <= 10; life++ {
		if got := <-started; got != life {
			t.Fatalf("life %d works in the background after %d starts", life, got)
		}
		if _, err := w.Do(t.Context(), sim.Restart{Target: "a"}); err != nil {
			t.Fatal(err)
		}
	}
}

// starts counts how often an instance has started.
func starts(log *trace.Log) (n int) {
	events := make([]sim.Event, 64)
	for after := sim.Seq(0); ; {
		read, cursor, _ := log.Read(after, events)
		if read == 0 {
			return n
		}
		for _, e := range events[:read] {
			if _, ok := e.Fact.(sim.Started); ok {
				n++
			}
		}
		after = cursor
	}
}
