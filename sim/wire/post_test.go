package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kmsg"

	amqp "github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/sim"
)

// tracing is a trace context whose span is 7.
var tracing = (&sim.Span{Trace: sim.TraceID{1}, ID: 7}).Traceparent()

// conversation is what both sides of a connection say, the caller first and last.
type conversation struct{ out, in, last []byte }

// natsTalk publishes, is confirmed, is handed a message and acknowledges it.
func natsTalk() conversation {
	head := "NATS/1.0\r\ntraceparent: " + tracing + "\r\n\r\n"
	return conversation{
		out:  fmt.Appendf(nil, "CONNECT {}\r\nHPUB a.b _INBOX.1 %d %d\r\n%s{}\r\nPING\r\n", len(head), len(head)+2, head),
		in:   fmt.Appendf(nil, "INFO {}\r\nPONG\r\nMSG _INBOX.1 1 9\r\n{\"seq\":1}\r\nHMSG a.b 2 $JS.ACK.1 %d %d\r\n%s{}\r\n", len(head), len(head)+2, head),
		last: []byte("PUB $JS.ACK.1 4\r\n+WPI\r\nPUB $JS.ACK.1 4\r\n+ACK\r\n"),
	}
}

// amqpTalk publishes two messages, of which one ack confirms both, and is handed
// one that it refuses.
func amqpTalk() conversation {
	var out, in, last amqp.Writer
	frame := func(w *amqp.Writer, kind uint8, fill func(*amqp.Writer)) {
		at := w.Begin(kind, 1)
		fill(w)
		w.End(at)
	}
	content := func(w *amqp.Writer, body string) {
		frame(w, amqp.FrameHeader, func(w *amqp.Writer) {
			w.U16(60).U16(0).U64(uint64(len(body))).Properties(amqp.Properties{Headers: amqp.Table{"traceparent": tracing}})
		})
		if body != "" {
			half := len(body) / 2
			frame(w, amqp.FrameBody, func(w *amqp.Writer) { w.B = append(w.B, body[:half]...) })
			frame(w, amqp.FrameBody, func(w *amqp.Writer) { w.B = append(w.B, body[half:]...) })
		}
	}
	out.B = append(out.B, amqp.Header...)
	frame(&out, amqp.FrameMethod, func(w *amqp.Writer) { w.U16(85).U16(10).U8(0) })
	for _, body := range []string{"{}", ""} {
		frame(&out, amqp.FrameMethod, func(w *amqp.Writer) { w.U16(60).U16(40).U16(0).Short("").Short("q").U8(1) })
		content(&out, body)
	}
	frame(&in, amqp.FrameMethod, func(w *amqp.Writer) { w.U16(60).U16(80).U64(2).U8(1) })
	frame(&in, amqp.FrameMethod, func(w *amqp.Writer) { w.U16(60).U16(60).Short("me").U64(1).U8(0).Short("").Short("q") })
	content(&in, "{}")
	frame(&out, amqp.FrameHeartbeat, func(*amqp.Writer) {})
	frame(&last, amqp.FrameMethod, func(w *amqp.Writer) { w.U16(60).U16(90).U64(1).U8(1) })
	return conversation{out.B, in.B, last.B}
}

func stompTalk() conversation {
	head := "\ntraceparent:" + strings.ReplaceAll(tracing, ":", "\\c")
	return conversation{
		out:  []byte("CONNECT\naccept-version:1.2\n\n\x00\n\nSEND\ndestination:/queue/a\nreceipt:1\ncontent-length:3" + head + "\n\n{\x00}\x00"),
		in:   []byte("CONNECTED\nversion:1.2\n\n\x00\nRECEIPT\nreceipt-id:1\n\n\x00\n\nMESSAGE\r\nack:x\r" + head + "\r\n\r\n{}\x00\n"),
		last: []byte("ACK\nid:x\n\n\x00"),
	}
}

