package lab_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// thousand is a world of 1,000 generic services: one front door, and behind it
// 37 chains of 27.
func thousand() string {
	var b strings.Builder
	b.WriteString("name: thousand\nservices:\n  client: {kind: client}\n")
	var heads []string
	for c := range 37 {
		heads = append(heads, fmt.Sprintf("s%d-0", c))
		for i := range 27 {
			calls := ""
			if i < 26 {
				calls = fmt.Sprintf(", calls: [s%d-%d]", c, i+1)
			}
			fmt.Fprintf(&b, "  s%d-%d: {kind: generic%s}\n", c, i, calls)
		}
	}
	fmt.Fprintf(&b, "  front: {kind: generic, calls: [[%s]]}\n", strings.Join(heads, ", "))
	b.WriteString("use_cases:\n  go: {from: client, ask: front.Call, body: {path: front/go}, deadline: 30s}\n")
	return b.String()
}

func TestThousandServicesStartCarryLoadAndStop(t *testing.T) {
	begin := time.Now()
	l := openSpec(t, parse(t, thousand()), lab.Options{})
	t.Logf("started in %v", time.Since(begin).Round(time.Millisecond))
	if got := do(t, l, sim.Send{UseCase: "go"}).Text; got != "answered" {
		t.Fatalf("the customer saw %q", got)
	}
	total := int64(0)
	for _, s := range l.AllStats() {
		if s.Answered != 1 {
			t.Errorf("%s answered %d times, want once", s.Link, s.Answered)
		}
		total += s.Answered
	}
	if total != 1000 {
		t.Errorf("%d calls were answered, want 1000", total)
	}
	do(t, l, sim.SetLoad{Rate: 2, For: time.Second})
	awaitN(t, l, 0, 3, fact[sim.Ended]("client"))
	do(t, l, sim.SetLoad{})
	for _, s := range l.AllStats() {
		if s.Failed != 0 || s.Lost != 0 || s.InFlight != 0 {
			t.Errorf("%s: failed %d, lost %d, in flight %d", s.Link, s.Failed, s.Lost, s.InFlight)
		}
	}
}
