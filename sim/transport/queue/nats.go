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
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// connect opens one connection, to any node of a cluster that lets it in. It stays
// gone when it breaks: nothing waits in a buffer for a broker that may come back.
func (j jetStream) connect(ctx context.Context, d *dialer, addr string) (session, error) {
	s := &natsSession{
		jetStream: j, topics: d.topic, cluster: strings.Contains(addr, ","), over: make(chan struct{}), acks: map[string]chan *nats.Msg{},
	}
	d.nodes = strings.Split(addr, ",")
	var err error
	s.nc, err = nats.Connect(addr, nats.SetCustomDialer(d), nats.Name(d.route.From.String()), nats.UserInfo(j.login("", "")),
		nats.NoReconnect(), nats.ReconnectBufSize(-1), nats.Timeout(greeting), nats.IgnoreDiscoveredServers(),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // it would write to the terminal; what is broken is heard of by over
		nats.ClosedHandler(func(*nats.Conn) { close(s.over) }))
	if err != nil && d.err != nil {
		err = d.err
	}
	if errors.Is(err, nats.ErrAuthorization) {
		return nil, refuses("nats", err.Error())
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
	if j.keeps {
		return keptSession{s}, nil
	}
	return s, nil
}

// version implements knower. A server without JetStream can keep nothing.
func (s *natsSession) version(ctx context.Context) (string, error) {
	_, err := s.js.AccountInfo(ctx)
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return "", sim.Errorf(sim.Unavailable, "nats has no JetStream").WithFix("start it with JetStream: nats-server -js")
	}
	return s.nc.ConnectedServerVersion(), s.trouble(ctx, err)
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
	jetStream

	nc      *nats.Conn
	js      jetstream.JetStream
	topics  func(name string) topic // what is known of a topic now
	cluster bool                    // the broker is several nodes
	own     string                  // where confirmations come
	over    chan struct{}

	mu   sync.Mutex
	acks map[string]chan *nats.Msg // by the last word of the inbox
	sent uint64
}

func (s *natsSession) gone() <-chan struct{} { return s.over }

func (s *natsSession) flush() { _ = s.nc.FlushTimeout(greeting) } // a broker that is gone hears nothing

func (s *natsSession) close() { s.nc.Close() }

// trouble says why something that was asked of the broker did not happen.
func (s *natsSession) trouble(ctx context.Context, err error) error {
	var known *sim.Error
	switch {
	case err == nil:
		return nil
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
		return sim.Errorf(sim.Unavailable, "nats: no stream stores the messages of this queue")
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
	return sim.Errorf(code, "nats: %s", share.Visible(a.Error.Description))
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
