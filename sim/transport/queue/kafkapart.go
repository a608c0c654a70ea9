package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// kafkaPart is a partition that the group gave to us. Its records are handed out
// one after the other; none before the one before it has ended.
type kafkaPart struct {
	pull   *kafkaPull
	number int32
	left   chan struct{} // closed when no record is handed out any more
	leave  func()        // closes left, once
	ended  chan struct{} // closed when none is in hand either
	more   chan struct{} // holds one when records were added

	mu      sync.Mutex
	waiting []*kgo.Record
	paused  bool
}

// How many records of a partition may wait here before no more are fetched, and
// how few before they are again.
const (
	enough = 500
	few    = 100
)

func newKafkaPart(p *kafkaPull, number int32) *kafkaPart {
	q := &kafkaPart{pull: p, number: number, left: make(chan struct{}), ended: make(chan struct{}), more: make(chan struct{}, 1)}
	q.leave = sync.OnceFunc(func() { close(q.left) })
	return q
}

func (q *kafkaPart) add(records []*kgo.Record) {
	q.mu.Lock()
	q.waiting = append(q.waiting, records...)
	if len(q.waiting) > enough && !q.paused {
		q.paused = true
		q.pull.cl.PauseFetchPartitions(q.itself())
	}
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *kafkaPart) itself() map[string][]int32 {
	return map[string][]int32{q.pull.topic.name: {q.number}}
}

// next waits for a record; nil when no more are handed out.
func (q *kafkaPart) next() *kgo.Record {
	for {
		select {
		case <-q.left:
			return nil
		default:
		}
		q.mu.Lock()
		if q.paused && len(q.waiting) < few {
			q.paused = false
			q.pull.cl.ResumeFetchPartitions(q.itself())
		}
		if len(q.waiting) > 0 {
			r := q.waiting[0]
			q.waiting = q.waiting[1:]
			q.mu.Unlock()
			return r
		}
		q.mu.Unlock()
		select {
		case <-q.more:
		case <-q.left:
		}
	}
}

// run hands out the records until the partition is taken away.
func (q *kafkaPart) run() {
	defer close(q.ended)
	before := q.noted()
	for r := q.next(); r != nil; r = q.next() {
		try := 1
		if r.Offset == before.offset {
			try += triesIn(before.note)
		}
		for ; !q.hand(r, try); try++ {
			select {
			case <-q.left:
				return
			default:
			}
		}
	}
}

// hand gives out a record for the n-th time and waits for what becomes of it.
// It reports whether the partition goes on to the next one.
func (q *kafkaPart) hand(r *kgo.Record, n int) (done bool) {
	select {
	case q.pull.room <- struct{}{}:
	case <-q.left:
		return false
	}
	_ = q.commit(r.Offset, triesNote(n)) // where it is not heard of, the next one begins to count anew
	d := &kafkaDelivery{part: q, r: r, n: n, verdict: make(chan verdict, 2)}
	switch {
	case n > maxTries: // whoever had it the last time died with it
		d.nack(0)
		<-q.pull.room
	case !q.pull.hand(d):
		<-q.pull.room
		return false
	}
	var v verdict
	select {
	case v = <-d.verdict:
	case <-q.pull.ctx.Done():
		return false
	}
	if v.done {
		return true
	}
	wait := time.NewTimer(v.after)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-q.left:
	}
	return false
}

// noted is where our group stands in this partition, and how often the record
// there was handed out.
func (q *kafkaPart) noted() position {
	ctx, cancel := context.WithTimeout(q.pull.ctx, greeting)
	defer cancel()
	all, err := q.pull.s.committed(ctx, q.pull.topic, q.pull.s.group(q.pull.at))
	if at, ok := all[q.number]; ok && err == nil {
		return at
	}
	return position{offset: -1}
}

