package lab_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
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
	t.Parallel()
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

// Where the caller waits, its answer crosses to its own inbox, and nobody
// acknowledges that.
func TestInspectorReadsAnswersThatAreWaitedFor(t *testing.T) {
	for _, way := range []string{"nats-reply", "rabbitmq-reply", "activemq-reply"} {
		t.Run(way, func(t *testing.T) {
			l := openSpec(t, parse(t, twoSteps), lab.Options{})
			do(t, l, sim.Swap{Link: "order:payment", Transport: way})
			do(t, l, sim.Send{UseCase: "order.place"})
			e := await(t, l, 0, func(e sim.Event) bool { return e.Link == "order:payment" && e.Fact.Kind() == sim.KindAnswered })
			x, ok := l.Exchange(e.Link, e.Span)
			if !ok || len(x.Then) != 3 {
				t.Fatalf("found %v, %d crossings", ok, 1+len(x.Then))
			}
			said(t, x.Request, e.Span, "order_id")
			said(t, x.Then[0].Request, e.Span, "order_id")
			answer := x.Then[2]
			if said(t, answer.Request, e.Span, "status"); answer.To != "order" {
				t.Errorf("the answer came to %s", answer.To)
			}
			f := e.Fact.(sim.Answered)
			if d := cmp.Diff([]string{"no acknowledgement was asked for"}, answer.Response.Notes); d != "" {
				t.Errorf("of its acknowledgement (-want +got):\n%s", d)
			}
			if out, in := x.Request.Total, x.Response.Total+answer.Request.Total; f.BytesOut != out || f.BytesIn != in {
				t.Errorf("counted %d out and %d in, %d and %d are in its frames", f.BytesOut, f.BytesIn, out, in)
			}
		})
	}
}

// What is published crosses once to the broker, or once for each group where the
// broker knows no topics, and once to each group.
func TestInspectorReadsWhatIsPublished(t *testing.T) {
	t.Parallel()
	for _, way := range brokered {
		t.Run(way, func(t *testing.T) {
			l := openSpec(t, parse(t, news), lab.Options{})
			do(t, l, sim.Swap{Link: "shop:news", Transport: way})
			tell(t, l, "one")
			allSettled(t, l, "shop:news")
			sent := await(t, l, 0, func(e sim.Event) bool { return e.Link == "shop:news" && e.Fact.Kind() == sim.KindAccepted })
			n := 3
			if way == "sqs" {
				n = 4
			}
			to := map[string]int{}
			for _, x := range whole(t, l, "shop:news", sent.Span, n) {
				said(t, x.Request, sent.Span, "text")
				to[x.To]++
			}
			if to["mail"] != 1 || to["post"] != 1 || len(to) != 3 {
				t.Errorf("it came to %v", to)
			}
			if x := whole(t, l, "news:mail", sent.Span, 1)[0]; x.To != "mail" {
				t.Errorf("along news:mail it came to %s", x.To)
			}
		})
	}
}

// Many at once on one connection, confirmed together perhaps: each has its own.
func TestInspectorTellsManyApart(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			l := openSpec(t, parse(t, news), lab.Options{})
			do(t, l, sim.Swap{Link: "shop:news", Transport: way})
			const n = 30
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() {
					m := sim.NewMessage(&notificationv1.Notify{To: "c-1", Text: fmt.Sprintf("piece %d", i)})
					if err := l.Caller("shop").Publish(t.Context(), "news", m); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			allSettled(t, l, "shop:news")
			texts := map[string]bool{}
			for _, e := range events(t, l) {
				f, ok := e.Fact.(sim.Accepted)
				if !ok || e.Link != "shop:news" {
					continue
				}
				x, ok := l.Exchange(e.Link, e.Span)
				if !ok {
					t.Fatal(x.Request.Notes)
				}
				said(t, x.Request, e.Span, "text")
				texts[string(x.Request.Body)] = true
				out, in := x.Request.Total, x.Response.Total
				for _, y := range x.Then {
					if y.To == "sqs" { // once for each group
						out, in = out+y.Request.Total, in+y.Response.Total
					}
				}
				if f.BytesOut != out || f.BytesIn != in {
					t.Errorf("counted %d out and %d in, %d and %d are in its frames", f.BytesOut, f.BytesIn, out, in)
				}
			}
			if len(texts) != n {
				t.Errorf("%d different texts were found, want %d", len(texts), n)
			}
		})
	}
}

// A message whose acknowledgement was lost crosses again, and both times are shown.
func TestInspectorShowsWhatCrossedAgain(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel() // SQS hands nothing out again for a while
			l := openSpec(t, parse(t, news), lab.Options{})
			do(t, l, sim.Swap{Link: "shop:news", Transport: way})
			do(t, l, sim.Inject{Target: "news:mail", Fault: "lostack", Params: map[string]string{"first": "1"}})
			tell(t, l, "one")
			sent := await(t, l, 0, func(e sim.Event) bool { return e.Link == "shop:news" && e.Fact.Kind() == sim.KindAccepted })
			allSettled(t, l, "shop:news")
			late := time.NewTimer(patience)
			defer late.Stop()
			for look := time.NewTicker(5 * time.Millisecond); ; {
				x, ok := l.Exchange("news:mail", sent.Span)
				if n := len(x.Then); ok && n > 0 && x.Then[n-1].Response.Total > 0 { // on a busy machine it may come more than twice
					if way != "kafka" && x.Response.Total > 0 { // there, the group says how far it is
						t.Errorf("the first time was acknowledged: %s", x.Response.Start)
					}
					look.Stop()
					return
				}
				select {
				case <-look.C:
				case <-late.C:
					t.Fatalf("found %v, %d crossings: %q", ok, 1+len(x.Then), x.Response.Notes)
				}
			}
		})
	}
}
