package part

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

const ms = time.Millisecond

func real(t time.Duration) time.Duration { return t }

func TestPhases(t *testing.T) {
	answered := &view.Hop{SentAt: 100 * ms, ReceivedAt: 300 * ms, RepliedAt: 400 * ms, EndedAt: 600 * ms, Outcome: sim.WasAnswered, BytesOut: 9}
	silent := &view.Hop{SentAt: 100 * ms, EndedAt: 2 * time.Second, Outcome: sim.WasTimedOut, BytesOut: 9}
	atWork := &view.Hop{SentAt: 100 * ms, ReceivedAt: 300 * ms, EndedAt: 600 * ms, Outcome: sim.WasTimedOut, BytesOut: 9}
	refused := &view.Hop{SentAt: 100 * ms, EndedAt: 101 * ms, Outcome: sim.WasFailed, Reason: "connection refused"}
	late := &view.Hop{SentAt: 100 * ms, ReceivedAt: 900 * ms, RepliedAt: 950 * ms, EndedAt: 600 * ms, Outcome: sim.WasTimedOut, BytesOut: 9}
	lost := &view.Hop{SentAt: 100 * ms, ReceivedAt: 300 * ms, RepliedAt: 400 * ms, EndedAt: 2 * time.Second, Outcome: sim.WasTimedOut, Code: sim.Timeout}
	black := &view.Hop{SentAt: 100 * ms, EndedAt: 600 * ms, Outcome: sim.WasAnswered, BytesOut: 9}
	for _, c := range []struct {
		name     string
		h        *view.Hop
		now      time.Duration
		phase    phase
		from, to float64
	}{
		{"not yet", answered, 50 * ms, future, 0, 0},
		{"half-way there", answered, 200 * ms, out, 0.5, 0.5},
		{"at work", answered, 350 * ms, working, 1, 1},
		{"half-way back", answered, 500 * ms, back, 0.5, 0.5},
		{"home", answered, 600 * ms, home, 0, 0},
		{"waits before the door", silent, 1500 * ms, out, door, door},
		{"given up where it stood", silent, 2 * time.Second, gone, door, door},
		{"given up while the other side works", atWork, 700 * ms, gone, 1, 1},
		{"refused at the door", refused, 200 * ms, gone, 1, 1},
		{"arrives when nobody waits any more", late, 1200 * ms, gone, 0.7, door},
		{"a response that will be lost, half-way", lost, 400*ms + usual/2, back, 0.5, 0.5},
		{"it never arrives", lost, 1900 * ms, back, 1 - door, 1 - door},
		{"lost on its way back", lost, 2 * time.Second, gone, 1 - door, 1 - door},
		{"nothing known of the other side", black, 600 * ms, home, 0, 0},
	} {
		m := moving(c.h, c.now, real)
		if m.phase != c.phase || m.at < c.from-1e-9 || m.at > c.to+1e-9 {
			t.Errorf("%s: phase %d at %.2f, want %d at %.2f to %.2f", c.name, m.phase, m.at, c.phase, c.from, c.to)
		}
	}
}

// TestMessagesNeverMoveBack looks at a message frame by frame, while its end
// becomes known.
func TestMessagesNeverMoveBack(t *testing.T) {
	for _, arrives := range []time.Duration{20 * ms, 350 * ms, 599 * ms, 700 * ms, 3 * time.Second} {
		before := 0.0
		for now := time.Duration(0); now <= arrives; now += ms {
			h := &view.Hop{SentAt: 1}
			if now == arrives {
				h.ReceivedAt = arrives
			}
			m := moving(h, now, real)
			if m.at < before {
				t.Fatalf("arriving after %v: from %.3f back to %.3f at %v", arrives, before, m.at, now)
			}
			before = m.at
		}
		if before != 1 {
			t.Errorf("arriving after %v it stands at %.2f when it arrives", arrives, before)
		}
	}
}

// TestHeadMovesSlowlyEnough: on a long link, at 30 frames a second, a message
// of usual length moves at most two cells a frame.
func TestHeadMovesSlowlyEnough(t *testing.T) {
	const cells, frame = 34, time.Second / 30
	for x := time.Duration(0); x < usual; x += frame {
		if step := (along(x+frame, usual) - along(x, usual)) * cells; step > 2 {
			t.Errorf("%.1f cells in a frame", step)
		}
	}
}

func TestInFlightStopsCounting(t *testing.T) {
	p := &view.Picture{}
	for range 10 {
		tr := &view.Trace{}
		for range 10 {
			tr.Hops = append(tr.Hops, &view.Hop{SentAt: 1})
		}
		p.Traces = append(p.Traces, tr)
	}
	p.Traces[0].EndedAt = 5
	if n := inFlight(p, 10, 1000); n != 90 {
		t.Errorf("%d in flight, want 90", n)
	}
	if n := inFlight(p, 10, 40); n != 41 {
		t.Errorf("%d counted with a bound of 40", n)
	}
}

// The clock of the screen may have been set anew since a message was sent. What is
// drawn stays on its wire.
func TestMessagesStayOnTheirWire(t *testing.T) {
	back := func(at time.Duration) time.Duration { return -1000 * at }
	for _, h := range []*view.Hop{
		{SentAt: 100 * ms},
		{SentAt: 100 * ms, ReceivedAt: 300 * ms},
		{SentAt: 100 * ms, ReceivedAt: 150 * ms, RepliedAt: 160 * ms, EndedAt: 300 * ms, AcceptedAt: 300 * ms},
	} {
		for _, way := range []func(*view.Hop, time.Duration, func(time.Duration) time.Duration) motion{moving, published, delivered} {
			if m := way(h, 200*ms, back); m.at < 0 || m.at > 1 {
				t.Errorf("%+v is at %g", h, m.at)
			}
		}
	}
}

// What no broker has taken never stands beyond the queue it was meant for.
func TestWhatWasNotTakenStandsBeforeTheQueue(t *testing.T) {
	f := &frame{Stage: Stage{Now: time.Second}, plan: &Plan{nodes: make([]node, 2)}}
	w := &wire{to: 1, into: 8, queue: 10, path: make([]point, 21)}
	for name, h := range map[string]*view.Hop{
		"refused": {SentAt: 100 * ms, EndedAt: 101 * ms, Outcome: sim.WasFailed, Reason: "connection refused"},
		"silent":  {SentAt: 100 * ms, EndedAt: 900 * ms, Outcome: sim.WasTimedOut, BytesOut: 9},
	} {
		if m := f.moving(h, w); m.phase != gone || m.at > 0.4 {
			t.Errorf("%s: phase %d at %.2f, want %d at 0.40 at most", name, m.phase, m.at, gone)
		}
	}
}
