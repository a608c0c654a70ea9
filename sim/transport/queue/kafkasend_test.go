package queue

import (
	"bytes"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

// A batch is what any Kafka client reads, and whoever looks at the bytes finds
// the identity of a message in them as text.
func TestABatchIsReadable(t *testing.T) {
	const trace = "00-0102030405060708090a0b0c0d0e0f10-00000000000000a1-01"
	p := parcel{header: map[string][]string{headTrace: {trace}, "x": {"1", "2"}}, body: []byte("body")}
	raw := batch(record(p))
	if !bytes.Contains(raw, []byte(headTrace+"\x6e"+trace)) { // 0x6e: 55 bytes, as a zigzag number
		t.Errorf("the identity is not in %q", raw)
	}
	var b kmsg.RecordBatch
	if err := b.ReadFrom(raw); err != nil {
		t.Fatal(err)
	}
	if int(b.Length) != len(raw)-afterLength || uint32(b.CRC) != crc32.Checksum(raw[afterCRC:], castagnoli) || b.NumRecords != 1 {
		t.Errorf("the batch is %+v", b)
	}
	var r kmsg.Record
	if err := r.ReadFrom(b.Records); err != nil {
		t.Fatal(err)
	}
	if string(r.Value) != "body" || len(r.Headers) != 3 || r.Headers[0].Key != headTrace || string(r.Headers[2].Value) != "2" {
		t.Errorf("the record is %+v", r)
	}
}

// CloudEvents names the attributes of an event differently in Kafka than over HTTP
// and NATS: ce_id there, ce-id here. A message comes out with the names it had.
func TestCloudEventsInARecord(t *testing.T) {
	sent := map[string][]string{"ce-id": {"order-created/o-1"}, "ce-type": {"OrderCreated"}, "x-ce-id": {"1"}, "cell": {"2"}}
	r := record(parcel{header: sent, body: []byte("{}")})
	onWire := map[string][]string{}
	var headers []kgo.RecordHeader
	for _, h := range r.Headers {
		onWire[h.Key] = append(onWire[h.Key], string(h.Value))
		headers = append(headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	want := map[string][]string{"ce_id": {"order-created/o-1"}, "ce_type": {"OrderCreated"}, "x-ce-id": {"1"}, "cell": {"2"}}
	if diff := cmp.Diff(want, onWire); diff != "" {
		t.Errorf("headers of the record (-want +got):\n%s", diff)
	}
	got := (&kafkaDelivery{r: &kgo.Record{Value: r.Value, Headers: headers}}).parcel()
	if diff := cmp.Diff(sent, got.header); diff != "" {
		t.Errorf("headers of the message (-sent +got):\n%s", diff)
	}
	if size := int64(batchHead + len(r.AppendTo(nil))); got.size != size {
		t.Errorf("the message is counted as %d bytes, and %d crossed", got.size, size)
	}
}

func TestKeyOfARecord(t *testing.T) {
	for want, header := range map[string]map[string][]string{
		"":  {"x": {"1"}},
		"k": {sim.HeaderKey: {"k"}, sim.HeaderIdempotencyKey: {"i"}},
		"i": {sim.HeaderIdempotencyKey: {"i"}},
	} {
		if got := record(parcel{header: header}).Key; string(got) != want || (got == nil) != (want == "") {
			t.Errorf("%v: %q, want %q", header, got, want)
		}
	}
}

// FuzzTries reads notes that anybody may have written beside a position.
func FuzzTries(f *testing.F) {
	for _, note := range []string{"", triesNote(1), triesNote(5), "tries=-3", "tries=99999999999999999999", "what others write"} {
		f.Add(note)
	}
	f.Fuzz(func(t *testing.T, note string) {
		if n := triesIn(note); n < 0 || n > maxTries {
			t.Errorf("%q is %d", note, n)
		}
	})
}

// FuzzKafkaQueueOf reads names of topics and groups that anybody may have made.
func FuzzKafkaQueueOf(f *testing.F) {
	f.Add("order.payment", "payment@order.payment")
	f.Add("order.payment.answer.2", "order@order.payment.answer.2")
	f.Add("order-created", "email@order-created")
	f.Add("mine", "kcat")
	f.Fuzz(func(t *testing.T, topic, group string) {
		name, link := KafkaQueueOf(topic, group)
		if link != "" && (link.From() == "" || link.To() == "" || name == "") {
			t.Errorf("%q in %q is %q of %q", group, topic, name, link)
		}
	})
}