// commit says where our group stands, as the member we are. A member that is
// none any more is refused, and the record comes again.
func (q *kafkaPart) commit(offset int64, note string) error {
	p := q.pull
	req := commitOf(p.topic, p.s.group(p.at))
	req.MemberID, req.Generation = p.cl.GroupMetadata()
	req.Topics[0].Partitions = append(req.Topics[0].Partitions, commitAt(q.number, offset, note))
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	resp, err := req.RequestWith(ctx, p.cl)
	if err != nil {
		return err
	}
	return refused(resp)
}

// pass says that our group stands behind a record. While it shares out its
// partitions anew it takes no commits: so it is told again until it has, or the
// partition is no longer ours. Then the record comes again.
func (q *kafkaPart) pass(offset int64) {
	_ = repeat(q.pull.ctx, rebalance, func() error {
		err := q.commit(offset+1, "")
		if !errors.Is(err, kerr.RebalanceInProgress) && !errors.Is(err, kerr.IllegalGeneration) {
			return nil
		}
		select {
		case <-q.left:
			return nil
		default:
			return err
		}
	})
}

// Kafka does not count how often a record was handed out. So the group notes it
// beside its position, where it can write what it likes.
const triesSign = "tries="

func triesNote(n int) string { return triesSign + itoa(n) }

func triesIn(note string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(note, triesSign)) // what others wrote says nothing
	return min(max(n, 0), maxTries)
}

// kafkaDelivery is a record in hand.
type kafkaDelivery struct {
	part    *kafkaPart
	r       *kgo.Record
	n       int
	verdict chan verdict
}

// verdict is what becomes of a record: it is done, or comes again after a while.
type verdict struct {
	done  bool
	after time.Duration
}

func (d *kafkaDelivery) try() int { return d.n }
func (d *kafkaDelivery) working() {} // a member is heard of by its heartbeats

func (d *kafkaDelivery) parcel() parcel {
	p := parcel{header: make(map[string][]string, len(d.r.Headers)), body: d.r.Value}
	for _, h := range d.r.Headers {
		name := headerOfKafka(h.Key)
		p.header[name] = append(p.header[name], string(h.Value))
	}
	same := kmsg.Record{Key: d.r.Key, Value: d.r.Value} // as it was sent
	for _, h := range d.r.Headers {
		same.Headers = append(same.Headers, kmsg.Header{Key: h.Key, Value: h.Value})
	}
	same = sized(same)
	p.size = int64(batchHead + len(same.AppendTo(nil)))
	return p
}

// ack returns when the group stands behind the record.
func (d *kafkaDelivery) ack() {
	d.part.pass(d.r.Offset)
	d.verdict <- verdict{done: true}
}

func (d *kafkaDelivery) nack(after time.Duration) {
	if d.n < maxTries {
		d.verdict <- verdict{after: after}
		return
	}
	if d.bury() != nil {
		d.verdict <- verdict{after: patience} // it stays in the way until it can be
		return
	}
	d.ack()
}

func (d *kafkaDelivery) free() {
	d.verdict <- verdict{after: patience} // heard only where there was no other
	<-d.part.pull.room
}

// Headers of a dead letter, besides those that it had.
const (
	deadReason = "dead-reason" // why it was given up, for people
	deadTopic  = "dead-topic"  // where it lay
	deadPlace  = "dead-place"  // partition and offset

	// KafkaDeadGroup is the header that says which group gave it up.
	KafkaDeadGroup = "dead-group"
)

// bury puts the record into the topic of the dead letters.
func (d *kafkaDelivery) bury() error {
	pull := d.part.pull
	ctx, cancel := context.WithTimeout(pull.ctx, patience)
	defer cancel()
	to := pull.topic.name + deadSuffix
	if err := pull.s.create(ctx, to, 1); err != nil {
		return err
	}
	p := d.parcel()
	p.set(deadReason, fmt.Sprintf("delivered %d times to %s and never acknowledged", min(d.n, maxTries), pull.s.group(pull.at)))
	p.set(deadTopic, pull.topic.name)
	p.set(KafkaDeadGroup, pull.s.group(pull.at))
	p.set(deadPlace, fmt.Sprintf("%d/%d", d.r.Partition, d.r.Offset))
	_, err := pull.s.send(ctx, to, p)
	return err
}
