package wire

import (
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

// kafkaPlace is a partition. Newer requests name the topic by its id alone.
type kafkaPlace struct {
	topic     string
	id        [16]byte
	partition int32
}

// topicOf is the name of a topic, or its id when nobody said the name.
func (k *posts) topicOf(at kafkaPlace) string {
	switch name := k.topics[at.id]; {
	case at.topic != "":
		return at.topic
	case name != "":
		return name
	}
	return fmt.Sprintf("%x", at.id)
}

// kafkaRecord is one record on its way.
type kafkaRecord struct {
	kafkaPlace
	record  batched
	version int16 // of the request
	whole   int   // bytes of the answer that it was delivered in
}

// kafkaCommit is a request by which a group says how far it is.
type kafkaCommit struct {
	version int16
	to      []kafkaPart // with the next offset that is wanted
}

func (c *kafkaCommit) text(*post) []byte         { return nil } // it belongs to no span
func (c *kafkaCommit) read(p *post) sim.Exchange { return p.exchange("Kafka", "kafka", plainRun) }
func (r *kafkaRecord) text(*post) []byte         { return r.record.bytes }

// plainRun shows bytes that nobody reads.
func plainRun(run) sim.Captured { return sim.Captured{} }

func (r *kafkaRecord) read(p *post) sim.Exchange {
	x := p.exchange("Kafka", "kafka", plainRun)
	r.fields(&x.Request, p.of)
	if p.way == out {
		r.produced(&x, p)
	} else {
		r.fetched(&x, p)
	}
	return x
}

// fields shows the record itself.
func (r *kafkaRecord) fields(m *sim.Captured, k *posts) {
	m.Lines = append(m.Lines, sim.Field{Name: "topic", Value: k.topicOf(r.kafkaPlace)}, sim.Field{Name: "partition", Value: fmt.Sprint(r.partition)})
	var rec kmsg.Record
	if err := rec.ReadFrom(r.record.bytes); err != nil {
		m.Notes = append(m.Notes, "a record that cannot be read: "+err.Error())
		return
	}
	first := time.UnixMilli(int64(binary.BigEndian.Uint64(r.record.batch[27:])) + rec.TimestampDelta64)
	m.Lines = append(m.Lines, sim.Field{Name: "timestamp", Value: first.UTC().Format(time.RFC3339Nano)})
	key := shownBytes(rec.Key)
	if rec.Key == nil {
		key = "none"
	}
	m.Lines = append(m.Lines, sim.Field{Name: "key", Value: key})
	for _, h := range rec.Headers {
		m.Lines = append(m.Lines, sim.Field{Name: h.Key, Value: shownBytes(h.Value)})
	}
	m.Body = rec.Value
	if cut := r.record.size - len(r.record.bytes); cut > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("of the value the first %d bytes are kept", len(rec.Value)))
	}
	if r.record.of > 1 {
		m.Notes = append(m.Notes, fmt.Sprintf("one of %d records of a batch", r.record.of))
	}
}

// produced completes a record in a Produce request.
func (r *kafkaRecord) produced(x *sim.Exchange, p *post) {
	x.Request.Start = fmt.Sprintf("Produce v%d request", r.version)
	rest := int(x.Request.Total) - batchHead - r.record.size
	x.Request.Frames = []sim.Frame{
		{Name: "Produce", Flags: fmt.Sprintf("request number %d", correlation(p.message.raw, kafkaHead)), Size: rest},
		{Name: "record batch", Flags: counted(r.record.of, "record"), Size: batchHead},
		{Name: "record", Flags: "its key, its value, its headers", Size: r.record.size},
	}
	if x.Response.Total == 0 {
		return
	}
	m := &x.Response
	m.Start = fmt.Sprintf("Produce v%d answer", r.version)
	m.Frames = []sim.Frame{{Name: "Produce", Flags: fmt.Sprintf("answer to number %d", correlation(p.answer.raw, 8)), Size: int(m.Total)}}
	for _, part := range readKafkaAnswer(p.answer.raw, kafkaProduce, r.version).produced() {
		if part.kafkaPlace == r.kafkaPlace {
			m.Lines = append(m.Lines, sim.Field{Name: "error", Value: kafkaError(part.err)}, sim.Field{Name: "offset", Value: fmt.Sprint(part.offset + r.record.offset)})
		}
	}
}

// fetched completes a record in the answer to a Fetch request, which the group
// acknowledges with the first commit that is beyond it.
func (r *kafkaRecord) fetched(x *sim.Exchange, p *post) {
	m := &x.Request
	m.Start = fmt.Sprintf("Fetch v%d answer", r.version)
	m.Lines = append([]sim.Field{m.Lines[0], m.Lines[1], {Name: "offset", Value: fmt.Sprint(r.record.offset)}}, m.Lines[2:]...)
	m.Frames = []sim.Frame{
		{Name: "record batch", Flags: fmt.Sprintf("%s, in an answer of %d bytes", counted(r.record.of, "record"), r.whole), Size: batchHead},
		{Name: "record", Flags: "its key, its value, its headers", Size: r.record.size},
	}
	c, commit := r.committed(p)
	if c == nil {
		return
	}
	x.DoneAt = c.message.last
	x.Response = c.half(c.message, plainRun)
	m = &x.Response
	m.Start = fmt.Sprintf("OffsetCommit v%d request", commit.version)
	m.Frames = []sim.Frame{{Name: "OffsetCommit", Flags: fmt.Sprintf("request number %d", correlation(c.message.raw, kafkaHead)), Size: int(m.Total)}}
	group, member, generation, _ := readKafkaRequest(c.message.raw).commit()
	m.Lines = []sim.Field{{Name: "group", Value: group}, {Name: "generation", Value: fmt.Sprint(generation)}, {Name: "member", Value: member}}
	for _, to := range commit.to {
		m.Lines = append(m.Lines,
			sim.Field{Name: "topic", Value: p.of.topicOf(to.kafkaPlace)}, sim.Field{Name: "partition", Value: fmt.Sprint(to.partition)},
			sim.Field{Name: "offset", Value: fmt.Sprint(to.offset)})
	}
	for _, part := range readKafkaAnswer(c.answer.raw, kafkaOffsetCommit, commit.version).committed() {
		m.Notes = append(m.Notes, fmt.Sprintf("the broker answered for partition %d: error %s", part.partition, kafkaError(part.err)))
	}
}

// committed finds the commit that acknowledges a record.
func (r *kafkaRecord) committed(p *post) (best *post, of *kafkaCommit) {
	topic := p.of.topicOf(r.kafkaPlace)
	for _, c := range p.of.list {
		commit, ok := c.speech.(*kafkaCommit)
		if !ok || c.message.first < p.message.first || best != nil && c.message.first >= best.message.first {
			continue
		}
		for _, to := range commit.to {
			if to.partition == r.partition && to.offset > r.record.offset && p.of.topicOf(to.kafkaPlace) == topic {
				best, of = c, commit
			}
		}
	}
	return best, of
}

// correlation is the number of a request or an answer; it ends its head.
func correlation(raw []byte, head int) int32 {
	if len(raw) < head {
		return 0
	}
	return int32(binary.BigEndian.Uint32(raw[head-4:]))
}

func kafkaError(code int16) string {
	if err := kerr.TypedErrorForCode(code); err != nil {
		return err.Message
	}
	return "none"
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// shownBytes is text as it is, and anything else as a number of bytes.
func shownBytes(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return counted(len(b), "byte")
}
