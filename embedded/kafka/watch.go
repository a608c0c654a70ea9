package kafka

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Move is something that happened to a partition or to a group.
type Move struct {
	What What

	// With Grown: the partition as it is now. With Advanced, Topic and Partition
	// say where.
	Topic string
	Partition

	// With Grown, of a topic whose name ends with DeadSuffix: what was added, the
	// oldest first, as far as it could be read; when the partition is new, all that
	// it keeps. At most mostLetters.
	Letters []Letter

	// With Advanced and Shared.
	Group string

	// With Advanced: the group has committed what lies before Offset; Lag records
	// lie after it.
	Offset, Lag int64

	// With Shared: who belongs to the group now, and has which partitions.
	State   string
	Members []Member
}

// What says what a Move is about.
type What uint8

const (
	Grown    What = iota + 1 // a partition has another end, beginning or leader; also told when it is new
	Advanced                 // a group has another position, or another lag, in a partition
	Shared                   // a group has other members, or shares out its partitions otherwise
	Gone                     // the topic, or the group, was removed
)

func (w What) String() string { return [...]string{"", "grown", "advanced", "shared", "gone"}[w] }

// watch looks after a cluster: it forgets what is too old or too much, and says
// what moves.
type watch struct {
	s      *Server
	say    func(Move)
	cancel context.CancelFunc
	done   chan struct{}

	topics, groups []string // by name
	parts          map[TopicPartition]Partition
	places         map[place]Position
	shares         map[string]share
}

type (
	place struct {
		group string
		TopicPartition
	}
	share struct {
		state   string
		members []Member
	}
)

// observe begins to look after s. Close ends it.
func observe(s *Server, o Options) *watch {
	w := &watch{
		s: s, say: o.Observe, done: make(chan struct{}),
		parts: map[TopicPartition]Partition{}, places: map[place]Position{}, shares: map[string]share{},
	}
	if o.Every == 0 {
		o.Every = every
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	go w.run(ctx, o.Every) // ends with close
	return w
}

func (w *watch) close() {
	w.cancel()
	<-w.done
}

func (w *watch) run(ctx context.Context, every time.Duration) {
	defer close(w.done)
	tidy := time.NewTicker(keep)
	defer tidy.Stop()
	look := time.NewTicker(every)
	defer look.Stop()
	if w.say == nil {
		look.Stop()
	}
	for stale := true; ; {
		select {
		case <-ctx.Done():
			return
		case <-tidy.C:
			_ = w.s.ask(func(c *kfake.Cluster) error { c.ApplyRetention(); return nil }) // a closed one keeps nothing
			stale = true
		case <-look.C:
			// A request is seen before it is carried out: so look once more after it.
			named := w.s.doors.named.Swap(false)
			if named || stale {
				w.names(ctx)
			}
			stale = named
			w.look(ctx)
		}
	}
}

// names learns which topics and groups there are, and tells which are gone.
func (w *watch) names(ctx context.Context) {
	topics, err := w.s.topicNames(ctx)
	if err != nil {
		return // it is asked again
	}
	listed, err := w.s.listed(ctx)
	if err != nil {
		return
	}
	var groups []string
	for _, g := range listed {
		groups = append(groups, g.Group)
	}
	for _, name := range lost(w.topics, topics) {
		for at := range w.parts {
			if at.Topic == name {
				delete(w.parts, at)
			}
		}
		w.say(Move{What: Gone, Topic: name})
	}
	for _, name := range lost(w.groups, groups) {
		delete(w.shares, name)
		for at := range w.places {
			if at.group == name {
				delete(w.places, at)
			}
		}
		w.say(Move{What: Gone, Group: name})
	}
	w.topics, w.groups = topics, groups
}

// lost is what was there and is not any more.
func lost(before, now []string) (gone []string) {
	still := map[string]bool{}
	for _, name := range now {
		still[name] = true
	}
	for _, name := range before {
		if !still[name] {
			gone = append(gone, name)
		}
	}
	return gone
}

// look compares everything with what it was before.
func (w *watch) look(ctx context.Context) {
	for _, topic := range w.topics {
		for _, now := range w.s.partitions(topic) {
			at := TopicPartition{topic, now.Number}
			if before, known := w.parts[at]; !known || now != before {
				w.parts[at] = now
				w.say(Move{What: Grown, Topic: topic, Partition: now, Letters: w.added(ctx, topic, before.End, now)})
			}
		}
	}
	end := func(at TopicPartition) int64 { return w.parts[at].End }
	for _, name := range w.groups {
		g, ok := w.s.group(name, end)
		if !ok {
			continue
		}
		if now := (share{g.State, g.Members}); !reflect.DeepEqual(now, w.shares[name]) {
			w.shares[name] = now
			w.say(Move{What: Shared, Group: name, State: g.State, Members: g.Members})
		}
		for _, now := range g.Positions {
			at := place{name, now.TopicPartition}
			if before, known := w.places[at]; !known || now != before {
				w.places[at] = now
				w.say(Move{
					What: Advanced, Group: name, Topic: now.Topic, Partition: w.parts[now.TopicPartition],
					Offset: now.Offset, Lag: now.Lag,
				})
			}
		}
	}
}

// added are the dead letters in a partition from an offset on. None can be read
// while a broker is held by a fault: then nobody waits for them.
func (w *watch) added(ctx context.Context, topic string, from int64, now Partition) []Letter {
	if !strings.HasSuffix(topic, DeadSuffix) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	now.First = max(now.First, from)
	letters, _ := w.s.letters(ctx, topic, []Partition{now}, mostLetters)
	return letters
}

// reading is how long dead letters may take to be read.
const reading = time.Second
