package lab_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// crossing is one time that a message crossed, in few words.
type crossing struct{ From, To, Message, Pieces, Receipt string }

func crossingOf(x sim.Exchange) crossing {
	var pieces []string
	for _, f := range x.Request.Frames {
		pieces = append(pieces, f.Name)
	}
	word, _, _ := strings.Cut(x.Request.Start, " ")
	receipt, _, _ := strings.Cut(x.Response.Start, " ")
	return crossing{x.From, x.To, word, strings.Join(pieces, ", "), receipt}
}

// whole waits until every crossing of a message has been acknowledged.
func whole(t *testing.T, l *lab.Lab, link sim.LinkID, span sim.SpanID, n int) []sim.Exchange {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for look := time.NewTicker(5 * time.Millisecond); ; {
		x, ok := l.Exchange(link, span)
		all := append([]sim.Exchange{x}, x.Then...)
		done := ok && len(all) == n
		for _, x := range all {
			done = done && x.Response.Total > 0
		}
		if done {
			look.Stop()
			return all
		}
		select {
		case <-look.C:
		case <-late.C:
			for _, x := range all {
				t.Logf("%+v, notes %q %q", crossingOf(x), x.Request.Notes, x.Response.Notes)
			}
			t.Fatalf("found %v, %d crossings, want %d that are acknowledged", ok, len(all), n)
		}
	}
}

// A charge that travels by a broker crosses four times: it is published and
// delivered, and so is its late answer. All of it is found by its span, and read.
func TestInspectorReadsWhatABrokerCarries(t *testing.T) {
	for _, tt := range []struct {
		way  string
		want []crossing
	}{
		{"nats", []crossing{
			{"order", "nats", "HPUB", "HPUB, headers, body", "MSG"},
			{"nats", "payment", "HMSG", "HMSG, headers, body", "PUB"},
			{"payment", "nats", "HPUB", "HPUB, headers, body", "MSG"},
			{"nats", "order", "HMSG", "HMSG, headers, body", "PUB"},
		}},
		{"rabbitmq", []crossing{
			{"order", "rabbitmq", "basic.publish", "basic.publish, content header, body", "basic.ack"},
			{"rabbitmq", "payment", "basic.deliver", "basic.deliver, content header, body", "basic.ack"},
			{"payment", "rabbitmq", "basic.publish", "basic.publish, content header, body", "basic.ack"},
			{"rabbitmq", "order", "basic.deliver", "basic.deliver, content header, body", "basic.ack"},
		}},
		{"activemq", []crossing{
			{"order", "activemq", "SEND", "SEND, body", "RECEIPT"},
			{"activemq", "payment", "MESSAGE", "MESSAGE, body", "ACK"},
			{"payment", "activemq", "SEND", "SEND, body", "RECEIPT"},
			{"activemq", "order", "MESSAGE", "MESSAGE, body", "ACK"},
		}},
		{"sqs", []crossing{
			{"order", "sqs", "POST", "SendMessage, body", "HTTP/1.1"},
			{"sqs", "payment", "HTTP/1.1", "answer to ReceiveMessage, body", "POST"},
			{"payment", "sqs", "POST", "SendMessage, body", "HTTP/1.1"},
			{"sqs", "order", "HTTP/1.1", "answer to ReceiveMessage, body", "POST"},
		}},
		{"kafka", []crossing{
			{"order", "kafka", "Produce", "Produce, record batch, record", "Produce"},
			{"kafka", "payment", "Fetch", "record batch, record", "OffsetCommit"},
			{"payment", "kafka", "Produce", "Produce, record batch, record", "Produce"},
			{"kafka", "order", "Fetch", "record batch, record", "OffsetCommit"},
		}},
	} {
		t.Run(tt.way, func(t *testing.T) {
			l := openSpec(t, parse(t, twoSteps), lab.Options{})
			do(t, l, sim.Swap{Link: "order:payment", Transport: tt.way})
			do(t, l, sim.Send{UseCase: "order.place", N: 3})
			allSettled(t, l, "order:payment")
			n := 0
			for _, e := range events(t, l) {
				f, ok := e.Fact.(sim.Accepted)
				if !ok || e.Link != "order:payment" {
					continue
				}
				n++
				all := whole(t, l, e.Link, e.Span, len(tt.want))
				var got []crossing
				for _, x := range all {
					got = append(got, crossingOf(x))
					adds(t, x)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("crossings (-want +got):\n%s", d)
				}
				if out, in := all[0].Request.Total, all[0].Response.Total; f.BytesOut != out || f.BytesIn != in {
					t.Errorf("counted %d out and %d in, %d and %d are in its frames", f.BytesOut, f.BytesIn, out, in)
				}
				said(t, all[0].Request, e.Span, "order_id")
				said(t, all[1].Request, e.Span, "order_id")
				said(t, all[2].Request, e.Span, "status")
				said(t, all[3].Request, e.Span, "status")
			}
			if n != 3 {
				t.Errorf("%d charges were accepted, want 3", n)
			}
		})
	}
}

// adds checks that the pieces of both halves are all there is of them.
func adds(t *testing.T, x sim.Exchange) {
	t.Helper()
	for _, m := range []sim.Captured{x.Request, x.Response} {
		var sum int64
		for _, f := range m.Frames {
			sum += int64(f.Size)
		}
		if sum != m.Total || m.Total != int64(len(m.Raw)) {
			t.Errorf("%s: its pieces have %d bytes, %d crossed, %d are kept", m.Start, sum, m.Total, len(m.Raw))
		}
	}
}

// said checks a message: its span, and a word of its body, which is JSON.
func said(t *testing.T, m sim.Captured, span sim.SpanID, field string) {
	t.Helper()
	if got := m.Header("correlation-id"); got != span.String() {
		t.Errorf("%s: correlation-id %q, want %s", m.Start, got, span)
	}
	var body map[string]any
	if err := json.Unmarshal(m.Body, &body); err != nil || body[field] == nil {
		t.Errorf("%s: %v in %q, want %s", m.Start, err, m.Body, field)
	}
}
