package lessons

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// logStory is a topic with two partitions that somebody read before the step
// began, and what happens in the step: three records come, and a slow reader of
// two instances is three behind before it has caught up. What was published first
// is read last.
func logStory() *evidence {
	e := newEvidence(&Lesson{}, nil)
	e.window = newWindow(2)
	seq := sim.Seq(0)
	say := func(ev sim.Event) {
		seq++
		ev.Seq, ev.At = seq, time.Duration(seq)
		e.note(ev)
		e.window.apply(ev)
	}
	at := func(group string, partition int, next, end int64) {
		say(sim.Event{Fact: sim.Position{Topic: "news", Group: group, Partition: partition, Next: next, End: end}})
	}
	at("", 0, 0, 0)
	at("mail", 1, 4, 4)
	// The step begins.
	at("", 0, 0, 2)
	at("mail", 0, 0, 2)
	at("", 1, 0, 5)
	say(sim.Event{Fact: sim.Assigned{Topic: "news", Group: "mail", Partition: 0, To: "mail"}})
	say(sim.Event{Fact: sim.Assigned{Topic: "news", Group: "mail", Partition: 1, To: "mail#2"}})
	for trace := byte(1); trace <= 3; trace++ {
		say(sim.Event{Trace: sim.TraceID{trace}, Span: sim.SpanID(trace), Link: "shop:news", Fact: sim.Sent{Try: 1}})
	}
	for i, trace := range []byte{2, 3, 1} {
		node := sim.Instance{Service: "mail", N: 1 + i%2}
		say(sim.Event{Trace: sim.TraceID{trace}, Span: sim.SpanID(trace) + 10, Node: node, Link: "news:mail", Fact: sim.Sent{Try: 1}})
	}
	at("mail", 0, 2, 2)
	at("mail", 1, 5, 5)
	at("tool", 1, 1, 5)
	return &e
}

// clusterStory is a topic in a cluster: before the step began nobody led it for a
// while, in the step node 2 is killed, nobody leads for 40 ms, and node 3 leads
// without it. A topic that is new has no leader at first, which is no gap.
func clusterStory() *evidence {
	e := newEvidence(&Lesson{}, nil)
	e.window = newWindow(3)
	ms := time.Millisecond
	for i, led := range []struct {
		at  time.Duration
		led sim.Led
	}{
		{0, sim.Led{Topic: "news", Leader: 1, Copies: 1, Current: 1}},
		{100 * ms, sim.Led{Topic: "news", Copies: 1}},
		{900 * ms, sim.Led{Topic: "news", Leader: 2, Copies: 3, Current: 3}},
		{1000 * ms, sim.Led{Topic: "news", Copies: 3, Current: 2}}, // the step has begun
		{1010 * ms, sim.Led{Topic: "news", Copies: 3, Current: 1}},
		{1040 * ms, sim.Led{Topic: "news", Leader: 3, Copies: 3, Current: 2}},
		{1100 * ms, sim.Led{Topic: "news", Copies: 3}},
		{1110 * ms, sim.Led{Topic: "news", Leader: 1, Copies: 3, Current: 2}},
		{1200 * ms, sim.Led{Topic: "fresh"}},
		{1300 * ms, sim.Led{Topic: "fresh", Leader: 2, Copies: 1, Current: 1}},
	} {
		ev := sim.Event{Seq: sim.Seq(i + 1), At: led.at, Node: sim.Instance{Service: "nats", N: max(led.led.Leader, 1)}, Fact: led.led}
		e.note(ev)
		e.window.apply(ev)
	}
	return &e
}

func TestWhoLeadsATopic(t *testing.T) {
	e := clusterStory()
	sc := &scope{words: worldWords{Names: sim.Names{Topics: []string{"news", "fresh"}}}}
	for source, want := range map[string]any{
		`topic("news").leader`:                1,
		`topic("news").copies`:                3,
		`topic("news").current`:               2,
		`topic("news").gap`:                   40 * time.Millisecond, // the longest of this step
		`topic("fresh").leader`:               2,
		`topic("fresh").copies`:               1,
		`topic("fresh").gap`:                  time.Duration(0),
		`count("led")`:                        7,
		`count("led", {node: "nats#3"})`:      1,
		`count("led", {node: "nats"}) == 0`:   false,
		`topic("news").gap > ms(39.5)`:        true,
		`topic("news").partitions == 0`:       true,
		`ratio(ms(80), topic("news").gap)`:    2.0,
		`topic("fresh").gap == ms(0) ? 1 : 2`: 1,
	} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.eval(x); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s = %v (%v), want %v", source, got, err, want)
		}
	}
}

// A line that names who leads is checked as it will be said: with a number.
func TestALineThatNamesTheLeader(t *testing.T) {
	l := &Lesson{words: worldWords{Names: sim.Names{Topics: []string{"news"}, Services: []string{"shop"}, Brokers: []string{"nats"}}}}
	sc := &scope{words: l.words}
	for text, want := range map[string]string{
		`kill nats#{{topic("news").leader}}`:  "kill nats#1",
		`start nats#{{topic("news").leader}}`: "start nats#1",
	} {
		got, err := l.doorLine(sc, piece{text: text})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		said, err := got.text.fill(clusterStory())
		if err != nil || said != want {
			t.Errorf("%s says %q (%v), want %q", text, said, err, want)
		}
	}
	if _, err := l.doorLine(sc, piece{text: `kill kafka#{{topic("news").leader}}`}); err == nil {
		t.Error("a broker that the world has not was found")
	}
}

func TestWhatATopicKeeps(t *testing.T) {
	e := logStory()
	sc := &scope{words: worldWords{Names: sim.Names{Topics: []string{"news", "gossip"}, Services: []string{"shop", "mail", "tool"}, Links: []string{"shop:news"}}}}
	for source, want := range map[string]any{
		`topic("news").partitions`:                           2,
		`topic("news").records`:                              7,
		`topic("news").written`:                              3,
		`topic("news").used`:                                 2,
		`group("news", "mail").most`:                         2,
		`group("news", "mail").lag`:                          0,
		`group("news", "mail").members`:                      2,
		`group("news", "tool").lag`:                          4,
		`group("news", "tool").members`:                      0,
		`overtaken("news:mail")`:                             1,
		`overtaken("news:tool")`:                             0,
		`count("sent", {link: "news:mail", node: "mail"})`:   3,
		`count("sent", {link: "news:mail", node: "mail#2"})`: 1,
	} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.eval(x); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s = %v (%v), want %v", source, got, err, want)
		}
	}
	for source, want := range map[string]error{`topic("gossip").used`: errNothing, `group("news", "shop").lag`: errNothing} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if _, err := e.eval(x); err != want {
			t.Errorf("%s: %v, want %v", source, err, want)
		}
	}
	for source, fix := range map[string]string{
		`topic("nws").used`:             "news",
		`group("news", "mial").lag`:     "mail",
		`overtaken("news:mial")`:        "shop:news",
		`group("gosip", "mail").most`:   "gossip",
		`group("news", "mail").memebrs`: "members",
	} {
		if _, err := sc.value(piece{text: source}); err == nil || !contains(sim.AsError(err).Fix, fix) {
			t.Errorf("%s: %v", source, err)
		}
	}
}
