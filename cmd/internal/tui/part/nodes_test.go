package part_test

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim"
)

// A queue whose broker has lost a node says how many run, and is killed only when none does.
func TestAQueueSaysHowManyNodesRun(t *testing.T) {
	s := world("client:order", "order:mail nats")
	at := func(n int, f sim.Fact) {
		s.apply(sim.Event{At: time.Second, Node: sim.Instance{Service: "nats", N: n}, Fact: f})
	}
	draw := func(w, h int) string { return drawn(t, "nodes", part.Stage{Picture: s.Picture}, w, h) }
	at(1, sim.Started{Addr: "127.0.0.1:4222", Nodes: 3})
	if got := draw(120, 20); strings.Contains(got, "nodes") {
		t.Errorf("all run:\n%s", got)
	}
	at(1, sim.Stopped{Cause: "killed", Part: true})
	for _, test := range []struct {
		w, h int
		edge string
	}{{120, 20, "─ 2 of 3 nodes ─╯"}, {80, 16, "─ nats 2/3 ─╯"}} {
		got := draw(test.w, test.h)
		if strings.Contains(got, "× killed") || !strings.Contains(got, test.edge) || !strings.Contains(got, "✓ nats, 2 of 3 nodes") {
			t.Errorf("one was killed:\n%s", got)
		}
	}
	s.Notices = nil
	if got := draw(80, 8); !strings.Contains(got, "─ nats 2/3 ─╯") || !strings.Contains(got, "  nats, 2 of 3 nodes") {
		t.Errorf("one was killed, on a low stage:\n%s", got)
	}
	at(2, sim.Stopped{Cause: "killed", Part: true})
	at(3, sim.Stopped{Cause: "killed", Part: true})
	if got := draw(120, 20); !strings.Contains(got, "× killed") {
		t.Errorf("all were killed:\n%s", got)
	}
}

// A topic says so too, in a box with room and in one of a row.
func TestATopicSaysWhetherItsBrokerRuns(t *testing.T) {
	for _, test := range []struct {
		name string
		fact sim.Fact
		n    int
		want string
		low  string
	}{
		{"a node is killed", sim.Stopped{Cause: "killed", Part: true}, 2, "kafka, 2 of 3 nodes", "─ kafka 2/3 ─╯"},
		{"all of it is killed", sim.Stopped{Cause: "killed"}, 1, "× kafka killed", "─ × killed ─╯"},
		{"all of it is paused", sim.Paused{Cause: "by hand"}, 1, "‖ kafka paused", "─ ‖ paused ─╯"},
	} {
		s := told("kafka")
		s.apply(sim.Event{At: time.Second, Node: one("kafka"), Fact: sim.Started{Addr: "127.0.0.1:9092", Nodes: 3}})
		s.apply(sim.Event{At: time.Second, Node: sim.Instance{Service: "kafka", N: test.n}, Fact: test.fact})
		s.Notices = nil
		if got := drawn(t, "topic-state", part.Stage{Picture: s.Picture}, 120, 40); !strings.Contains(got, " "+test.want+" ─") {
			t.Errorf("%s:\n%s", test.name, got)
		}
		if got := drawn(t, "topic-low", part.Stage{Picture: s.Picture}, 80, 8); !strings.Contains(got, test.low) {
			t.Errorf("%s, on a low stage:\n%s", test.name, got)
		}
	}
}
