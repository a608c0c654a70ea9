package queue

import (
	"strconv"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// answer makes the parcel that answers request: what was decided, or why not. It
// carries the request's idempotency key, so that whoever gets it knows what it
// is about.
func (t *Transport) answer(request parcel, span *sim.Span, reply sim.Message, err error) parcel {
	if err == nil {
		var p parcel
		if p, err = t.pack(reply, span); err == nil {
			p.about(request)
			return p
		}
	}
	p := parcel{header: make(map[string][]string, 8)}
	e := sim.AsError(err)
	p.trace(span)
	p.set(headCorrelation, span.ID.String())
	p.set(headCode, e.Code.String())
	p.set(headError, e.Message)
	if e.Fix != "" {
		p.set(headFix, e.Fix)
	}
	if e.HTTP != 0 {
		p.set(headStatus, itoa(e.HTTP))
	}
	if e.RetryAfter > 0 {
		p.set(headRetry, strconv.FormatInt(e.RetryAfter.Milliseconds(), 10))
	}
	p.about(request)
	return p
}

func (p parcel) about(request parcel) {
	if key := request.header[sim.HeaderIdempotencyKey]; key != nil && p.header[sim.HeaderIdempotencyKey] == nil {
		p.header[sim.HeaderIdempotencyKey] = key
	}
}

// reply reads an answer: the message, or the other side's no.
func (p parcel) reply() (sim.Message, error) {
	m := sim.Message{Type: p.get(headType), Header: p.own()}
	if word := p.get(headCode); word != "" {
		return m, p.no(word)
	}
	if m.Type == "" {
		return m, nil
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(m.Type))
	if err == nil {
		m.Body = kind.New().Interface()
		err = p.read(m.Body)
	}
	if err != nil {
		return m, sim.Errorf(sim.Internal, "the answer cannot be read: %s", share.Visible(err.Error()))
	}
	return m, nil
}

// no is the error that an answer carries. Foreign words become Internal.
func (p parcel) no(word string) error {
	e := &sim.Error{Code: sim.Internal, Message: share.Visible(p.get(headError)), Fix: share.Visible(p.get(headFix)), Remote: true}
	for c := sim.Invalid; c <= sim.Internal; c++ {
		if c.String() == word {
			e.Code = c
		}
	}
	if n, err := strconv.Atoi(p.get(headStatus)); err == nil && n >= 400 && n < 600 {
		e.HTTP = n
	}
	if ms, err := strconv.ParseUint(p.get(headRetry), 10, 32); err == nil {
		e.RetryAfter = min(time.Duration(ms)*time.Millisecond, 24*time.Hour)
	}
	return e
}
