package lab_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// Partitions are added while orders are written: everybody finds them, nobody
// loses anything, and four instances have work.
func TestPartitionsAreAddedUnderLoad(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, inKafka), lab.Options{})
	do(t, l, sim.Scale{Service: "email", N: 4})
	do(t, l, sim.SetLoad{Rate: 20})
	awaitN(t, l, 0, 20, func(e sim.Event) bool { return e.Link == "order-created:email" && e.Fact.Kind() == sim.KindAnswered })
	r := do(t, l, sim.AlterTopic{Topic: "order-created", Partitions: 4})
	if want := "order-created has 4 partitions from now on; the same customer_id may lie in another partition from now on, and overtake what it wrote before"; r.Text != want {
		t.Errorf("%q, want %q", r.Text, want)
	}
	partitions(t, l, func(all []lab.Partition) bool {
		held := map[string]bool{}
		for _, p := range all {
			held[p.Groups["email"].Held] = p.Groups["email"].Held != ""
		}
		return len(all) == 4 && len(held) == 4 && !held[""]
	})
	do(t, l, sim.SetLoad{})
	s := allSettled(t, l, "order:order-created")
	if s.Lost+s.Failed != 0 || s.Settled != s.Accepted {
		t.Errorf("%+v", s)
	}
	for _, c := range "123456789" { // of nine keys, some lie in the new ones
		do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"customer": "c-" + string(c)}})
	}
	all := partitions(t, l, caughtUp(s.Calls+9, "email", "analytics", "loyalty"))
	if all[2].End+all[3].End == 0 {
		t.Errorf("nothing lies in the new partitions: %+v", all)
	}
	altered := 0
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Altered); ok && f.Partitions == 4 && e.Link == "order:order-created" {
			altered++
		}
	}
	if altered != 1 {
		t.Errorf("%d facts say so", altered)
	}
}

// The same key lies in one partition before, and in another one after.
func TestAKeyMovesWithThePartitions(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, inKafka), lab.Options{})
	of := func(customer string, written int64) int {
		before := ends(t, l)
		do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"customer": customer}})
		partitions(t, l, caughtUp(written, "email"))
		for p, end := range ends(t, l) {
			if end > before[p] {
				return p
			}
		}
		t.Fatal("nothing was written")
		return 0
	}
	n := int64(0)
	var before, after []int
	for c := range 6 {
		n++
		before = append(before, of(fmt.Sprint("c-", c), n))
	}
	do(t, l, sim.AlterTopic{Topic: "order-created", Partitions: 4})
	partitions(t, l, func(all []lab.Partition) bool { return len(all) == 4 })
	for at := 0; at < 2; { // until the writer has heard of it
		for c := range 6 {
			n++
			at = max(at, of(fmt.Sprint("c-", c), n))
		}
	}
	for c := range 6 {
		n++
		after = append(after, of(fmt.Sprint("c-", c), n))
	}
	moved := 0
	for c := range before {
		if after[c]%2 != before[c] { // murmur2 modulo 4 and modulo 2
			t.Errorf("c-%d lay in %d and lies in %d", c, before[c], after[c])
		}
		if before[c] != after[c] {
			moved++
		}
	}
	if moved == 0 || moved == 6 {
		t.Errorf("%d of 6 keys have moved: %v, then %v", moved, before, after)
	}
}

// ends is how much lies in each partition.
func ends(t *testing.T, l *lab.Lab) map[int]int64 {
	t.Helper()
	all := map[int]int64{}
	for _, p := range do(t, l, sim.Show{What: "topics"}).Data.([]lab.Partition) {
		all[p.Partition] = p.End
	}
	return all
}

func TestWhatATopicCannotBecome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		way, line, message, fix string
	}{
		{"kafka", "topic order-created partitions=1", "there can never be fewer", "partitions=4"},
		{"kafka", "topic order-created replicas=3", "decided when it is made", "nats-stream"},
		{"kafka", "topic nothing partitions=3", `no topic "nothing"`, "order-created"},
		{"rest", "topic order-created partitions=4", "no broker carries order-created now", "kafka"},
		{"rabbitmq", "topic order-created partitions=4", "neither in partitions nor in copies", "kafka"},
	} {
		t.Run(c.way+"/"+c.line, func(t *testing.T) {
			l := openSpec(t, parse(t, strings.Replace(inKafka, "transport: kafka", "transport: "+c.way, 1)), lab.Options{})
			_, err := l.Do(t.Context(), parseLine(t, c.line))
			if e := sim.AsError(err); err == nil || !strings.Contains(e.Message, c.message) || !strings.Contains(e.Fix, c.fix) {
				t.Errorf("%v", err)
			}
		})
	}
	l := openSpec(t, parse(t, inKafka), lab.Options{})
	if r := do(t, l, sim.AlterTopic{Topic: "order-created", Partitions: 2}); r.Text != "order-created is kept so already" {
		t.Errorf("%q", r.Text)
	}
}
