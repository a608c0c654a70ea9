package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// played are the options of a demo of the program in a world of its own, without
// its pauses.
func played(name string, o demo.Options) Options {
	o.Open = func(ctx context.Context, spec *sim.WorldSpec) (demo.World, error) {
		return lab.Open(ctx, spec, lab.Options{})
	}
	o.Quick, o.Watched, o.Speed = true, true, 8
	return Options{
		Start: Start{Demo: name}, Ground: DarkGround,
		OpenDemo: func(context.Context, string) (Demo, error) {
			d, err := demo.Load(demo.Builtin(), name)
			if err != nil {
				return nil, err
			}
			return demo.New(d, o), nil
		},
	}
}

// TestDemosRunToTheirEnd lets every demo play by itself at one size and by the
// key of a clicker at the other.
func TestDemosRunToTheirEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("plays whole demos")
	}
	sizes := [2][2]int{{80, 24}, {120, 40}}
	for i, name := range demo.Names(demo.Builtin()) {
		for j, step := range []bool{false, true} {
			size := sizes[(i+j)%2]
			t.Run(fmt.Sprintf("%s step=%v %dx%d", name, step, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				watch(t, size[0], size[1], played(name, demo.Options{Step: step}))
			})
		}
	}
}

// watch looks on until the demo is over, and presses PageDown wherever it waits.
// Whatever stands on the screen fits on it.
func watch(t *testing.T, w, h int, o Options) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &rig{T: t, m: newModel(ctx, o), msgs: make(chan tea.Msg, 1000)}
	r.run(r.m.Init())
	r.msgs <- tea.WindowSizeMsg{Width: w, Height: h}
	patience := time.NewTimer(2 * time.Minute)
	defer patience.Stop()
	var seen demo.State
	for seen.Mode != demo.Over {
		select {
		case msg := <-r.msgs:
			r.take(msg)
		case <-patience.C:
			t.Fatalf("it does not end:\n%s", r.text())
		}
		if r.m.demo == nil {
			continue
		}
		st := r.m.demo.state
		if st.Caption != seen.Caption || st.Scene != seen.Scene || st.Mode != seen.Mode {
			r.m.draw() // the frame of this change may be one that was left out to save
			r.fits()
			if st.Held != nil && st.Caption != seen.Caption && st.Mode == demo.Waiting && !r.m.run.player.Stopped() {
				t.Errorf("%q stands beside another moment than it tells of:\n%s", st.Caption, r.text())
			}
			if told := r.m.run.player.Frame().Told(); st.Scene == demo.Stage && told < st.Said && !strings.Contains(r.text(), "you see") && !o.Projector {
				t.Errorf("%q tells of %v beside a picture of %v:\n%s", st.Caption, st.Said, told, r.text())
			}
		}
		if seen = st; st.Mode == demo.Waiting {
			r.take(key("pgdown"))
		} else if st.Mode == demo.Stuck {
			t.Fatal(st.Trouble)
		}
	}
	r.sees("is over", "the end")
	cancel()
	if err := r.m.keeper.closeAll(); err != nil {
		t.Error(err)
	}
}

// take handles a message as Bubble Tea would.
func (r *rig) take(msg tea.Msg) {
	_, cmd := r.m.Update(msg)
	r.run(cmd)
}
