package wire

import (
	"encoding/binary"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// kafkaWire reads the protocol of Kafka: requests and their answers, which come
// in any order and are told apart by a number.
//
//	request  │ size │ key │ version │ correlation id │ client │ …
//	answer   │ size │ correlation id │ …
//
// A record is one post: published in a Produce request, delivered in the answer
// to a Fetch request. Nobody acknowledges a single record of those; the consumer
// commits how far it is, on whatever connection of the link.
type kafkaWire struct {
	posts   *posts
	who     string
	out, in kafkaLane
	asked   map[int32]kafkaAsked // by correlation id
}

// kafkaAsked is a request whose answer is still to come.
type kafkaAsked struct {
	key, version int16
	posts        []*post
}

// kafkaLane is one direction.
type kafkaLane struct {
	cutter
	wire    *kafkaWire
	way     direction
	at      time.Duration
	asked   kafkaAsked
	number  int32  // the correlation id
	collect bool   // the frame is of use
	frame   []byte // as much of it as there is
}

// Keys of the requests that are read (the protocol's own numbers).
const (
	kafkaProduce      = 0
	kafkaFetch        = 1
	kafkaMetadata     = 3
	kafkaOffsetCommit = 8
	kafkaAPIVersions  = 18
)

const (
	kafkaHead    = 12        // of a request: size, key, version, correlation id
	kafkaLargest = 100 << 20 // of a frame, as brokers are set by default
	kafkaRead    = 2 << 20   // the largest that is read; consumers here ask for 1 MiB of a partition
	kafkaTopics  = 1000      // whose ids are remembered
)

// beginsKafka reports whether a connection whose first bytes are p is to a Kafka
// broker: clients ask first which versions it knows.
func beginsKafka(way direction, p []byte) bool {
	return way == out && len(p) >= kafkaHead && binary.BigEndian.Uint32(p) < 1<<16 &&
		binary.BigEndian.Uint16(p[4:]) == kafkaAPIVersions && binary.BigEndian.Uint16(p[6:]) < 16
}

func newKafka(who string, k *posts) *kafkaWire {
	w := &kafkaWire{posts: k, who: who, asked: map[int32]kafkaAsked{}}
	w.out, w.in = kafkaLane{wire: w, way: out}, kafkaLane{wire: w, way: in}
	return w
}

func (w *kafkaWire) decode(way direction, at time.Duration, p []byte) {
	l := &w.out
	if way == in {
		l = &w.in
	}
	l.at = at
	if l.cut(p, l) {
		w.posts.unread++
	}
}

func (l *kafkaLane) head(p []byte) (n int, body int64, err error) {
	if n = 8; l.way == out {
		n = kafkaHead
	}
	if len(p) < n {
		return 0, 0, nil
	}
	size := int64(binary.BigEndian.Uint32(p)) + 4
	if size > kafkaLargest || size < int64(n) {
		return 0, 0, sim.Invalidf("no frame of Kafka")
	}
	return n, size - int64(n), nil
}

// begin decides whether a frame is worth collecting.
func (l *kafkaLane) begin(head []byte) {
	known := true
	if l.way == out {
		l.asked = kafkaAsked{key: int16(binary.BigEndian.Uint16(head[4:])), version: int16(binary.BigEndian.Uint16(head[6:]))}
		l.number = int32(binary.BigEndian.Uint32(head[8:]))
		if len(l.wire.asked) >= mostOpen {
			clear(l.wire.asked)
		}
		switch l.asked.key {
		case kafkaFetch, kafkaMetadata:
			l.wire.asked[l.number] = l.asked
			known = false // the answer is of use, the request is not
		case kafkaProduce, kafkaOffsetCommit:
		default:
			known = false
		}
	} else {
		l.number = int32(binary.BigEndian.Uint32(head[4:]))
		l.asked, known = l.wire.asked[l.number]
		delete(l.wire.asked, l.number)
	}
	l.collect = known && binary.BigEndian.Uint32(head) <= kafkaRead
	l.frame = l.frame[:0]
	l.part(head)
}

func (l *kafkaLane) part(p []byte) {
	if l.collect {
		l.frame = append(l.frame, p...)
	}
}

func (l *kafkaLane) end() {
	if !l.collect {
		return
	}
	if l.way == out {
		l.request()
	} else {
		l.answer()
	}
	if cap(l.frame) > helpAt {
		l.frame = nil
	}
}

// request takes a whole request.
func (l *kafkaLane) request() {
	r := readKafkaRequest(l.frame)
	if l.asked.key == kafkaOffsetCommit {
		_, _, _, parts := r.commit()
		p := l.wire.posts.open(l.wire.who, out, &kafkaCommit{version: l.asked.version, to: parts})
		p.says(l.at, l.frame)
		l.asked.posts = []*post{p}
		l.wire.asked[l.number] = l.asked
		return
	}
	acks, parts := r.produce()
	for _, part := range parts {
		for _, one := range recordsIn(part.records, l.wire.posts.message) {
			p := l.wire.posts.open(l.wire.who, out, &kafkaRecord{kafkaPlace: part.kafkaPlace, record: one, version: l.asked.version})
			p.says(l.at, l.frame)
			p.silent = acks == 0
			p.grow(len(one.bytes))
			l.asked.posts = append(l.asked.posts, p)
		}
	}
	if acks != 0 {
		l.wire.asked[l.number] = l.asked
	}
}

// answer takes the whole answer to a request.
func (l *kafkaLane) answer() {
	for _, p := range l.asked.posts {
		p.hears(l.at, l.frame)
	}
	r := readKafkaAnswer(l.frame, l.asked.key, l.asked.version)
	switch l.asked.key {
	case kafkaMetadata:
		r.topics(l.wire.posts.name)
	case kafkaFetch:
		for _, part := range r.fetched() {
			for _, one := range recordsIn(part.records, l.wire.posts.message) {
				p := l.wire.posts.open(l.wire.who, in, &kafkaRecord{kafkaPlace: part.kafkaPlace, record: one, version: l.asked.version, whole: len(l.frame)})
				p.says(l.at, one.batch[:])
				p.says(l.at, one.bytes)
				p.message.total += int64(one.size - len(one.bytes))
				p.grow(len(one.bytes))
			}
		}
	}
}

// name remembers what a topic is called, whose later messages name its id alone.
func (k *posts) name(id [16]byte, topic string) {
	if len(k.topics) >= kafkaTopics {
		clear(k.topics)
	}
	if k.topics == nil {
		k.topics = map[[16]byte]string{}
	}
	k.topics[id] = topic
}
