package part_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// broken is a world in which things go wrong: an open breaker, faults at links
// and boxes, a swap that drains, and a queue that grows.
func broken() *script {
	s := world("client:order", "order:payment grpc", "order:stock", "order:mail nats")
	at := func(node string, link sim.LinkID, f sim.Fact) {
		s.apply(sim.Event{At: time.Second, Node: one(node), Link: link, Fact: f})
	}
	at("order", "order:payment", sim.Guarded{Policies: "retry(breaker(call))"})
	at("order", "order:payment", sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "6 of 10 failed"})
	at("order", "order:payment", sim.Armed{Fault: "f1", Text: "order:payment refuse"})
	at("stock", "", sim.Armed{Fault: "k1", Text: "stock kill"})
	at("stock", "", sim.Stopped{Cause: "killed"})
	at("order", "order:stock", sim.Swapped{From: "grpc", To: "rest"})
	at("nats", "order:mail", sim.Queue{Name: "order:mail", Ready: 1204, Unacked: 3})
	at("nats", "order:mail", sim.Buried{Queue: "order:mail", Why: "no such customer"})
	s.apply(sim.Event{At: 9 * time.Second, Fact: sim.Marked{Text: "later"}})
	s.Notices = nil
	return s
}

// letter is an order whose letter lies in a queue.
func letter(upTo time.Duration) part.Stage {
	s := world("client:order", "order:mail nats")
	t := s.request(time.Second, "order.place")
	tell := func(at time.Duration, node string, f sim.Fact) {
		if at <= upTo {
			s.apply(sim.Event{At: at, Trace: t, Span: 77, Node: one(node), Link: "order:mail", Depth: 1, Fact: f})
		}
	}
	tell(time.Second+ms, "order", sim.Called{Type: "shop.v1.Notify"})
	tell(time.Second+ms, "order", sim.Sent{Label: "PUB order.mail.work", Try: 1})
	tell(time.Second+2*ms, "order", sim.Accepted{Took: ms, BytesOut: 200})
	tell(time.Second+2*ms, "nats", sim.Queue{Name: "order:mail", Ready: 1})
	tell(2*time.Second, "mail", sim.Received{Label: "PUB order.mail.work", Peer: "order"})
	tell(2*time.Second+5*ms, "mail", sim.Replied{Took: 5 * ms})
	tell(2*time.Second+6*ms, "order", sim.Settled{Took: time.Second + 5*ms})
	return part.Stage{Picture: s.Picture, Follow: s.Trace(t), Now: upTo}
}

func TestWhatIsWrongStandsWhereItIs(t *testing.T) {
	screen := strings.Join(show(t, "broken", part.Stage{Picture: broken().Picture}, 120, 30, dark), "\n")
	for _, want := range []string{"OPEN", "× f1", "× k1", "1,204", "1 dead", "queue"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
}

func TestTheOldWayIsNamedWhileItDrains(t *testing.T) {
	s := world("client:order", "order:stock", "stock:depot")
	s.apply(sim.Event{At: time.Second, Node: one("order"), Link: "order:stock", Fact: sim.Swapped{From: "grpc", To: "rest"}})
	draw := func() string {
		return strings.Join(show(t, "drains", part.Stage{Picture: s.Picture}, 120, 14, dark), "\n")
	}
	if !strings.Contains(draw(), "gRPC drains") {
		t.Errorf("nothing drains:\n%s", draw())
	}
	s.apply(sim.Event{At: 2 * time.Second, Node: one("order"), Link: "order:stock", Fact: sim.Drained{Transport: "grpc"}})
	if strings.Contains(draw(), "drains") {
		t.Errorf("it still drains:\n%s", draw())
	}
}

// A message stands in the queue from the moment a broker has it until somebody
// takes it.
func TestAMessageWaitsInItsQueue(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   time.Duration
		says string
	}{
		{"waiting", 1500 * ms, "in the queue"},
		{"handled", 4 * time.Second, "handled"},
	} {
		st := letter(tt.at)
		screen := strings.Join(show(t, "letter-"+tt.name, st, 120, 24, dark), "\n")
		if !strings.Contains(screen, tt.says) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.says, screen)
		}
	}
}

// Where there is no room for the boxes of queues, services keep theirs.
func TestQueuesGiveWayToServices(t *testing.T) {
	s := world("client:a", "a:b nats", "b:c nats", "c:d nats")
	screen := strings.Join(show(t, "narrow", part.Stage{Picture: s.Picture}, 100, 24, dark), "\n")
	for _, name := range []string{"client", " a ", " b ", " c ", " d "} {
		if !strings.Contains(screen, name) {
			t.Errorf("no box %q in\n%s", name, screen)
		}
	}
}

func TestAQueueIsChosenAsItsLink(t *testing.T) {
	st := part.Stage{Picture: broken().Picture}
	r := grid.Rect{W: 120, H: 30}
	for y, l := range show(t, "choose", st, r.W, r.H, dark) {
		if x := strings.Index(l, "1,204"); x >= 0 {
			if got, want := st.Hit(r, grid.Width(l[:x]), y), (part.Selection{Link: "order:mail"}); got != want {
				t.Error(cmp.Diff(want, got))
			}
		}
	}
}

func TestTheStripTellsTheQueue(t *testing.T) {
	st := letter(1500 * ms)
	s := part.Strip{Hop: st.Follow.Hops[0], Now: st.Now}
	if line := show(t, "strip-queue", s, 120, 4, dark)[2]; !strings.Contains(line, "in the queue 498 ms") {
		t.Errorf("%q", line)
	}
	st = letter(4 * time.Second)
	s = part.Strip{Hop: st.Follow.Hops[0], Now: st.Now}
	lines := show(t, "strip-handled", s, 120, 4, dark)
	if !strings.Contains(lines[0], "really took   1.0") || !strings.Contains(lines[2], "in the queue 998 ms") {
		t.Errorf("%q", lines)
	}
}

// A message is in the queue as long as its broker runs: what a killed broker still has
// is not known before it runs again.
func TestWhatAKilledBrokerHadIsNotInItsQueue(t *testing.T) {
	at := sim.Instance{Service: "rabbitmq", N: 1}
	s := part.Strip{
		Hop: &view.Hop{SentAt: time.Second, AcceptedAt: 1001 * ms, Link: "order:mail", To: sim.Instance{Service: "mail"}},
		By:  "rabbitmq", Now: 9 * time.Second, Broker: &view.Box{Instance: at, Kind: view.Broker, State: view.Down, Since: 4 * time.Second},
	}
	if line := show(t, "strip-killed", s, 120, 4, dark)[2]; !strings.Contains(line, "in the queue 3.00 s") || !strings.Contains(line, "rabbitmq is killed 5.00 s") {
		t.Error(line)
	}
}
