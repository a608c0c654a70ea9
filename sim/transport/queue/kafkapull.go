package queue

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

// kafkaPull is a member of a group. The group gives it partitions and takes them
// away as members come and go; each is worked on by itself, all together have no
// more than limit in hand.
//
//	cluster ──fetch──▶ poll ──▶ partition 0 [■ ■ ■] ─▶ take, one at a time
//	                       └──▶ partition 1 [■]     ─▶ take, one at a time
type kafkaPull struct {
	s     *kafkaSession
	at    address
	topic *kafkaTopic
	take  func(delivery)
	cl    *kgo.Client
	room  chan struct{} // one place for each that may be in hand
	ctx   context.Context
	end   context.CancelFunc // of everything the client does
	work  sync.WaitGroup     // the poll, and one a partition

	mu      sync.Mutex
	stopped bool
	parts   map[int32]*kafkaPart
}

// How a group notices things. A member that died is missed after a while; the
// others hear of it at their next heartbeat. (Kafka's defaults are 45 s and 3 s.)
const (
	memberBeat  = patience / 10
	rebalance   = 5 * patience // for all members to join again
	polled      = 100          // records taken from the client at once
	leaving     = time.Second  // to say goodbye to a group
	learnTopic  = time.Second  // until new partitions are found; Kafka's default is 5 minutes
	fetchAtOnce = 1 << 20      // bytes of one partition
)

func (s *kafkaSession) consume(a address, limit int, take func(delivery)) (stop func(), err error) {
	ctx, end := context.WithCancel(context.Background())
	p := &kafkaPull{s: s, at: a, take: take, room: make(chan struct{}, limit), ctx: ctx, end: end, parts: map[int32]*kafkaPart{}}
	find, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	if p.topic, err = s.find(find, s.kafka.topic(a)); err != nil {
		end()
		return nil, err
	}
	p.cl, err = kgo.NewClient(append(s.options(newLifeline(s.lose, func(int32) {})),
		kgo.WithContext(ctx), kgo.ConsumerGroup(s.group(a)), kgo.ConsumeTopics(p.topic.name),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit(), kgo.Balancers(kgo.CooperativeStickyBalancer()),
		kgo.SessionTimeout(s.missed()), kgo.HeartbeatInterval(memberBeat), kgo.RebalanceTimeout(rebalance),
		kgo.MetadataMaxAge(learnTopic), kgo.FetchMaxPartitionBytes(fetchAtOnce),
		kgo.OnPartitionsAssigned(p.assigned), kgo.OnPartitionsRevoked(p.revoked), kgo.OnPartitionsLost(p.lost))...)
	if err != nil {
		end()
		return nil, err
	}
	s.mu.Lock()
	s.pulls = append(s.pulls, p)
	s.steady = s.steady || a.answers == 0
	s.mu.Unlock()
	p.work.Go(p.poll) // ends with close
	return p.stop, nil
}

// poll hands what arrives to its partition, and lets those wait in the broker
// that have enough.
func (p *kafkaPull) poll() {
	for {
		fetches := p.cl.PollRecords(p.ctx, polled)
		if fetches.IsClientClosed() || p.ctx.Err() != nil {
			return
		}
		fetches.EachPartition(func(f kgo.FetchTopicPartition) {
			p.mu.Lock()
			part := p.parts[f.Partition]
			p.mu.Unlock()
			if part != nil {
				part.add(f.Records)
			}
		})
	}
}

// assigned is called by the client: the group gives us partitions.
func (p *kafkaPull) assigned(_ context.Context, _ *kgo.Client, got map[string][]int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	for _, n := range got[p.topic.name] {
		part := newKafkaPart(p, n)
		p.parts[n] = part
		p.work.Go(part.run) // ends when the partition is taken away, or with stop
	}
}

// revoked is called by the client: the group wants partitions back, and waits.
// What is in hand is finished first, or given up after patience; the rest goes
// back unread.
func (p *kafkaPull) revoked(_ context.Context, _ *kgo.Client, gone map[string][]int32) {
	late := time.NewTimer(patience)
	defer late.Stop()
	for _, part := range p.remove(gone) {
		select {
		case <-part.ended:
		case <-late.C:
			return
		case <-p.ctx.Done():
			return
		}
	}
}

// lost is called by the client: the group has given our partitions to others
// already. What is in hand cannot be committed any more; they get it as well.
func (p *kafkaPull) lost(_ context.Context, _ *kgo.Client, gone map[string][]int32) { p.remove(gone) }

func (p *kafkaPull) remove(gone map[string][]int32) (parts []*kafkaPart) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range gone[p.topic.name] {
		if part := p.parts[n]; part != nil {
			part.leave()
			parts = append(parts, part)
			delete(p.parts, n)
		}
	}
	return parts
}

// hand gives out one record, unless nobody takes any more.
func (p *kafkaPull) hand(d *kafkaDelivery) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return false
	}
	p.take(d)
	return true
}

// stop hands out nothing any more. What is in hand can be committed until close.
func (p *kafkaPull) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for _, part := range p.parts {
		part.leave()
	}
}

// close ends the client, and then says for it that it leaves the group: the client
// itself would first wait until the others have joined, if they are about to.
func (p *kafkaPull) close() {
	p.stop()
	p.end()
	p.cl.Close()
	p.work.Wait()
	select {
	case <-p.s.over: // nobody can be told
		return
	default:
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaving)
	defer cancel()
	_ = p.leave(ctx) // who is not heard of is missed in the end
}

// leave takes the member out of the group.
func (p *kafkaPull) leave(ctx context.Context) error {
	me, _ := p.cl.GroupMetadata()
	if me == "" {
		return sim.Errorf(sim.Conflict, "it is between two groups")
	}
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = p.s.group(p.at)
	leaver := kmsg.NewLeaveGroupRequestMember()
	leaver.MemberID = me
	req.Members = append(req.Members, leaver)
	resp, err := req.RequestWith(ctx, p.s.cl)
	if err != nil {
		return err
	}
	for _, m := range resp.Members {
		if err := kerr.ErrorForCode(m.ErrorCode); err != nil {
			return err
		}
	}
	return kerr.ErrorForCode(resp.ErrorCode)
}
