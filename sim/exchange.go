package sim

import (
	"strings"
	"time"
)

// Exchange is what crossed a connection for one attempt, as captured on the
// caller's side of the wire.
type Exchange struct {
	Span              SpanID
	Link              LinkID
	Protocol          string // "http/1.1", "h2", "AMQP 0-9-1"
	Request, Response Captured
	SentAt, DoneAt    time.Duration // first byte out, last byte in; on the world's clock

	// From and To are who sent the request, and to whom, where these are not the
	// ends of Link: "order" and "rabbitmq". Then the request is a message on its way
	// to a broker or from one, and the response is what acknowledged it.
	From, To string
	// Then are the other times that a message crossed which a broker carries, in
	// order: when it was delivered, once or again, and on the way of its answer.
	Then []Exchange
}

// Captured is one message as it crossed: every byte, or the first ones when the
// message was longer than what is kept.
type Captured struct {
	Raw   []byte   // everything, in order
	Start string   // the first line: "GET /products/101 HTTP/1.1"
	Lines []Field  // headers in the order they came
	Body  []byte   // after the empty line, as it crossed (chunks joined)
	Total int64    // bytes that crossed, even if Raw is shorter
	Notes []string // what the decoder wants to say ("cut after 4096 bytes")

	// Frames are the pieces it crossed in, in order, where the protocol has them
	// (HTTP/2, and all that brokers speak); Start is then made from the fields that
	// stand for it there.
	Frames []Frame
}

// Frame is one piece of a message, on a connection that carries many at once.
type Frame struct {
	Name  string // "HEADERS", "basic.publish"
	Flags string // "END_STREAM, END_HEADERS"; what it says besides, in words
	Size  int    // in bytes, its head included
}

// Field is one header line.
type Field struct{ Name, Value string }

// Header returns the first value of a header, whatever its case, or "".
func (c Captured) Header(name string) string {
	for _, f := range c.Lines {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
