package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/sim"
)

// jetStream is NATS with its work queues. Of link order:payment, service names
// being free of dots and underscores,
//
//	stream               subjects                                      consumers
//	order_payment        order.payment.work, order.payment.answer.1    work, answer_1
//	order_payment_reply  order.payment.reply                           work
//
// so `nats sub "order.payment.>"` shows everything that is said on it.
type jetStream struct{}

func (jetStream) name() string { return "nats" }

func (jetStream) label(a address) string { return "PUB " + subject(a) }

func subject(a address) string {
	base := a.link.From() + "." + a.link.To()
	switch {
	case a.reply:
		return base + ".reply"
	case a.answers > 0:
		return base + ".answer." + itoa(a.answers)
	default:
		return base + ".work"
	}
}

func stream(a address) string {
	name := a.link.From() + "_" + a.link.To()
	if a.reply {
		name += "_reply"
	}
	return name
}

func consumer(a address) string {
	if a.answers > 0 {
		return "answer_" + itoa(a.answers)
	}
	return "work"
}

// QueueOf is the name that people see for a consumer of a stream in NATS, and the
// link it belongs to. What is not ours keeps its own names and has no link.
func QueueOf(stream, consumer string) (name string, link sim.LinkID) {
	base, reply := strings.CutSuffix(stream, "_reply")
	from, to, ok := strings.Cut(base, "_")
	if !ok || from == "" || to == "" || strings.Contains(to, "_") {
		return stream + "/" + consumer, ""
	}
	a := address{link: sim.Link(from, to), reply: reply}
	if n, answers := strings.CutPrefix(consumer, "answer_"); answers {
		a.answers, _ = strconv.Atoi(n)
	} else if consumer != "work" {
		return stream + "/" + consumer, ""
	}
	return a.String(), a.link
}

// connect opens one connection, which stays gone when it breaks: nothing waits
// in a buffer for a broker that may come back.
func (jetStream) connect(ctx context.Context, d *dialer, addr string) (session, error) {
	s := &natsSession{over: make(chan struct{}), acks: map[string]chan *nats.Msg{}}
	var err error
	s.nc, err = nats.Connect("nats://"+addr, nats.SetCustomDialer(d), nats.Name(d.route.From.String()),
		nats.NoReconnect(), nats.ReconnectBufSize(-1), nats.Timeout(greeting), nats.IgnoreDiscoveredServers(),
		nats.ClosedHandler(func(*nats.Conn) { close(s.over) }))
	if err != nil && d.err != nil {
		err = d.err
	}
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	if s.js, err = jetstream.New(s.nc); err == nil {
		s.own = s.nc.NewInbox()
		_, err = s.nc.Subscribe(s.own+".*", s.confirmed)
	}
	if err != nil {
		s.close()
		return nil, unreachable(ctx, err)
	}
	return s, nil
}

// unreachable says in the words of the field why there is no connection.
func unreachable(ctx context.Context, err error) error {
	var known *sim.Error
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	case errors.Is(err, syscall.ECONNREFUSED):
		return &sim.Error{Code: sim.Unavailable, Message: "connection refused", Err: err}
	}
	return &sim.Error{Code: sim.Unavailable, Message: "the broker does not answer", Err: err}
}

// natsSession is one connection to a nats-server.
type natsSession struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	own  string // where confirmations come
	over chan struct{}

	mu   sync.Mutex
	acks map[string]chan *nats.Msg // by the last word of the inbox
	sent uint64
}

func (s *natsSession) gone() <-chan struct{} { return s.over }

func (s *natsSession) flush() { _ = s.nc.FlushTimeout(greeting) } // a broker that is gone hears nothing

func (s *natsSession) close() { s.nc.Close() }

func (s *natsSession) place(a address) string { return subject(a) }

// Bounds of one queue.
const (
	maxQueued      = 100_000
	maxQueuedBytes = 64 << 20
)

func (s *natsSession) declare(ctx context.Context, a address) error {
	subjects := []string{subject(a)}
	if !a.reply {
		work := address{link: a.link}
		subjects = []string{subject(work), strings.TrimSuffix(subject(work), "work") + "answer.*"}
	}
	_, err := s.js.CreateStream(ctx, jetstream.StreamConfig{
		Name: stream(a), Description: string(a.link), Subjects: subjects, Retention: jetstream.WorkQueuePolicy,
		Discard: jetstream.DiscardNew, MaxMsgs: maxQueued, MaxBytes: maxQueuedBytes,
	})
	if err == nil {
		_, err = s.js.CreateOrUpdateConsumer(ctx, stream(a), jetstream.ConsumerConfig{
			Durable: consumer(a), FilterSubject: subject(a), AckPolicy: jetstream.AckExplicitPolicy,
			AckWait: patience, MaxDeliver: maxTries,
		})
	}
	if err != nil {
		return s.trouble(ctx, err)
	}
	return nil
}

