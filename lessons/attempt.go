package lessons

import (
	"bytes"
	"mime"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// hop is what one attempt along a link has come to, folded from its events. Of an
// attempt of somebody outside there is only what its receiver saw.
type hop struct {
	link      sim.LinkID
	span      sim.SpanID
	trace     sim.TraceID
	node      string // who sent it
	instance  string // which of its instances
	label     string // "GET /products/101"
	contract  string // "shop.product.v1.GetProduct"
	peer      string // who called, as the receiver saw it
	try       int
	sent      time.Duration // when it left, on the clock of the world
	kinds     uint32        // which kinds of events it had, as bits
	outcome   sim.Outcome
	status    int
	reason    string
	took      time.Duration
	inside    time.Duration // how long the receiver had it
	settled   time.Duration // accepted: until its answer came, or it was handled; 0 = not yet
	streamed  int           // messages in its stream
	delivered int           // how often it came to its receiver
	connect   time.Duration
	out, in   int64
	captured  sim.Exchange
	isWritten bool // captured is filled
}

func (h *hop) saw(k sim.Kind) bool { return h.kinds&(1<<k) != 0 }

// ended reports whether the caller knows how it ended.
func (h *hop) ended() bool { return h.outcome != sim.Waiting || h.saw(sim.KindAccepted) }

// ending is how it ended, in a word: that of its outcome, or "accepted".
func (h *hop) ending() string {
	if h.outcome == sim.Waiting && h.saw(sim.KindAccepted) {
		return wasAccepted
	}
	return h.outcome.String()
}

// wasAccepted is the outcome of an attempt that a broker has taken.
const wasAccepted = "accepted"

// attempt is a hop as expressions see it. Fields that need captured bytes are
// filled only where an expression asks for them.
type attempt struct {
	Link      string        `expr:"link" about:"the link, such as order:product"`
	Label     string        `expr:"label" about:"method and path, or the name of the request"`
	Method    string        `expr:"method" about:"HTTP method"`
	Path      string        `expr:"path" about:"path with its query"`
	Type      string        `expr:"type" about:"contract, such as GetProduct"`
	UseCase   string        `expr:"use_case" about:"use case that caused the attempt"`
	Peer      string        `expr:"peer" about:"the caller as the receiver saw it, such as curl"`
	Try       int           `expr:"try" about:"1 for the first attempt, 2 for the first retry"`
	Outcome   string        `expr:"outcome" about:"result, such as answered, timed_out"`
	Status    int           `expr:"status" about:"HTTP status code, or the number of the gRPC status"`
	Reason    string        `expr:"reason" about:"error in words"`
	Took      time.Duration `expr:"took" about:"time from sending to the result"`
	Inside    time.Duration `expr:"inside" about:"time in the receiver"`
	Settled   time.Duration `expr:"settled" about:"time until an accepted message was handled or dead-lettered"`
	Streamed  int           `expr:"streamed" about:"messages of a stream"`
	Delivered int           `expr:"delivered" about:"how often the receiver got it"`
	Connect   time.Duration `expr:"connect" about:"time to open a connection; 0 for an open connection"`
	Opened    bool          `expr:"opened" about:"whether a connection was opened for this attempt"`
	Bytes     int           `expr:"bytes" about:"bytes in both directions"`
	BodyBytes int           `expr:"body_bytes" about:"bytes of both bodies"`
	BodyShare float64       `expr:"body_share" about:"share of the bodies in all bytes"`
	KeyBytes  int           `expr:"key_bytes" about:"bytes of the JSON field names in the response"`
	Request   message       `expr:"request" about:"request as bytes on the wire"`
	Response  message       `expr:"response" about:"response as bytes on the wire"`
}

// message is one captured message as expressions see it.
type message struct {
	Header    func(name string) string `expr:"header" about:"value of a header by name"`
	Number    func(name string) int    `expr:"number" about:"number in a field of the JSON body; 0 if the body has no such field"`
	Start     string                   `expr:"start" about:"first line"`
	MediaType string                   `expr:"media_type" about:"media type"`
	Body      string                   `expr:"body" about:"body as text"`
	Bytes     int                      `expr:"bytes" about:"bytes in both directions"`
	Payload   int                      `expr:"payload" about:"bytes of the body; with gRPC without the five bytes before each message"`
	Timeout   time.Duration            `expr:"timeout" about:"timeout that the sender wrote into a header; 0 without such a header"`
}

// attempt shows h. useCase is the one it belongs to.
func (h *hop) attempt(useCase string) attempt {
	method, path, _ := strings.Cut(h.label, " ")
	a := attempt{
		Link: string(h.link), Label: h.label, Method: method, Path: path, Type: h.contract, UseCase: useCase,
		Peer: h.peer, Try: h.try, Outcome: h.ending(), Status: h.status, Reason: h.reason,
		Took: h.took, Inside: h.inside, Settled: h.settled, Streamed: h.streamed, Delivered: h.delivered, Connect: h.connect, Opened: h.connect > 0, Bytes: int(h.out + h.in),
		Request: messageOf(h.captured.Request), Response: messageOf(h.captured.Response),
	}
	if h.isWritten {
		if a.Bytes == 0 {
			a.Bytes = int(h.captured.Request.Total + h.captured.Response.Total)
		}
		a.BodyBytes = len(h.captured.Request.Body) + len(h.captured.Response.Body)
		a.KeyBytes = keyBytes(h.captured.Response.Body)
	}
	if a.Bytes > 0 {
		a.BodyShare = float64(a.BodyBytes) / float64(a.Bytes)
	}
	return a
}

func messageOf(c sim.Captured) message {
	kind := c.Header("Content-Type")
	if t, _, err := mime.ParseMediaType(kind); err == nil {
		kind = t
	}
	return message{Header: c.Header, Number: numberIn(c.Body), Start: c.Start, MediaType: kind, Body: string(c.Body), Bytes: int(c.Total), Payload: payload(c), Timeout: timeoutOf(c)}
}

// payload is how long a body is; of one message of gRPC, without what it puts
// before it: a byte that says whether it is compressed, and four for its length.
func payload(c sim.Captured) int {
	if kind := c.Header("Content-Type"); strings.HasPrefix(kind, "application/grpc") {
		return max(0, len(c.Body)-5)
	}
	return len(c.Body)
}

// keyBytes counts the bytes of the names in a JSON text, their quotes included:
// strings that a colon follows.
func keyBytes(json []byte) (n int) {
	for i := 0; i < len(json); i++ {
		if json[i] != '"' {
			continue
		}
		start := i
		for i++; i < len(json) && json[i] != '"'; i++ {
			if json[i] == '\\' {
				i++
			}
		}
		if i < len(json) && bytes.HasPrefix(bytes.TrimLeft(json[i+1:], " \t\r\n"), []byte(":")) {
			n += i + 1 - start
		}
	}
	return n
}
