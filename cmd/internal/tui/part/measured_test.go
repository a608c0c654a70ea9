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
