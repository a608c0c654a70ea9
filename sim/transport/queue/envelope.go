package queue

import (
	"encoding/hex"
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// What stands on the outside of a message. Everything else is the message's own header.
const (
	headType        = "type"           // the contract: shop.payment.v1.Charge
	headContent     = "content-type"   // how the body is written
	headState       = "tracestate"     // W3C; what other tracing systems wrote
	headTrace       = "traceparent"    // W3C; sender and receiver share the span id
	headCorrelation = "correlation-id" // the span id; an answer has that of its request
	headReplyTo     = "reply-to"       // where the answer shall go; none for a tell
	headDeadline    = "deadline"       // when nobody waits any more, RFC 3339; none when nobody does
	headFrom        = "from"           // who sent it
	headCode        = "code"           // of an answer that says no: the word of a sim.Code
	headError       = "error"          // why it says no
	headFix         = "error-fix"      // what to do next
	headStatus      = "error-status"   // the exact HTTP status, where the code is too coarse
	headRetry       = "retry-after-ms"
)

const (
	typeJSON   = "application/json"
	typeBinary = "application/x-protobuf"
)

// ours reports whether a header belongs to the outside of a message.
func ours(key string) bool {
	switch key {
	case headType, headContent, headTrace, headState, headCorrelation, headReplyTo, headDeadline, headFrom,
		headCode, headError, headFix, headStatus, headRetry:
		return true
	}
	return false
}

// pack makes a parcel of a message's type, body and header.
func (t *Transport) pack(m sim.Message, span *sim.Span) (parcel, error) {
	p := parcel{header: make(map[string][]string, len(m.Header)+8)}
	for k, v := range m.Header {
		if !ours(k) {
			p.header[k] = v
		}
	}
	p.trace(span)
	p.set(headCorrelation, span.ID.String())
	if m.Body == nil {
		return p, nil
	}
	var err error
	p.set(headType, m.Type)
	if t.o.Binary {
		p.set(headContent, typeBinary)
		p.body, err = proto.Marshal(m.Body)
	} else {
		p.set(headContent, typeJSON)
		p.body, err = protojson.MarshalOptions{UseProtoNames: true}.Marshal(m.Body)
	}
	if err != nil {
		return p, sim.Invalidf("%s cannot be written: %w", m.Type, err)
	}
	return p, nil
}

// trace says which trace a parcel belongs to.
func (p parcel) trace(span *sim.Span) {
	p.set(headTrace, span.Traceparent())
	if state := span.Tracestate(); state != "" {
		p.set(headState, state)
	}
}

func (p parcel) set(key, value string) { p.header[key] = []string{value} }

func (p parcel) get(key string) string { return sim.Header(p.header).Get(key) }

// own is what is left of the header for the message.
func (p parcel) own() sim.Header {
	var h sim.Header
	for k, v := range p.header {
		if !ours(k) {
			if h == nil {
				h = make(sim.Header, len(p.header))
			}
			h[k] = v
		}
	}
	return h
}

// read reads the body into m, as its content type says; JSON when it does not.
func (p parcel) read(m proto.Message) error {
	if p.get(headContent) == typeBinary {
		return proto.Unmarshal(p.body, m)
	}
	return protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(p.body, m)
}

// request makes the message that a parcel is. What cannot be read becomes a
// message that is refused.
func (p parcel) request() sim.Message {
	m := sim.Message{Type: p.get(headType), Mode: sim.Tell, Header: p.own()}
	if p.get(headReplyTo) != "" {
		m.Mode = sim.Ask
	}
	c, ok := contract.Find(m.Type)
	if !ok {
		m.Refused = sim.Invalidf("%q is no contract", share.Visible(m.Type)).WithFix("name it in the header %s, such as shop.payment.v1.Charge", headType)
		return m
	}
	m.Type, m.Body = c.Name, c.NewRequest()
	if err := p.read(m.Body); err != nil {
		m.Refused = sim.Invalidf("the message cannot be read: %s", share.Visible(err.Error()))
	}
	return m
}

// span is the identity that a parcel carries, or a fresh one.
func (p parcel) span() *sim.Span {
	s := &sim.Span{}
	if !s.ReadTrace(p.header[headTrace], p.header[headState]) {
		return share.FreshSpan()
	}
	return s
}

// correlation is the span of the request that an answer belongs to.
func (p parcel) correlation() (sim.SpanID, bool) {
	var b [8]byte
	v := p.get(headCorrelation)
	if len(v) != 16 {
		return 0, false
	}
	if _, err := hex.Decode(b[:], []byte(v)); err != nil {
		return 0, false
	}
	n, _ := strconv.ParseUint(v, 16, 64)
	return sim.SpanID(n), n != 0
}

// expires is when nobody waits for the answer any more; ok is false when the
// message may wait for ever.
func (p parcel) expires() (at time.Time, ok bool) {
	at, err := time.Parse(time.RFC3339Nano, p.get(headDeadline))
	return at, err == nil
}

func itoa(n int) string { return strconv.Itoa(n) }
