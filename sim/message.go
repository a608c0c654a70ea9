package sim

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"
)

// Mode says what the sender of a message expects back.
type Mode uint8

const (
	Ask     Mode = iota // wait for an answer
	Tell                // wait until somebody has taken it
	Publish             // announce a fact; the sender does not know who listens
)

func (m Mode) String() string { return [...]string{"ask", "tell", "publish"}[m] }

// Message is what one service says to another, before any transport touches it.
type Message struct {
	Type   string        // full name of the request's contract, such as "shop.payment.v1.Charge"
	Mode   Mode          // what the sender expects back
	Body   proto.Message // the content; a contract's request or its answer
	Header Header        // lower-case keys; nil when there are none
	Stream Stream        // nil for a unary message

	// Refused is set by a transport that says no before any contract is known
	// (405, 415, a path nobody serves). The handler records the message and
	// returns Refused as its error. In a late answer it is the other side's no.
	Refused *Error
}

// TypeAccepted is the type of the reply to a message that a broker has taken.
// For an Ask the answer comes later, to OnAnswer of the service; until then
// nobody knows how it ends.
const TypeAccepted = "sim.Accepted"

// ErrAccepted is what AskFor returns when the ask was accepted and the answer
// comes later.
var ErrAccepted = errors.New("accepted; the answer comes later")

// NewMessage is an Ask whose type is the full name of its body.
func NewMessage(body proto.Message) Message {
	return Message{Type: string(body.ProtoReflect().Descriptor().FullName()), Body: body}
}

// Header carries what is said about a message. Keys are lower-case; HTTP
// headers, gRPC metadata and queue headers are made from it.
type Header map[string][]string

// Get returns the first value of key, or "".
func (h Header) Get(key string) string {
	if v := h[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// With returns a copy of h in which key has the one value v.
func (h Header) With(key, v string) Header {
	c := make(Header, len(h)+1)
	for k, vs := range h {
		c[k] = vs
	}
	c[key] = []string{v}
	return c
}

// Well-known header keys.
const (
	HeaderIdempotencyKey = "idempotency-key"
	HeaderUserAgent      = "user-agent"
	HeaderRetryAfter     = "retry-after"

	// HeaderKey is what order is kept by, where a transport keeps it by a key:
	// messages with the same key stay in order.
	HeaderKey = "message-key"
)

// Stream is the conversation inside a streaming call. Every message of it is an
// event of its own. Send and Recv may each be called by one goroutine at a time.
//
// Who calls brings a Stream, who handles the call gets one, and both look the
// same to whatever stands between: Recv is the next thing the caller says, Send
// says something to the caller. The call is over when its handler returns; from
// then on Recv and Send return at once.
type Stream interface {
	Send(Message) error
	Recv() (Message, error) // io.EOF after the last one
	CloseSend() error
}

// Handler is one step of a message's journey: domain code, a client call, a
// retry, a fault, a probe. Many goroutines may call it at once. The error is an
// [*Error] wherever a person may meet it.
type Handler func(ctx context.Context, m Message) (Message, error)

// Middleware surrounds a handler with behaviour.
type Middleware func(next Handler) Handler

// Chain nests middlewares around h; the first is outermost.
func Chain(h Handler, around ...Middleware) Handler {
	for i := len(around) - 1; i >= 0; i-- {
		h = around[i](h)
	}
	return h
}
