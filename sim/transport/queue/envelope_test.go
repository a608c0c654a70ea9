package queue

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		a                               address
		name, subject, stream, consumer string
	}{
		{address{link: "a-b:c"}, "a-b:c", "a-b.c.work", "a-b_c", "work"},
		{address{link: "a:b-c"}, "a:b-c", "a.b-c.work", "a_b-c", "work"},
		{address{link: "a:b", reply: true}, "a:b reply", "a.b.reply", "a_b_reply", "work"},
		{address{link: "a:b", answers: 1}, "a:b answers", "a.b.answer.1", "a_b", "answer_1"},
		{address{link: "a:b", answers: 12}, "a:b answers#12", "a.b.answer.12", "a_b", "answer_12"},
	} {
		got := [...]string{tt.a.String(), jetStream{}.subject(tt.a), jetStream{}.stream(tt.a), jetStream{}.consumer(tt.a)}
		if diff := cmp.Diff([...]string{tt.name, tt.subject, tt.stream, tt.consumer}, got); diff != "" {
			t.Errorf("%v:\n%s", tt.a, diff)
		}
		if name, link := QueueOf(tt.stream, tt.consumer); name != tt.name || link != tt.a.link {
			t.Errorf("%s %s is read as %q of %q", tt.stream, tt.consumer, name, link)
		}
	}
	for _, stream := range []string{"EVENTS_made", "EVENTS_made_kept"} {
		if name, link := QueueOf(stream, "mail"); name != "made:mail" || link != "made:mail" {
			t.Errorf("%s of mail is read as %q of %q", stream, name, link)
		}
	}
	for _, of := range [][2]string{{"ORDERS", "all"}, {"a_b", "all"}, {"a_b_c", "work"}, {"_", "work"}, {"DEAD", ""}} {
		if name, link := QueueOf(of[0], of[1]); link != "" || name != of[0]+"/"+of[1] {
			t.Errorf("%v is read as %q of %q", of, name, link)
		}
	}
}

func TestBackoffDoubles(t *testing.T) {
	var got []time.Duration
	for try := range maxTries + 1 {
		got = append(got, backoff(try)/time.Millisecond)
	}
	if diff := cmp.Diff([]time.Duration{100, 100, 200, 400, 800, 0}, got); diff != "" {
		t.Error(diff)
	}
}

// What the outside of a message says cannot be said by the message itself.
func TestAMessageCannotForgeItsOutside(t *testing.T) {
	m := sim.NewMessage(&conformv1.GetThing{Id: "1"})
	m.Header = sim.Header{}
	for _, key := range []string{headType, headTrace, headReplyTo, headDeadline, headFrom, headCode, headCorrelation} {
		m.Header[key] = []string{"forged"}
	}
	m.Header["x-own"] = []string{"kept"}
	span := share.FreshSpan()
	p, err := newTransport(jetStream{}, Options{}).pack(m, span)
	if err != nil {
		t.Fatal(err)
	}
	if p.get(headTrace) != span.Traceparent() || p.get(headType) != m.Type || p.get(headCorrelation) != span.ID.String() {
		t.Errorf("the outside is %v", p.header)
	}
	for _, key := range []string{headReplyTo, headDeadline, headFrom, headCode} {
		if p.get(key) != "" {
			t.Errorf("%s is %q", key, p.get(key))
		}
	}
	if diff := cmp.Diff(sim.Header{"x-own": {"kept"}}, p.own()); diff != "" {
		t.Error(diff)
	}
}

func TestBothWaysToWriteABodyAreRead(t *testing.T) {
	m := sim.NewMessage(&conformv1.MakeThing{Id: "ä\x00", Size: -1 << 62})
	for _, binary := range []bool{false, true} {
		p, err := newTransport(jetStream{}, Options{Binary: binary}).pack(m, share.FreshSpan())
		if err != nil {
			t.Fatal(err)
		}
		got := p.request()
		if diff := cmp.Diff(m.Body, got.Body, protocmp.Transform()); diff != "" || got.Refused != nil {
			t.Errorf("binary %v: %v\n%s", binary, got.Refused, diff)
		}
	}
}

func TestAnAnswerKeepsTheKeyOfItsRequest(t *testing.T) {
	tr := newTransport(jetStream{}, Options{})
	request := parcel{header: map[string][]string{sim.HeaderIdempotencyKey: {"o-1"}}}
	for _, err := range []error{nil, sim.Errorf(sim.Denied, "no")} {
		p := tr.answer(request, share.FreshSpan(), sim.NewMessage(&conformv1.Thing{}), err)
		if reply, _ := p.reply(); reply.Header.Get(sim.HeaderIdempotencyKey) != "o-1" {
			t.Errorf("with %v it has %v", err, reply.Header)
		}
	}
}

// Whatever lies in a queue is read without harm; what is refused says why in
// words that can be shown.
func FuzzParcel(f *testing.F) {
	f.Add("sim.conform.v1.GetThing", typeJSON, `{"id":"1"}`, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "b7ad6b7169203331", "", "2026-05-01T12:00:00Z")
	f.Add("sim.conform.v1.Thing", typeBinary, "\n\x011", "", "0000000000000000", "timeout", "never")
	f.Add("\x1b[31m", "", "{", "00-zz", "x", "conflict", "")
	f.Add("sim.conform.v1.Probe", "text/plain", strings.Repeat("[", 100), "", "", "", "")
	f.Fuzz(func(t *testing.T, kind, content, body, trace, correlation, code, deadline string) {
		p := parcel{body: []byte(body), header: map[string][]string{
			headType: {kind}, headContent: {content}, headTrace: {trace}, headCorrelation: {correlation},
			headCode: {code}, headDeadline: {deadline}, headError: {body}, headRetry: {kind}, headStatus: {code},
		}}
		m := p.request()
		if m.Body == nil && m.Refused == nil {
			t.Errorf("neither a body nor a reason: %+v", m)
		}
		if m.Refused != nil && sim.Visible(m.Refused.Message) != m.Refused.Message {
			t.Errorf("the reason cannot be shown: %q", m.Refused.Message)
		}
		if s := p.span(); s.ID == 0 || s.Trace.IsZero() {
			t.Errorf("no identity: %+v", s)
		}
		if id, ok := p.correlation(); ok && id == 0 {
			t.Error("0 is no correlation id")
		}
		_, err := p.reply()
		if e := sim.AsError(err); e != nil && sim.Visible(e.Message) != e.Message {
			t.Errorf("the no cannot be shown: %q", e.Message)
		}
		p.expires()
	})
}
