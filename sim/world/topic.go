package world

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// topics are the names to which facts are published, and who hears of them now.
type topics struct {
	mu  sync.RWMutex
	all map[string]sim.TopicSpec // with the subscribers of now
}

func (t *topics) get(name string) (sim.TopicSpec, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	s, ok := t.all[name]
	return s, ok
}

func (t *topics) set(s sim.TopicSpec) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all[s.Name] = s
}

// introduce makes the topics known to all transports that publish, as the
// world's file describes them.
func (w *World) introduce() {
	for _, s := range w.spec.Topics {
		w.announce(s)
	}
}

func (w *World) announce(s sim.TopicSpec) {
	w.topics.set(s)
	for _, t := range w.opt.Transports {
		if b, ok := t.(sim.Broadcaster); ok {
			b.Topic(s)
		}
	}
}

// Topics lists the topics with those who subscribe now, in the order of the world.
func (w *World) Topics() []sim.TopicSpec {
	all := make([]sim.TopicSpec, 0, len(w.spec.Topics))
	for _, s := range w.spec.Topics {
		now, _ := w.topics.get(s.Name)
		all = append(all, now)
	}
	return all
}

// publish tells everybody who subscribed. Over a broker it is one message, taken
// by the broker; over anything else one call for each of them, one after another.
// All are called, whatever becomes of one; the error is the first one.
func (l *life) publish(ctx context.Context, name string, m sim.Message) error {
	topic, ok := l.w.topics.get(name)
	k := l.w.links[sim.Link(l.self.Service, name)]
	if !ok || k == nil {
		return sim.Errorf(sim.NotFound, "%s publishes nothing in %s: %w", l.self, name, sim.ErrNoLink)
	}
	m.Mode, m.Header = sim.Publish, l.envelope(m, topic)
	if k.turns.now.Load().queued() {
		_, err := l.callAlong(ctx, k, name, m)
		return err
	}
	var first error
	for _, service := range topic.To {
		if _, err := l.callAlong(ctx, k, service, m); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// envelope says of a fact what CloudEvents 1.0 asks for, and by what its order is
// kept. Who publishes may have said some of it already; the id of a fact that
// may be published twice must be its own.
func (l *life) envelope(m sim.Message, topic sim.TopicSpec) sim.Header {
	h := make(sim.Header, len(m.Header)+6)
	for key, values := range m.Header {
		h[key] = values
	}
	say := func(key, value string) {
		if h.Get(key) == "" && value != "" {
			h[key] = []string{value}
		}
	}
	say("ce-specversion", "1.0")
	say("ce-id", newTrace().String())
	say("ce-source", "/"+l.self.Service)
	say("ce-type", m.Type)
	say("ce-time", l.clock().UTC().Format(time.RFC3339Nano))
	if topic.Key != "" && m.Body != nil {
		key, _ := contract.Get(m.Body, topic.Key) // a fact without that field has no key
		say(sim.HeaderKey, key)
	}
	return h
}

// heard is the attempt of a group to handle what was published, one for every
// delivery: a child of the publication.
func heard(published *sim.Span, group string) *sim.Span {
	h := fnv.New64a()
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], uint64(published.ID))
	_, _ = h.Write(id[:])
	_, _ = h.Write([]byte(group))
	_, _ = h.Write([]byte{byte(published.Note.Delivery)})
	return &sim.Span{
		Trace: published.Trace, ID: sim.SpanID(h.Sum64() | 1), Parent: published.ID, Depth: published.Depth + 1,
		Try: max(published.Note.Delivery, 1), Note: published.Note, Outside: published.Outside,
	}
}

// hear records what a group does with something published, as attempts along the
// link from the topic to the group: every delivery is one.
func (l *life) hear(ctx context.Context, m sim.Message, next sim.Handler) (sim.Message, error) {
	published := sim.SpanFrom(ctx)
	if from, ok := l.w.opt.Log.Arrive(published.ID); ok {
		published.Depth = from.Depth
	}
	span := heard(published, l.self.Service)
	r := l.about(span, sim.KindCalled)
	var records []trace.Record
	if span.Try == 1 {
		records = append(records, r)
	} else {
		again := r
		again.Kind, again.N = sim.KindRedelivered, [4]int64{2: int64(span.Try)}
		again.Text = l.w.opt.Log.Text(span.Note.Queue)
		records = append(records, again)
	}
	r.Text = l.w.opt.Log.Text(span.Note.Label)
	sent, received := r, r
	sent.Kind, sent.N[2] = sim.KindSent, int64(span.Try)
	received.Kind, received.N[1] = sim.KindReceived, int64(l.w.opt.Log.Text(span.Note.Peer))
	start := l.shard.Emit(append(records, sent, received)...)
	l.working.Add(1)
	reply, err := next(sim.WithSpan(ctx, span), m)
	l.working.Add(-1)
	if l.dead.Load() {
		err = sim.ErrKilled
	}
	l.hadHeard(span, err, start)
	return reply, err
}

