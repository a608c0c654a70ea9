package wire

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of what is kept besides bytes.
const (
	postSize   = 256  // a post takes about this much
	mostOpen   = 4096 // posts of one connection whose answer is still to come
	mostListed = 16   // crossings of one message that are shown
)

// posts are the messages of a link that crossed on the way to a broker or from
// one, the oldest first. The lock of the calls guards them.
type posts struct {
	limit, message int // bytes kept of all, and of one message
	list           []*post
	size           int
	gone           uint64
	unread         int                 // directions of connections that could not be read to their end
	topics         map[[16]byte]string // of Kafka, by id
}

// post is one message, and what acknowledged it: a confirmation of the broker for
// what was published, an acknowledgement of the consumer for what was delivered.
type post struct {
	of              *posts
	speech          speech
	who             string // the instance at this end
	way             direction
	message, answer run
	size            int
	silent          bool // no acknowledgement was asked for
	dropped         bool // it made room
}

// speech reads the posts of one protocol, when somebody asks.
type speech interface {
	// text is where the span id of a post would stand.
	text(p *post) []byte
	// read makes of a post what people see; it shares nothing with the post.
	read(p *post) sim.Exchange
}

// open begins a post.
func (k *posts) open(who string, way direction, s speech) *post {
	p := &post{of: k, speech: s, who: who, way: way}
	k.list = append(k.list, p)
	p.grow(postSize)
	return p
}

// says keeps what crosses of the message.
func (p *post) says(at time.Duration, b []byte) { p.keep(&p.message, at, b) }

// hears keeps what crosses of the answer.
func (p *post) hears(at time.Duration, b []byte) { p.keep(&p.answer, at, b) }

func (p *post) keep(r *run, at time.Duration, b []byte) {
	if p.dropped || len(b) == 0 {
		return
	}
	if r.total == 0 {
		r.first = at
	}
	r.total, r.last = r.total+int64(len(b)), at
	kept := b[:min(len(b), p.of.message-len(r.raw))]
	r.raw = append(r.raw, kept...)
	p.grow(len(kept))
}

func (p *post) grow(n int) {
	p.size += n
	p.of.size += n
}

// trim lets the oldest make room.
func (k *posts) trim() {
	n := 0
	for n < len(k.list) && k.size > k.limit {
		p := k.list[n]
		k.size -= p.size
		p.dropped, p.message, p.answer = true, run{}, run{}
		n++
	}
	k.gone += uint64(n)
	k.list = slices.Delete(k.list, 0, n)
}

// find returns the crossings of a message, by the span id in its own header; of
// many, the last ones.
func (k *posts) find(span sim.SpanID) (all []sim.Exchange) {
	hex := []byte(span.String())
	for _, p := range slices.Backward(k.list) {
		if len(all) == mostListed || !bytes.Contains(p.speech.text(p), hex) {
			continue // not worth decoding
		}
		if x := p.speech.read(p); carries(x.Request, span) {
			all = append(all, x)
		}
	}
	return all
}

// carries reports whether a message says that it belongs to a span: in its trace
// context or, where it has none, as its correlation id.
func carries(m sim.Captured, span sim.SpanID) bool {
	if _, id, ok := sim.ParseTraceparent(m.Header("traceparent")); ok {
		return id == span
	}
	return m.Header("correlation-id") == span.String()
}

// exchange is a post whose halves are read by read.
func (p *post) exchange(protocol, broker string, read func(run) sim.Captured) sim.Exchange {
	x := sim.Exchange{
		Protocol: protocol, From: p.who, To: broker, SentAt: p.message.first, DoneAt: p.answer.last,
		Request: p.half(p.message, read),
	}
	if p.way == in {
		x.From, x.To = x.To, x.From
	}
	switch {
	case p.answer.total > 0:
		x.Response = p.half(p.answer, read)
	case p.silent:
		x.Response.Notes = []string{"no acknowledgement was asked for"}
	default:
		x.Response.Notes = []string{"nothing acknowledged it, so far"}
	}
	return x
}

// half is one of the two, with what is known of its run.
func (p *post) half(r run, read func(run) sim.Captured) sim.Captured {
	m := read(r)
	m.Raw, m.Body, m.Total = slices.Clone(r.raw), slices.Clone(m.Body), r.total
	if r.cut() {
		m.Notes = append(m.Notes, fmt.Sprintf("cut after %d bytes: %d crossed", len(r.raw), r.total))
	}
	return m
}

// remember notes a post whose answer is still to come. Who leaves too many
// unanswered does not see their answers.
func remember[K comparable](waiting map[K]*post, key K, p *post) {
	if len(waiting) >= mostOpen {
		clear(waiting)
	}
	waiting[key] = p
}
