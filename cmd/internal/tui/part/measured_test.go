package part_test

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim"
)

// What a broker that is not ours does not tell is drawn as unknown, and not as 0.
func TestWhatNobodyMeasuredIsNotZero(t *testing.T) {
	s := world("client:order", "order:mail activemq", "order:bill rabbitmq")
	at := func(broker string, f sim.Fact) {
		s.apply(sim.Event{At: time.Second, Node: one(broker), Fact: f})
	}
	for _, b := range []string{"activemq", "rabbitmq"} {
		at(b, sim.Started{Addr: "127.0.0.1:40001", Note: "attached 5.17.2"})
	}
	at("activemq", sim.Queue{Name: "order:mail", Ready: sim.Unmeasured, Unacked: sim.Unmeasured, Unread: true})
	at("rabbitmq", sim.Queue{Name: "order:bill", Ready: 7, Unacked: sim.Unmeasured})
	row := func(name string) string {
		for line := range strings.Lines(drawn(t, "measured", part.Queues{Picture: s.Picture}, 100, 6)) {
			if strings.HasPrefix(line, name) {
				return strings.Join(strings.Fields(strings.Map(unbarred, line)), " ")
			}
		}
		return ""
	}
	if got := row("order:mail"); got != "order:mail activemq – – 0 –" {
		t.Errorf("%q", got)
	}
	if got := row("order:bill"); got != "order:bill rabbitmq 7 – 0 0" {
		t.Errorf("%q", got)
	}
	screen := drawn(t, "measured-stage", part.Stage{Picture: s.Picture}, 120, 40)
	t.Log(screen)
	if strings.Contains(screen, "-1") || !strings.Contains(screen, "–") {
		t.Error(screen)
	}
}

// unbarred leaves out what bars are made of.
func unbarred(r rune) rune {
	if strings.ContainsRune("▮▯▌", r) {
		return -1
	}
	return r
}

// The age of the oldest waiting message is drawn at the shown moment, so it grows while
// nothing moves in the queue.
func TestTheAgeOfTheOldestIsDrawn(t *testing.T) {
	s := world("client:order", "order:mail rabbitmq")
	at := func(at time.Duration, f sim.Fact) {
		s.apply(sim.Event{At: at, Node: one("rabbitmq"), Fact: f})
	}
	at(time.Second, sim.Started{Addr: "127.0.0.1:40001"})
	at(2*time.Second, sim.Queue{Name: "order:mail", Ready: 158, Unacked: 1, Oldest: 1220 * time.Millisecond})
	age := func(want string) {
		t.Helper()
		if screen := drawn(t, "age", part.Stage{Picture: s.Picture}, 120, 40); !strings.Contains(screen, want) {
			t.Errorf("%q is not on the stage:\n%s", want, screen)
		}
	}
	age("oldest 1.22 s")
	s.Picture.Until(4 * time.Second)
	age("oldest 3.22 s")
	at(4*time.Second, sim.Buried{Queue: "order:mail", Why: "delivery_limit"})
	age("3.22 s old × 1 ")
	at(5*time.Second, sim.Queue{Name: "order:mail"})
	if screen := drawn(t, "age", part.Stage{Picture: s.Picture}, 120, 40); strings.Contains(screen, "oldest") {
		t.Errorf("an empty queue has an oldest message:\n%s", screen)
	}
}
