package queue

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msc-sim/msc-sim/sim"
)

// kafkaSession is one client of a Kafka cluster and, where it consumes, one more
// for each group it belongs to. A client holds several connections, to each
// broker it speaks with.
type kafkaSession struct {
	kafka
	d    *dialer
	seed string
	cl   *kgo.Client
	over chan struct{}
	lose func() // closes over, once

	mu     sync.Mutex
	pulls  []*kafkaPull
	steady bool // it consumes for a server: one connection less is no end
	ended  bool
	topics map[string]*kafkaTopic
	wires  map[int32]wire // by broker
}

// wire is the life of the connections to one broker: what was sent along them
// is not sent again along others.
type wire struct {
	ctx context.Context
	cut context.CancelFunc
}

// wire returns that to a broker as it is now.
func (s *kafkaSession) wire(broker int32) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, ok := s.wires[broker]
	if !ok {
		w.ctx, w.cut = context.WithCancel(context.Background())
		s.wires[broker] = w
	}
	return w.ctx
}

// cut ends the wire to a broker, and a session of a caller with it: what it sends
// next shall be seen to open a new one.
func (s *kafkaSession) cut(broker int32) {
	s.mu.Lock()
	if w, ok := s.wires[broker]; ok {
		w.cut()
		delete(s.wires, broker)
	}
	steady := s.steady
	s.mu.Unlock()
	if !steady {
		s.lose()
	}
}

// connect opens a client, which has found a broker when it returns.
func (k kafka) connect(ctx context.Context, d *dialer, addr string) (session, error) {
	s := &kafkaSession{kafka: k, d: d, seed: addr, over: make(chan struct{}), topics: map[string]*kafkaTopic{}, wires: map[int32]wire{}}
	s.lose = sync.OnceFunc(func() { close(s.over) })
	var err error
	if s.cl, err = kgo.NewClient(s.options(newLifeline(s.lose, s.cut))...); err != nil {
		return nil, unreachable(ctx, err)
	}
	ctx, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	if err := s.cl.Ping(ctx); err != nil {
		s.close()
		if why := k.refusal(err); why != "" {
			return nil, refuses("kafka", why)
		}
		return nil, unreachable(ctx, err)
	}
	return s, nil
}

// options are those of every client: it dials exactly what brokers say of
// themselves, along this leg, and is quick to ask again where they are.
func (s *kafkaSession) options(l *lifeline) []kgo.Opt {
	return append(s.enter(),
		kgo.SeedBrokers(strings.Split(s.seed, ",")...), kgo.ClientID(s.d.route.From.String()), kgo.DisableClientMetrics(),
		kgo.Dialer(func(ctx context.Context, _, addr string) (net.Conn, error) {
			return s.d.net.Dial(ctx, s.d.route, addr)
		}),
		kgo.WithHooks(l), kgo.ConnIdleTimeout(15*time.Minute), kgo.MetadataMinAge(again/2),
		kgo.RequestRetries(3), kgo.RetryTimeout(greeting), kgo.RetryBackoffFn(func(int) time.Duration { return again / 2 }),
	)
}

// lifeline listens to the connections of one client. Its session is gone when a
// connection cannot be opened and nothing was heard for a while on the others:
// an idle one that has ended is not noticed.
type lifeline struct {
	gone  func()
	cut   func(broker int32) // a connection has ended, or could not be opened
	heard atomic.Int64       // when the last answer came, Unix nanoseconds
}

func newLifeline(gone func(), cut func(int32)) *lifeline {
	l := &lifeline{gone: gone, cut: cut}
	l.heard.Store(time.Now().UnixNano())
	return l
}

// quiet is how long nothing is heard of a cluster that is gone. A member of a
// group hears something at every heartbeat.
const quiet = patience / 2

// OnBrokerRead implements [kgo.HookBrokerRead].
func (l *lifeline) OnBrokerRead(_ kgo.BrokerMetadata, _ int16, _ int, _, _ time.Duration, err error) {
	if err == nil {
		l.heard.Store(time.Now().UnixNano())
	}
}

// OnBrokerConnect implements [kgo.HookBrokerConnect].
func (l *lifeline) OnBrokerConnect(b kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	if err == nil {
		return
	}
	l.cut(b.NodeID)
	if time.Since(time.Unix(0, l.heard.Load())) > quiet {
		l.gone()
	}
}

// OnBrokerDisconnect implements [kgo.HookBrokerDisconnect].
func (l *lifeline) OnBrokerDisconnect(b kgo.BrokerMetadata, _ net.Conn) { l.cut(b.NodeID) }

var (
	_ kgo.HookBrokerRead       = (*lifeline)(nil)
	_ kgo.HookBrokerConnect    = (*lifeline)(nil)
	_ kgo.HookBrokerDisconnect = (*lifeline)(nil)
)

func (s *kafkaSession) gone() <-chan struct{} { return s.over }

func (s *kafkaSession) place(a address) string { return s.topic(a) }

func (s *kafkaSession) flush() {} // whoever acknowledges waits until it is committed

func (s *kafkaSession) hand(string, parcel) error { return errNoInbox() }

func (s *kafkaSession) inbox(func(parcel)) (string, error) { return "", errNoInbox() }

func errNoInbox() error { return sim.Invalidf("Kafka stores what it is given and hands nothing over") }

// close leaves all groups, so that others take over at once, and ends all
// connections.
func (s *kafkaSession) close() {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.ended, s.steady = true, true // that connections end now is no news
	pulls := s.pulls
	s.mu.Unlock()
	for _, p := range pulls {
		p.close()
	}
	s.cl.Close()
}

// trouble says why something that was asked of a broker did not happen.
func (s *kafkaSession) trouble(ctx context.Context, err error) error {
	var known *sim.Error
	var answer *kerr.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &answer):
		return refusal(answer)
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	case errors.Is(err, syscall.ECONNREFUSED):
		return unreachable(ctx, err)
	}
	return errGone()
}

// refusal is a no of a broker, in our words.
func refusal(e *kerr.Error) error {
	code := sim.Unavailable
	switch e {
	case kerr.MessageTooLarge, kerr.InvalidRecord, kerr.CorruptMessage, kerr.InvalidTopicException:
		code = sim.Invalid
	}
	return &sim.Error{Code: code, Message: "kafka: " + e.Error(), Err: e}
}