// kafkaTalk produces a record, reads it again and commits.
func kafkaTalk() conversation {
	r := resized(kmsg.Record{Key: []byte("k"), Value: []byte("{}"), Headers: []kmsg.Header{{Key: "traceparent", Value: []byte(tracing)}}})
	b := kmsg.RecordBatch{Magic: 2, NumRecords: 1, Records: r, Length: int32(batchHead - 12 + len(r))}
	b.CRC = int32(crc32.Checksum(b.AppendTo(nil)[21:], crc32.MakeTable(crc32.Castagnoli)))
	topic, id := "t", [16]byte{9}
	var c conversation
	ask := func(n int32, req kmsg.Request, version int16, resp kmsg.Response) {
		req.SetVersion(version)
		resp.SetVersion(version)
		c.out = append(c.out, kmsg.NewRequestFormatter(kmsg.FormatterClientID("me")).AppendRequest(nil, req, n)...)
		answer := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(n))
		if resp.IsFlexible() && resp.Key() != kafkaAPIVersions {
			answer = append(answer, 0)
		}
		answer = resp.AppendTo(answer)
		binary.BigEndian.PutUint32(answer, uint32(len(answer)-4))
		c.in = append(c.in, answer...)
	}
	ask(0, kmsg.NewPtrApiVersionsRequest(), 3, kmsg.NewPtrApiVersionsResponse())
	known := kmsg.NewPtrMetadataResponse()
	known.Topics = []kmsg.MetadataResponseTopic{{Topic: &topic, TopicID: id}}
	ask(1, kmsg.NewPtrMetadataRequest(), 12, known)
	produce, produced := kmsg.NewPtrProduceRequest(), kmsg.NewPtrProduceResponse()
	produce.Acks = -1
	produce.Topics = []kmsg.ProduceRequestTopic{{Topic: topic, Partitions: []kmsg.ProduceRequestTopicPartition{{Partition: 1, Records: b.AppendTo(nil)}}}}
	produced.Topics = []kmsg.ProduceResponseTopic{{Topic: topic, Partitions: []kmsg.ProduceResponseTopicPartition{{Partition: 1, BaseOffset: 5}}}}
	ask(2, produce, 9, produced)
	fetched := kmsg.NewPtrFetchResponse()
	fetched.Topics = []kmsg.FetchResponseTopic{{TopicID: id, Partitions: []kmsg.FetchResponseTopicPartition{{Partition: 1, RecordBatches: b.AppendTo(nil)}}}}
	ask(3, kmsg.NewPtrFetchRequest(), 15, fetched)
	commit := kmsg.NewPtrOffsetCommitRequest()
	commit.Group = "g"
	commit.Topics = []kmsg.OffsetCommitRequestTopic{{Topic: topic, Partitions: []kmsg.OffsetCommitRequestTopicPartition{{Partition: 1, Offset: 1}}}}
	ask(4, commit, 8, kmsg.NewPtrOffsetCommitResponse())
	return c
}

// talks are the protocols, each with something to read.
var talks = map[string]struct {
	speaks func(string, *posts) protocol
	talk   func() conversation
	begins func(direction, []byte) bool
	first  direction // who speaks first
	want   []string
}{
	"nats": {func(who string, k *posts) protocol { return newNATS(who, k) }, natsTalk, beginsNATS, in, []string{
		"order → nats: HPUB a.b _INBOX.1 82 84 | MSG _INBOX.1 1 9",
		"nats → order: HMSG a.b 2 $JS.ACK.1 82 84 | PUB $JS.ACK.1 4",
	}},
	"amqp": {func(who string, k *posts) protocol { return newAMQP(who, k) }, amqpTalk, beginsAMQP, out, []string{
		"order → rabbitmq: basic.publish | basic.ack",
		"order → rabbitmq: basic.publish | basic.ack",
		"rabbitmq → order: basic.deliver | basic.reject",
	}},
	"stomp": {func(who string, k *posts) protocol { return newSTOMP(who, k) }, stompTalk, beginsSTOMP, out, []string{
		"order → activemq: SEND | RECEIPT",
		"activemq → order: MESSAGE | ACK",
	}},
	"kafka": {func(who string, k *posts) protocol { return newKafka(who, k) }, kafkaTalk, beginsKafka, out, []string{
		"order → kafka: Produce v9 request | Produce v9 answer",
		"kafka → order: Fetch v15 answer | OffsetCommit v8 request",
	}},
}

// hear reads a conversation, cut into pieces of so many bytes.
func hear(w protocol, c conversation, step int) {
	feed(w, out, c.out, step)
	feed(w, in, c.in, step)
	feed(w, out, c.last, step)
}

func feed(w protocol, way direction, b []byte, step int) {
	for len(b) > 0 {
		n := min(step, len(b))
		w.decode(way, time.Second, b[:n])
		b = b[n:]
	}
}

