package world

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/usecase"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// MaxSend bounds how many requests one send makes.
const MaxSend = 10_000

// send makes the request of a use case, N times one after another, and says
// what the customer saw.
func (w *World) send(ctx context.Context, c sim.Send) (sim.Result, error) {
	if c.N > MaxSend || c.N < 0 {
		return sim.Result{}, sim.Invalidf("%d requests are out of bounds", c.N).WithFix("between 1 and %d; for more, use load", MaxSend)
	}
	from, u, m, err := w.prepare(c.UseCase, c.Fields)
	if err != nil {
		return sim.Result{}, err
	}
	n := max(c.N, 1)
	seen := make(map[string]int)
	var last string
	for range n {
		if err := ctx.Err(); err != nil {
			return sim.Result{}, err
		}
		last, _ = from.ask(ctx, u, m, time.Time{})
		if _, ok := seen[last]; ok || len(seen) < 8 {
			seen[last]++
		}
	}
	text := last
	if n > 1 {
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(seen)) {
			parts = append(parts, fmt.Sprintf("%s %d", k, seen[k]))
		}
		text = strings.Join(parts, ", ")
	}
	return sim.Result{Seq: w.opt.Log.Last(), Text: text}, nil
}

// Asker makes one use case's request again and again, for load.
type Asker func(ctx context.Context, intended time.Time) error

// Asker prepares a use case for load. Took in the log counts from the intended
// start, so that a late start is part of what the customer waited for. A field
// "~1000" is another number from 1 to 1000 in each request.
func (w *World) Asker(useCase string, fields map[string]string) (sim.UseCase, Asker, error) {
	draw, err := w.varying(fields)
	if err != nil {
		return sim.UseCase{}, nil, err
	}
	_, u, m, err := w.prepare(useCase, draw())
	if err != nil {
		return u, nil, err
	}
	return u, func(ctx context.Context, intended time.Time) error {
		m := m
		if len(fields) > 0 || u.As != "" { // other numbers, and a token that is not too old
			var err error
			if m, err = usecase.Request(u, draw()); err == nil {
				m, err = w.withToken(m)
			}
			if err != nil {
				return err
			}
		}
		from := w.instances(u.From) // the one that lives now: it may have been restarted
		_, err := from[0].ask(ctx, u, m, intended)
		return err
	}, nil
}

func (w *World) prepare(useCase string, fields map[string]string) (*life, sim.UseCase, sim.Message, error) {
	u, ok := w.spec.UseCase(useCase)
	if useCase == "" && len(w.spec.UseCases) > 0 {
		u, ok = w.spec.UseCases[0], true
	}
	if !ok {
		return nil, u, sim.Message{}, sim.Unknown("use case", useCase, w.spec.Names().UseCases)
	}
	if way := w.Transport(sim.Link(u.From, u.To)); len(u.Numbers) > 0 && way != "grpc" {
		return nil, u, sim.Message{}, sim.Errorf(sim.Conflict, "%s is about field numbers, and %s writes none", u.Name, way).WithFix("swap %s grpc", sim.Link(u.From, u.To))
	}
	m, err := usecase.Request(u, fields)
	if err != nil {
		return nil, u, m, err
	}
	from := w.instances(u.From)
	if m, err = w.withToken(m); err != nil {
		return nil, u, m, err
	}
	if len(from) == 0 || from[0].dead.Load() {
		return nil, u, m, sim.Errorf(sim.Conflict, "%s is not running, so it cannot send a request", u.From).WithFix("start it first: start %s", u.From)
	}
	return from[0], u, m, nil
}

// ask makes one request and waits for what the customer sees. Under load it was meant to
// begin at intended, and the wait counts from there.
func (l *life) ask(ctx context.Context, u sim.UseCase, m sim.Message, intended time.Time) (string, error) {
	root := &sim.Span{Trace: newTrace()}
	about := sim.Event{Trace: root.Trace, Node: l.self, Link: sim.Link(u.From, u.To)}
	about.Fact = sim.Begun{UseCase: u.Name}
	l.shard.Record(about)
	began, one := intended, new(only)
	if intended.IsZero() {
		began = time.Now()
	}
	ctx = context.WithValue(sim.WithSpan(ctx, root), onlyKey{}, one)
	ctx, cancel := context.WithDeadline(ctx, began.Add(u.Deadline))
	defer cancel()
	var heard listening
	if conversation(m.Type) {
		m.Stream = &heard
	}
	reply, err := l.call(ctx, u.To, m)
	if heard.last.Body != nil {
		reply = heard.last
	}
	text := seenBy(reply, err)
	if m.Mode == sim.Tell && reply.Type == sim.TypeAccepted { // no response is waited for: that it is stored is all there is to hear
		text = "accepted"
	}
	took := time.Since(began)
	if wait, ok := one.wait(); ok && intended.IsZero() {
		took = wait
	}
	about.Fact = sim.Ended{UseCase: u.Name, Outcome: outcomeOf(reply, err), Text: text, Took: took, Code: sim.CodeOf(err)}
	l.shard.Record(about)
	return text, err
}

// seenBy is what a customer makes of an answer, in a few words: the status of
// the thing they asked for when it has one, else plain yes or no.
func seenBy(reply sim.Message, err error) string {
	if e := sim.AsError(err); e != nil {
		switch {
		case e.Remote && e.Code.Answers():
			return e.Message
		case e.Code == sim.Timeout && !e.Remote: // a 504 is a response
			return "no response"
		default:
			return "error: " + e.Message
		}
	}
	if reply.Type == sim.TypeAccepted {
		return "pending"
	}
	if reply.Body == nil {
		return "done"
	}
	r := reply.Body.ProtoReflect()
	f := r.Descriptor().Fields().ByName("status")
	if f == nil || f.Cardinality() == protoreflect.Repeated {
		return "answered"
	}
	switch f.Kind() {
	case protoreflect.StringKind:
		return strings.ToLower(r.Get(f).String())
	case protoreflect.EnumKind:
		if v := f.Enum().Values().ByNumber(r.Get(f).Enum()); v != nil {
			return strings.ToLower(string(v.Name()))
		}
	}
	return "answered"
}