// trouble says why something that was asked of the broker did not happen.
func (s *natsSession) trouble(ctx context.Context, err error) error {
	var known *sim.Error
	switch {
	case errors.As(err, &known):
		return known
	case s.nc.IsClosed():
		return errGone()
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	}
	return &sim.Error{Code: sim.Unavailable, Message: "nats: " + err.Error(), Err: err}
}

func (s *natsSession) send(ctx context.Context, to string, p parcel) (traffic, error) {
	s.mu.Lock()
	s.sent++
	word := strconv.FormatUint(s.sent, 36)
	ack := make(chan *nats.Msg, 1)
	s.acks[word] = ack
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.acks, word)
		s.mu.Unlock()
	}()
	m := &nats.Msg{Subject: to, Reply: s.own + "." + word, Header: p.header, Data: p.body}
	crossed := traffic{out: published(m)}
	if err := s.nc.PublishMsg(m); err != nil {
		return traffic{}, s.trouble(ctx, err)
	}
	select {
	case a := <-ack:
		crossed.in = delivered(a)
		return crossed, confirmation(a)
	case <-s.over:
		return crossed, errGone()
	case <-ctx.Done():
		return crossed, sim.AsError(ctx.Err())
	}
}

// confirmed hands a confirmation to whoever waits for it.
func (s *natsSession) confirmed(m *nats.Msg) {
	word := m.Subject[len(s.own)+1:]
	s.mu.Lock()
	defer s.mu.Unlock()
	if ack, ok := s.acks[word]; ok {
		delete(s.acks, word)
		ack <- m
	}
}

// confirmation reads what the broker says to a message: nil when it is stored.
func confirmation(m *nats.Msg) error {
	if m.Header.Get("Status") != "" { // 503: no responders
		return sim.Errorf(sim.Unavailable, "nats: nobody keeps this queue")
	}
	if !bytes.Contains(m.Data, []byte(`"error"`)) {
		return nil
	}
	var a struct {
		Error struct {
			Code        int    `json:"code"`
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(m.Data, &a); err != nil || a.Error.Code == 0 {
		return nil
	}
	code := sim.Unavailable
	if strings.Contains(a.Error.Description, "maximum") {
		code = sim.Exhausted
	}
	return sim.Errorf(code, "nats: %s", visible(a.Error.Description))
}

func (s *natsSession) hand(to string, p parcel) error {
	return s.nc.PublishMsg(&nats.Msg{Subject: to, Header: p.header, Data: p.body})
}

func (s *natsSession) inbox(answer func(parcel)) (string, error) {
	at := s.nc.NewInbox()
	_, err := s.nc.Subscribe(at, func(m *nats.Msg) { answer(parcelOf(m)) })
	return at, err
}

func parcelOf(m *nats.Msg) parcel { return parcel{header: m.Header, body: m.Data, size: delivered(m)} }

// published is how many bytes a message takes to the server:
// HPUB subject reply header-bytes all-bytes CR LF header data CR LF.
func published(m *nats.Msg) int64 {
	head := m.Size() - len(m.Subject) - len(m.Reply) - len(m.Data)
	line := len("HPUB   \r\n\r\n") + len(m.Subject) + len(m.Reply) + len(itoa(head)) + 1 + len(itoa(head+len(m.Data)))
	return int64(line + head + len(m.Data))
}

// delivered is how many bytes a message took from the server:
// MSG subject sid [reply] bytes CR LF data CR LF, or HMSG with a header before
// the data.
func delivered(m *nats.Msg) int64 {
	inside := m.Size() - len(m.Subject) - len(m.Reply)
	line := len("MSG  1 \r\n\r\n") + len(m.Subject) + len(m.Reply) + len(itoa(inside))
	if len(m.Header) > 0 {
		line += len("H") + 1 + len(itoa(inside-len(m.Data)))
	}
	if m.Reply != "" {
		line++
	}
	return int64(line + inside)
}
