package queue

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// conn is the caller's half of a route: one connection to the broker at a time,
// on which everybody sends and, where answers come later, one goroutine takes them.
type conn struct {
	t      *Transport
	net    sim.Net
	route  sim.Route
	queue  address
	shared *share.Shared[*line]
	ctx    context.Context
	cancel context.CancelFunc // at Close: no more answers are taken
}

func newConn(t *Transport, n sim.Net, r sim.Route, a address) *conn {
	c := &conn{t: t, net: n, route: r, queue: a}
	c.shared = share.New(t.broker.name(), c.openLine)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Do implements [sim.Conn]. It returns [sim.TypeAccepted] with the correlation
// id when the broker has stored the message or, where the caller waits, the answer.
func (c *conn) Do(ctx context.Context, m sim.Message) (sim.Message, error) {
	byHand := m.Type == sim.TypeRaw
	if err := carries(m); err != nil && !byHand {
		return sim.Message{}, err
	}
	span := share.Span(ctx)
	span.Note.Label = c.Label(m)
	l, err := c.shared.Enter(ctx, &span.Note)
	if err != nil {
		return sim.Message{}, err
	}
	defer c.shared.Leave(l)
	p, err := c.t.pack(m, span)
	if err != nil {
		return sim.Message{}, err
	}
	p.set(headFrom, c.route.From.Service)
	if byHand {
		p.rewrite(m)
	} else if m.Mode == sim.Ask && c.queue.reply {
		return c.ask(ctx, l, p, span)
	}
	if m.Mode == sim.Ask && !byHand {
		p.set(headReplyTo, l.session.place(c.answers()))
	}
	if err := c.send(ctx, l, p, &span.Note); err != nil {
		return sim.Message{}, err
	}
	return sim.Message{Type: sim.TypeAccepted, Header: sim.Header{headCorrelation: {span.ID.String()}}}, nil
}

// Open implements [sim.Opener]: when it returns nil, the queue is there.
func (c *conn) Open(ctx context.Context) error {
	var n sim.Note
	l, err := c.shared.Enter(ctx, &n)
	if err == nil {
		c.shared.Leave(l)
	}
	return err
}

// carries refuses what no queue can carry.
func carries(m sim.Message) error {
	method, ok := contract.Find(m.Type)
	switch {
	case !ok:
		return sim.Invalidf("%s is no contract: a queue cannot carry it", m.Type)
	case m.Body == nil:
		return sim.Invalidf("%s has no content", m.Type)
	case method.Desc.IsStreamingClient() || method.Desc.IsStreamingServer():
		return sim.Invalidf("%s is a conversation: a queue cannot carry it", m.Type)
	}
	return nil
}

// send puts p into the queue and waits until the broker has stored it.
func (c *conn) send(ctx context.Context, l *line, p parcel, n *sim.Note) error {
	crossed, err := l.session.send(ctx, l.session.place(c.queue), p)
	n.BytesOut, n.BytesIn = crossed.out, crossed.in
	return err
}

// ask sends p and waits for what comes into the inbox.
func (c *conn) ask(ctx context.Context, l *line, p parcel, span *sim.Span) (sim.Message, error) {
	p.set(headReplyTo, l.inbox)
	if at, ok := ctx.Deadline(); ok {
		p.set(headDeadline, at.UTC().Format(time.RFC3339Nano))
	}
	answer := l.expect(span.ID)
	defer l.forget(span.ID)
	if err := c.send(ctx, l, p, &span.Note); err != nil {
		return sim.Message{}, err
	}
	select {
	case a := <-answer:
		span.Note.BytesIn += a.size
		return a.reply()
	case <-l.session.gone():
		return sim.Message{}, errGone()
	case <-ctx.Done():
		return sim.Message{}, sim.AsError(ctx.Err())
	}
}

func errGone() error { return sim.Errorf(sim.Unavailable, "connection lost") }

// Label implements [sim.Labeler].
func (c *conn) Label(sim.Message) string { return c.t.broker.label(c.queue) }

// Close implements [sim.Conn]: the connection goes when its last call and its
// last answer in hand are home.
func (c *conn) Close() error {
	c.cancel()
	c.shared.Close()
	return nil
}

var (
	_ sim.Labeler = (*conn)(nil)
	_ sim.Opener  = (*conn)(nil)
)