// hadHeard records how one delivery to a group ended.
func (l *life) hadHeard(span *sim.Span, err error, start time.Duration) {
	r := l.about(span, sim.KindReplied)
	r.Code = sim.CodeOf(err)
	ended := r
	ended.N[3] = span.Note.BytesIn
	if r.Code.Answers() {
		ended.Kind = sim.KindAnswered
		l.shard.End(start, r, ended)
		if !unheard(span) || span.Note.Last {
			l.w.settleGroup(span.Parent, l.self.Service)
		}
		return
	}
	if span.Note.Last {
		l.w.settleGroup(span.Parent, l.self.Service)
	}
	ended.Kind, ended.Urgent, ended.Text = sim.KindFailed, true, l.w.opt.Log.Text(sim.AsError(err).Message)
	if l.dead.Load() {
		l.shard.End(start, ended)
		return
	}
	l.shard.End(start, r, ended)
}

func (l *life) about(span *sim.Span, kind sim.Kind) trace.Record {
	return trace.Record{
		Kind: kind, Trace: span.Trace, Span: span.ID, Parent: span.Parent, Depth: span.Depth,
		Node: l.node, Link: l.w.opt.Log.Symbol(span.Note.Queue),
	}
}

// subscribe lets a service take part in a topic from here on, or once more from
// the beginning.
func (w *World) subscribe(ctx context.Context, c sim.Subscribe) (string, error) {
	topic, err := w.subscription(c.Topic, c.Service)
	if err != nil {
		return "", err
	}
	known := slices.Contains(topic.To, c.Service)
	if known && c.From == sim.FromNow {
		return fmt.Sprintf("%s hears %s already", c.Service, c.Topic), nil
	}
	at := sim.Instance{Service: c.Service, N: 1}
	err = w.eachBroadcaster(c.Topic, func(b sim.Broadcaster, by sim.Instance) error {
		return b.Subscribe(ctx, w.opt.Net, by, c.Topic, c.Service, c.From)
	})
	if err != nil {
		return "", err
	}
	if !known {
		topic.To = append(slices.Clip(topic.To), c.Service)
	}
	w.announce(topic)
	w.opt.Log.Shard(at).Record(sim.Event{Node: at, Link: sim.Link(c.Topic, c.Service), Fact: sim.Subscribed{Topic: c.Topic, From: c.From}})
	return fmt.Sprintf("%s hears %s %s", c.Service, c.Topic, c.From.Since()), nil
}

// unsubscribe takes a service out of a topic; what waits for it is given up.
func (w *World) unsubscribe(ctx context.Context, c sim.Unsubscribe) (string, error) {
	topic, err := w.subscription(c.Topic, c.Service)
	if err != nil {
		return "", err
	}
	if !slices.Contains(topic.To, c.Service) {
		return fmt.Sprintf("%s does not hear %s", c.Service, c.Topic), nil
	}
	at := sim.Instance{Service: c.Service, N: 1}
	err = w.eachBroadcaster(c.Topic, func(b sim.Broadcaster, by sim.Instance) error {
		return b.Unsubscribe(ctx, w.opt.Net, by, c.Topic, c.Service)
	})
	if err != nil {
		return "", err
	}
	topic.To = slices.DeleteFunc(slices.Clone(topic.To), func(s string) bool { return s == c.Service })
	w.announce(topic)
	w.settleAll(c.Topic, c.Service)
	w.opt.Log.Shard(at).Record(sim.Event{Node: at, Link: sim.Link(c.Topic, c.Service), Fact: sim.Unsubscribed{Topic: c.Topic}})
	return fmt.Sprintf("%s hears %s no more", c.Service, c.Topic), nil
}

// subscription checks that a topic and a service are there.
func (w *World) subscription(name, service string) (sim.TopicSpec, error) {
	topic, err := w.topic(name)
	if err != nil {
		return topic, err
	}
	spec, ok := w.spec.Service(service)
	if !ok {
		return topic, sim.Unknown("service", service, w.spec.Names().Services)
	}
	if spec.Kind == "client" || spec.At != "" {
		return topic, sim.Invalidf("%s cannot subscribe", service).WithFix("name a service of this world")
	}
	return topic, nil
}

// topic is one of this world.
func (w *World) topic(name string) (sim.TopicSpec, error) {
	topic, ok := w.topics.get(name)
	if !ok {
		w.topics.mu.RLock()
		defer w.topics.mu.RUnlock()
		return topic, sim.Unknown("topic", name, slices.Sorted(maps.Keys(w.topics.all)))
	}
	return topic, nil
}

// eachBroadcaster visits the brokers by which a topic's links travel now. By is an
// instance that is alive, one that publishes.
func (w *World) eachBroadcaster(topic string, f func(b sim.Broadcaster, by sim.Instance) error) error {
	done := map[string]bool{}
	for _, s := range w.spec.Links {
		if s.ID.To() != topic {
			continue
		}
		t := w.links[s.ID].turns.now.Load().transport
		b, ok := t.(sim.Broadcaster)
		if !ok || done[t.Name()] {
			continue
		}
		i := slices.IndexFunc(w.instances(s.ID.From()), func(l *life) bool { return !l.dead.Load() })
		if i < 0 {
			return sim.Errorf(sim.Conflict, "%s, which publishes in %s, is not running", s.ID.From(), topic).WithFix("start it first: start %s", s.ID.From())
		}
		if err := f(b, sim.Instance{Service: s.ID.From(), N: i + 1}); err != nil {
			return err
		}
		done[t.Name()] = true
	}
	return nil
}
