package policy

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/form"
)

// HeaderDegraded is set on an answer that a fallback gave, to what it is: "last
// known answer", "static response".
const HeaderDegraded = "degraded"

// fallback answers when all else has failed. What it gives is less than what
// was asked for, and counts as degraded, never as answered.
//
//	last     the last answer to the very same request, if there was one
//	static   always the same body, as JSON of the answer's contract
//	error    no answer, but a text that people understand
type fallback struct {
	base
	use, body, message string
	known              memory

	passed, gave atomic.Int64
}

// maxKnown bounds how many answers a fallback remembers; the oldest goes first.
const maxKnown = 1000

func fallbackForm() Form {
	return Form{
		Word: "fallback", About: "respond with a substitute when the call failed",
		Params: []form.Param{
			{Name: "use", Kind: form.Choice, Unit: "word", Default: "last", Choices: []string{"last", "static", "error"}, About: "the last known response, a fixed response, or an error text", Example: "static"},
			{Name: "body", Kind: form.Text, Unit: "JSON", Max: 2048, About: "use=static: the response as JSON, with the field names of its contract", Example: `{"status":"CHARGED"}`},
			{Name: "text", Kind: form.Text, Unit: "text", Max: 200, About: "use=error: the error text for the caller", Example: "come back later"},
		},
		Example: "guard order:product fallback use=last",
		make:    makeFallback,
	}
}

func makeFallback(b base) (Policy, error) {
	f := &fallback{base: b, use: b.values.Text("use"), body: b.values.Text("body"), message: sim.Visible(b.values.Text("text"))}
	switch {
	case f.use == "static" && !json.Valid([]byte(f.body)):
		return nil, sim.Invalidf("body=%s is not JSON", sim.Visible(f.body[:min(len(f.body), 64)])).WithFix(`such as body="{\"status\":\"CHARGED\"}"`)
	case f.use == "error" && f.message == "":
		return nil, sim.Invalidf("use=error needs a text").WithFix(`such as text="come back later"`)
	}
	return f, nil
}

func (f *fallback) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			reply, err := next(ctx, m)
			if err == nil {
				f.passed.Add(1)
				f.learn(m, reply)
				return reply, nil
			}
			if sim.CodeOf(err).Answers() || gone(ctx, err) {
				f.passed.Add(1)
				return reply, err
			}
			return f.instead(ctx, m, err)
		}
	}
}

func (f *fallback) learn(m, reply sim.Message) {
	if f.use == "last" && reply.Body != nil && reply.Type != sim.TypeAccepted {
		f.known.put(request(m), reply)
	}
}

// instead answers in place of the other side, or lets err stand.
func (f *fallback) instead(ctx context.Context, m sim.Message, err error) (sim.Message, error) {
	var reply sim.Message
	var what string
	switch f.use {
	case "last":
		known, ok := f.known.get(request(m))
		if !ok {
			return sim.Message{}, err
		}
		reply, what = known, "last known response"
	case "static":
		body, bad := f.static(m)
		if bad != nil {
			return sim.Message{}, bad
		}
		reply, what = body, "static response"
	default:
		e := *sim.AsError(err)
		e.Message, e.Err, err = f.message, err, &e
		f.given(ctx)
		return sim.Message{}, err
	}
	f.given(ctx)
	reply.Header = reply.Header.With(HeaderDegraded, what)
	return reply, nil
}

func (f *fallback) given(ctx context.Context) {
	f.gave.Add(1)
	f.Report(ctx, sim.Degraded{By: "fallback"})
}

// static makes the answer that body describes, for the contract of m.
func (f *fallback) static(m sim.Message) (sim.Message, error) {
	c, ok := contract.Find(m.Type)
	if !ok {
		return sim.Message{}, sim.Errorf(sim.Internal, "fallback: the contract %s is unknown", m.Type)
	}
	reply := c.NewReply()
	if err := protojson.Unmarshal([]byte(f.body), reply); err != nil {
		return sim.Message{}, sim.Errorf(sim.Internal, "fallback: the body does not fit %s: %w", reply.ProtoReflect().Descriptor().FullName(), err)
	}
	return sim.NewMessage(reply), nil
}

// Gauge counts as refused what it answered itself.
func (f *fallback) Gauge() Gauge {
	about := map[string]string{"last": "the last known response", "static": "always " + f.body, "error": f.message}[f.use]
	g := f.gauge(about)
	g.Passed, g.Refused = f.passed.Load(), f.gave.Load()
	return g
}

// request names a request by all that it says.
func request(m sim.Message) [sha256.Size]byte {
	h := sha256.New()
	_, _ = h.Write([]byte(m.Type))
	if m.Body != nil {
		b, _ := proto.MarshalOptions{Deterministic: true}.Marshal(m.Body)
		_, _ = h.Write(b)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// memory keeps the latest answers. The zero value is empty.
type memory struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]sim.Message
	order [][sha256.Size]byte // oldest first
}

func (k *memory) put(q [sha256.Size]byte, reply sim.Message) {
	reply.Body = proto.Clone(reply.Body)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil {
		k.known = map[[sha256.Size]byte]sim.Message{}
	}
	if _, ok := k.known[q]; !ok {
		k.order = append(k.order, q)
	}
	k.known[q] = reply
	if len(k.order) > maxKnown {
		delete(k.known, k.order[0])
		k.order = k.order[1:]
	}
}

func (k *memory) get(q [sha256.Size]byte) (sim.Message, bool) {
	k.mu.Lock()
	reply, ok := k.known[q]
	k.mu.Unlock()
	if ok {
		reply.Body = proto.Clone(reply.Body)
	}
	return reply, ok
}