func TestPostsAreRead(t *testing.T) {
	for name, p := range talks {
		t.Run(name, func(t *testing.T) {
			c := p.talk()
			first := c.out
			if p.first == in {
				first = c.in
			}
			if !p.begins(p.first, first) || p.begins(p.first, []byte("GET / HTTP/1.1\r\n")) || p.begins(p.first, make([]byte, 100)) {
				t.Error("it is not known by its first bytes")
			}
			k := &posts{limit: 64 << 10, message: 1 << 10}
			hear(p.speaks("order", k), c, 1<<20)
			var got []string
			for _, x := range k.find(7) {
				got = append([]string{fmt.Sprintf("%s → %s: %s | %s", x.From, x.To, x.Request.Start, x.Response.Start)}, got...)
				var sum int64
				for _, f := range x.Request.Frames {
					sum += int64(f.Size)
				}
				if sum != x.Request.Total || sum != int64(len(x.Request.Raw)) {
					t.Errorf("%s: pieces of %d bytes, %d crossed", x.Request.Start, sum, x.Request.Total)
				}
			}
			if d := cmp.Diff(p.want, got); d != "" {
				t.Errorf("read (-want +got):\n%s", d)
			}
			if other := k.find(8); other != nil {
				t.Errorf("found %d of another span", len(other))
			}
		})
	}
}

// Whatever is said and however it is split, the same is read, nothing panics, and
// no more is kept than may be.
func fuzzTalk(f *testing.F, name string) {
	p := talks[name]
	good := p.talk()
	f.Add(good.out, good.in, good.last, uint8(7))
	f.Add(good.out[:len(good.out)/2], good.in, good.out, uint8(1))
	f.Add(bytes.Repeat(good.out, 3), bytes.Repeat(good.in, 2), good.last, uint8(200))
	f.Fuzz(func(t *testing.T, said, replied, last []byte, size uint8) {
		read := func(step int) []sim.Exchange {
			k := &posts{limit: 64 << 10, message: 1 << 10}
			hear(p.speaks("order", k), conversation{said, replied, last}, step)
			k.trim()
			if k.size > k.limit {
				t.Errorf("%d bytes are kept", k.size)
			}
			all := k.find(7)
			for _, q := range k.list {
				all = append(all, q.speech.read(q))
			}
			return all
		}
		if d := cmp.Diff(read(1<<20), read(1+int(size))); d != "" {
			t.Errorf("split differently it reads differently (-whole +split):\n%s", d)
		}
	})
}

func FuzzNATS(f *testing.F)  { fuzzTalk(f, "nats") }
func FuzzAMQP(f *testing.F)  { fuzzTalk(f, "amqp") }
func FuzzSTOMP(f *testing.F) { fuzzTalk(f, "stomp") }
func FuzzKafka(f *testing.F) { fuzzTalk(f, "kafka") }

// The oldest make room, and what they waited for is nobody's.
func TestPostsAreBounded(t *testing.T) {
	for name, p := range talks {
		k := &posts{limit: 2 << 10, message: 100}
		w := p.speaks("order", k)
		for range 50 {
			hear(w, p.talk(), 100)
			k.trim()
		}
		if k.size > k.limit || len(k.list) == 0 || k.gone == 0 {
			t.Errorf("%s: %d bytes in %d messages are kept, %d are gone", name, k.size, len(k.list), k.gone)
		}
		for _, p := range k.list {
			if len(p.message.raw) > 100 || len(p.answer.raw) > 100 {
				t.Errorf("%s: %d and %d bytes of one are kept", name, len(p.message.raw), len(p.answer.raw))
			}
		}
	}
}

// BenchmarkPosts reads a conversation: a message out, one in, and what
// acknowledges them.
func BenchmarkPosts(b *testing.B) {
	for name, p := range talks {
		b.Run(name, func(b *testing.B) {
			c, k := p.talk(), &posts{limit: 256 << 10, message: 4 << 10}
			b.SetBytes(int64(len(c.out) + len(c.in) + len(c.last)))
			b.ReportAllocs()
			w := p.speaks("order", k)
			for b.Loop() {
				hear(w, c, 1<<20)
				k.trim()
			}
		})
	}
}

// A connection on which something else crosses is read up to there, and counted.
func TestPostsEndWhereNothingCanBeRead(t *testing.T) {
	nonsense := map[string]string{
		"nats": "HPUB a b\r\n", "amqp": "\x09\x00\x01\x00\x00\x00\x00\xce", "stomp": "SEND\ncontent-length:x\n\n\x00", "kafka": "\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00",
	}
	for name, p := range talks {
		k := &posts{limit: 64 << 10, message: 1 << 10}
		w, c := p.speaks("order", k), p.talk()
		hear(w, c, 7)
		before := len(k.find(7))
		feed(w, out, []byte(nonsense[name]), 3)
		feed(w, out, c.out, 100)
		if after := len(k.find(7)); before == 0 || after != before || k.unread != 1 {
			t.Errorf("%s: %d posts, and %d after something that cannot be read; %d connections unread", name, before, after, k.unread)
		}
	}
}
