package queue

import (
	"context"
	"hash/crc32"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

// kafkaTopic is what a session knows of a topic: who serves its partitions.
type kafkaTopic struct {
	name    string
	id      [16]byte
	leaders []int32   // by partition
	asked   time.Time // when somebody last asked; guarded by the session's mu
	choose  kgo.TopicPartitioner

	mu   sync.Mutex
	next int // of those without a key
}

// stale is how long a session believes what it was told of a topic, unless a
// broker says otherwise: so long, new partitions get nothing. (Kafka's default for
// metadata.max.age.ms is 5 minutes.)
const stale = time.Second

// place is the partition of a record: the one of its key, as Java clients reckon
// it (murmur2), or one after the other.
func (t *kafkaTopic) place(key []byte) int32 {
	n := len(t.leaders)
	if key != nil {
		return int32(t.choose.Partition(&kgo.Record{Key: key}, n))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	return int32(t.next % n)
}

// send puts p into a topic: one request with one record to the broker that
// serves its partition, and that broker's answer. Nothing is tried again.
func (s *kafkaSession) send(ctx context.Context, to string, p parcel) (traffic, error) {
	t, err := s.find(ctx, to)
	if err != nil {
		return traffic{}, s.trouble(ctx, err)
	}
	r := record(p)
	partition := t.place(r.Key)
	req := produce(t, partition, r)
	answer, err := s.ask(ctx, t.leaders[partition], req)
	if err != nil {
		s.forget(to)
		return traffic{}, s.trouble(ctx, err)
	}
	crossed := traffic{out: requestSize(s.d.route.From.String(), req), in: responseSize(answer)}
	for _, topic := range answer.Topics {
		for _, part := range topic.Partitions {
			if err := kerr.ErrorForCode(part.ErrorCode); err != nil {
				s.forget(to) // somebody else serves it, or nobody does
				return crossed, s.trouble(ctx, err)
			}
		}
	}
	return crossed, nil
}

// ask sends a request to a broker, once, and waits for its answer. Who stops
// waiting leaves the connection to the others: the client would end it.
func (s *kafkaSession) ask(ctx context.Context, broker int32, req *kmsg.ProduceRequest) (*kmsg.ProduceResponse, error) {
	type answer struct {
		resp kmsg.Response
		err  error
	}
	got, wire := make(chan answer, 1), s.wire(broker)
	go func() { // ends with the answer, or with the connection
		resp, err := s.cl.Broker(int(broker)).Request(wire, req)
		got <- answer{resp, err}
	}()
	select {
	case a := <-got:
		if a.err != nil {
			return nil, a.err
		}
		return a.resp.(*kmsg.ProduceResponse), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// produce is a request to store one record, whatever leader and followers there
// are: acks=all, no compression, no batch with others.
func produce(t *kafkaTopic, partition int32, r kmsg.Record) *kmsg.ProduceRequest {
	req := kmsg.NewPtrProduceRequest()
	req.Acks, req.TimeoutMillis = -1, int32(patience.Milliseconds())
	in := kmsg.NewProduceRequestTopic()
	in.Topic, in.TopicID = t.name, t.id
	at := kmsg.NewProduceRequestTopicPartition()
	at.Partition, at.Records = partition, batch(r)
	in.Partitions = append(in.Partitions, at)
	req.Topics = append(req.Topics, in)
	return req
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Places in an encoded batch.
const (
	afterLength = 12 // what its length counts begins here
	afterCRC    = 21 // what its checksum covers begins here
	batchHead   = 61 // its records begin here
)

// batch is a record batch (magic 2) with one record, as it crosses the wire.
func batch(r kmsg.Record) []byte {
	now := time.Now().UnixMilli()
	b := kmsg.RecordBatch{
		PartitionLeaderEpoch: -1, Magic: 2, FirstTimestamp: now, MaxTimestamp: now,
		ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1, NumRecords: 1, Records: r.AppendTo(nil),
	}
	b.Length = int32(batchHead - afterLength + len(b.Records))
	b.CRC = int32(crc32.Checksum(b.AppendTo(nil)[afterCRC:], castagnoli))
	return b.AppendTo(nil)
}

// record makes a record of a parcel. Its key is what order is kept by or, for
// want of that, what says that two messages are one: so both copies come to the
// same partition.
func record(p parcel) kmsg.Record {
	r := kmsg.Record{Value: p.body}
	for _, header := range []string{sim.HeaderKey, sim.HeaderIdempotencyKey} {
		if key := p.get(header); key != "" && r.Key == nil {
			r.Key = []byte(key)
		}
	}
	for name, values := range p.header {
		for _, v := range values {
			r.Headers = append(r.Headers, kmsg.Header{Key: kafkaHeader(name), Value: []byte(v)})
		}
	}
	sort.SliceStable(r.Headers, func(i, j int) bool { return r.Headers[i].Key < r.Headers[j].Key })
	return sized(r)
}

// What the name of a CloudEvents attribute begins with: in a message of ours, as over
// HTTP and NATS, and in a record of Kafka.
// (https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md)
const (
	eventAttribute = "ce-"
	kafkaAttribute = "ce_"
)

// kafkaHeader is the name of a header in a record.
func kafkaHeader(name string) string {
	if attribute, ok := strings.CutPrefix(name, eventAttribute); ok {
		return kafkaAttribute + attribute
	}
	return name
}

// headerOfKafka is the name in a message of a header of a record.
func headerOfKafka(name string) string {
	if attribute, ok := strings.CutPrefix(name, kafkaAttribute); ok {
		return eventAttribute + attribute
	}
	return name
}

// sized gives a record its length: what comes after the length itself.
func sized(r kmsg.Record) kmsg.Record {
	r.Length = 0 // takes one byte
	r.Length = int32(len(r.AppendTo(nil)) - 1)
	return r
}

// requestSize is how many bytes a request took, with its header.
func requestSize(client string, req kmsg.Request) int64 {
	f := kmsg.NewRequestFormatter(kmsg.FormatterClientID(client))
	return int64(len(f.AppendRequest(nil, req, 0)))
}

// responseSize is how many bytes a response took: size, correlation id, tags
// where it has some, and itself.
func responseSize(resp kmsg.Response) int64 {
	head := 8
	if resp.IsFlexible() {
		head++
	}
	return int64(head + len(resp.AppendTo(nil)))
}

// find returns what is known of a topic, and asks when that is nothing or old.
// While one asks anew the others go on with what is known.
func (s *kafkaSession) find(ctx context.Context, name string) (*kafkaTopic, error) {
	s.mu.Lock()
	t := s.topics[name]
	known := t != nil && time.Since(t.asked) < stale
	if t != nil && !known {
		t.asked = time.Now()
	}
	s.mu.Unlock()
	if known {
		return t, nil
	}
	req := kmsg.NewPtrMetadataRequest()
	rt := kmsg.NewMetadataRequestTopic()
	rt.Topic = &name
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return nil, err
	}
	if len(resp.Topics) != 1 {
		return nil, kerr.UnknownTopicOrPartition
	}
	mt := resp.Topics[0]
	if err := kerr.ErrorForCode(mt.ErrorCode); err != nil {
		return nil, err
	}
	t = &kafkaTopic{name: name, id: mt.TopicID, leaders: make([]int32, len(mt.Partitions)), asked: time.Now()}
	t.choose = kgo.StickyKeyPartitioner(nil).ForTopic(name)
	for _, p := range mt.Partitions {
		if int(p.Partition) >= len(t.leaders) {
			return nil, kerr.UnknownTopicOrPartition
		}
		t.leaders[p.Partition] = p.Leader
	}
	if len(t.leaders) == 0 {
		return nil, kerr.UnknownTopicOrPartition
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.topics[name] = t
	return t, nil
}

func (s *kafkaSession) forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.topics, name)
}
