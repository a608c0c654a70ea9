package lab_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// copies is news that three servers of NATS keep.
var copies = strings.Replace(news, "topics:", "brokers: [nats nodes=3]\ntopics:", 1)

// inTopics is what `show topics` says of the one topic there is.
func inTopics(t *testing.T, l *lab.Lab) lab.Partition {
	t.Helper()
	all := do(t, l, sim.Show{What: "topics"}).Data.([]lab.Partition)
	if len(all) != 1 {
		t.Fatalf("the topics are %+v", all)
	}
	return all[0]
}

// taken is how many pieces of news the broker has taken.
func taken(t *testing.T, l *lab.Lab) int64 {
	t.Helper()
	return l.LinkStats("shop:news").Accepted
}

// publishOnce publishes a piece of news and waits a second at most.
func publishOnce(t *testing.T, l *lab.Lab) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	return l.Caller("shop").Publish(ctx, "news", sim.NewMessage(&notificationv1.Notify{To: "c-1", Text: "more"}))
}

// led waits until somebody, or nobody, leads the topic.
func led(t *testing.T, l *lab.Lab, after sim.Seq, match func(sim.Led) bool) {
	t.Helper()
	await(t, l, after, func(e sim.Event) bool {
		f, ok := e.Fact.(sim.Led)
		return ok && match(f)
	})
}

func TestTheLeaderOfOneCopyIsKilled(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, strings.Replace(copies, "partitions: 2, key: to", "replicas: 1", 1)), lab.Options{})
	tell(t, l, "one")
	before := inTopics(t, l)
	if before.Leader == 0 || !slices.Equal(before.Replicas, []int{before.Leader}) || !slices.Equal(before.Current, before.Replicas) || before.End != 2 {
		t.Errorf("it is %+v", before)
	}
	leader := fmt.Sprintf("nats#%d", before.Leader)
	killed := last(t, l)
	say(t, l, "kill "+leader)
	led(t, l, killed, func(f sim.Led) bool { return f.Leader == 0 })
	if now := inTopics(t, l); now.Leader != 0 || len(now.Current) != 0 || len(now.Replicas) != 1 {
		t.Errorf("it is %+v", now)
	}
	if err := publishOnce(t, l); err == nil {
		t.Error("somebody took it")
	}
	say(t, l, "start "+leader)
	led(t, l, killed, func(f sim.Led) bool { return f.Leader == before.Leader })
	for taken(t, l) < 2 {
		_ = publishOnce(t, l)
	}
	allSettled(t, l, "shop:news")
}

func TestTheLeaderOfThreeCopiesIsKilled(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, copies), lab.Options{})
	tell(t, l, "one")
	say(t, l, "topic news replicas=3")
	led(t, l, 0, func(f sim.Led) bool { return f.Copies == 3 && f.Current == 3 })
	before := inTopics(t, l)
	killed := last(t, l)
	say(t, l, fmt.Sprintf("kill nats#%d", before.Leader))
	led(t, l, killed, func(f sim.Led) bool { return f.Leader > 0 && f.Leader != before.Leader && f.Copies == 3 })
	for n := taken(t, l); taken(t, l) < n+3; {
		_ = publishOnce(t, l)
	}
	allSettled(t, l, "shop:news")
}

func TestANodeOfNATSIsPausedAndTheLeaderMoves(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, strings.Replace(copies, "partitions: 2", "replicas: 3", 1)), lab.Options{})
	tell(t, l, "one")
	for _, line := range []string{"pause nats#2", "resume nats#2", "kill nats#3", "start nats#3"} {
		say(t, l, line)
	}
	eventually(t, "all three have a copy again", func() bool { p := inTopics(t, l); return p.Leader > 0 && len(p.Current) == 3 })
	was := inTopics(t, l).Leader
	say(t, l, "inject shop:news leader")
	led(t, l, 0, func(f sim.Led) bool { return f.Leader > 0 && f.Leader != was })
	ended := last(t, l)
	say(t, l, "kill nats")
	say(t, l, "start nats")
	led(t, l, ended, func(f sim.Led) bool { return f.Leader > 0 && f.Current == 3 })
	for taken(t, l) < 2 {
		_ = publishOnce(t, l)
	}
}

// To elect takes a while, so a cluster that no link needs yet does not run; a node of
// it cannot be killed before.
func TestAListedClusterStartsWithTheFirstLinkThatNeedsIt(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, strings.Replace(copies, "nats-stream", "rest", 1)), lab.Options{})
	nodes := func() (n int) {
		for _, e := range l.Endpoints() {
			if e.Protocol == "nats" {
				n++
			}
		}
		return n
	}
	if n := nodes(); n != 0 {
		t.Errorf("%d nodes run already", n)
	}
	if _, err := l.Do(t.Context(), sim.Kill{Target: "nats#2"}); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("a node that does not run: %v", err)
	}
	do(t, l, sim.Swap{Link: "shop:news", Transport: "nats-stream"})
	if n := nodes(); n != 3 {
		t.Errorf("%d nodes run, want 3", n)
	}
	tell(t, l, "one")
	allSettled(t, l, "shop:news")
	if _, err := lab.Open(t.Context(), parse(t, strings.Replace(copies, "[nats", "[nuts", 1)), lab.Options{}); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a broker that there is not: %v", err)
	}
}

func TestWhatAWorldMayNotWantOfBrokers(t *testing.T) {
	for text, why := range map[string]string{
		strings.Replace(copies, "nodes=3", "nodes=2", 1):                                               "1 or 3",
		strings.Replace(copies, "nats nodes=3", "rabbitmq nodes=3", 1):                                 "nats nodes=3",
		strings.Replace(news, "partitions: 2", "replicas: 3", 1):                                       "nats nodes=3",
		strings.NewReplacer("partitions: 2", "replicas: 3", "nats-stream", "kafka").Replace(copies):    "nats-stream",
		strings.NewReplacer("partitions: 2", "replicas: 3", "nats-stream", "rabbitmq").Replace(copies): "nats-stream",
	} {
		l, err := lab.Open(t.Context(), parse(t, text), lab.Options{})
		if e := sim.AsError(err); e == nil || e.Code != sim.Invalid || !strings.Contains(e.Fix, why) {
			t.Errorf("%v of\n%s", err, text)
		}
		if err == nil {
			_ = l.Close()
		}
	}
}
