package sim

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// TraceID names one request through all services, as in W3C trace-context.
type TraceID [16]byte

// SpanID names one attempt of one call. Sender and receiver share it: that is
// how the log knows that a message arrived.
type SpanID uint64

func (t TraceID) String() string { return hex.EncodeToString(t[:]) }

// IsZero reports whether the id is missing.
func (t TraceID) IsZero() bool { return t == TraceID{} }

func (s SpanID) String() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(s))
	return hex.EncodeToString(b[:])
}

// Span is one attempt on its way. The caller's side makes it, the transport
// carries its identity and fills the note. One goroutine owns it at a time.
type Span struct {
	Trace  TraceID
	ID     SpanID
	Parent SpanID // the span in whose handler this call was made; 0 for a first request
	Depth  uint8  // how many calls stand above it
	Try    int    // 1 for the first attempt
	Note   Note

	Outside *TraceOutside // what a trace that began outside brought along; nil = nothing
}

// Note is what a transport reports about one attempt.
type Note struct {
	Label    string        // how it looked on the wire: "GET /products/101"
	Status   int           // the protocol's own verdict: an HTTP status, a gRPC code; 0 when none came
	BytesOut int64         // bytes written for it, everything included
	BytesIn  int64         // bytes read for it, everything included
	Opened   bool          // a new connection was opened for it
	Connect  time.Duration // how long opening took
	Queue    string        // receiving side: the queue it came through; "" = straight from the caller
	Delivery int           // receiving side: how often the queue has handed it out; 0 reads as 1
	Last     bool          // receiving side: when it is not handled now, the queue gives it up
	Peer     string        // receiving side: who called ("order", or the User-Agent of an outsider)
	Created  bool          // receiving side: the request made something that was not there before
	Hand     Hand          // receiving side: the message in hand, when it came through a queue; nil = it did not
}

// Hand is what can go wrong, on purpose, with a message that a broker has handed out.
type Hand interface {
	// Drop loses the acknowledgement to come, and the connection on which it would
	// have been said: what is in hand on it is handed out again.
	Drop()
	// Dropped reports whether it will be lost: then the message is not settled yet.
	Dropped() bool
	// Expel puts the instance out of the group with which it shares the messages,
	// while it works. Where there are no groups, it fails.
	Expel(ctx context.Context) error
}

type spanKey struct{}

// WithSpan returns a context that carries s.
func WithSpan(ctx context.Context, s *Span) context.Context {
	return context.WithValue(ctx, spanKey{}, s)
}

// SpanFrom returns the span of ctx, or nil.
func SpanFrom(ctx context.Context) *Span {
	s, _ := ctx.Value(spanKey{}).(*Span)
	return s
}

// Created notes that the request being handled made something that was not there
// before. REST then answers 201 instead of 200 (RFC 9110 §9.3.4).
func Created(ctx context.Context) {
	if s := SpanFrom(ctx); s != nil {
		s.Note.Created = true
	}
}
