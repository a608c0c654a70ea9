package world

import (
	"io"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// talk is the Stream of a call, with a record of every message in it. Caller and
// receiver hold a Stream the same way: Recv is what the caller says, Send what
// the caller hears.
type talk struct {
	sim.Stream
	record     func(sim.Fact)
	asks, says int // so far; Recv and Send are each called by one goroutine at a time
}

// recorded is a message whose stream, if it has one, is recorded with the event
// that about makes of each fact.
func (l *life) recorded(m sim.Message, about sim.Event) sim.Message {
	if m.Stream == nil {
		return m
	}
	m.Stream = &talk{Stream: m.Stream, record: func(f sim.Fact) {
		e := about
		e.Fact = f
		l.shard.Record(e)
	}}
	return m
}

func (t *talk) Recv() (sim.Message, error) {
	m, err := t.Stream.Recv()
	if err == nil {
		t.asks++
		t.record(streamed(m, t.asks, true))
	}
	return m, err
}

func (t *talk) Send(m sim.Message) error {
	t.says++
	t.record(streamed(m, t.says, false))
	return t.Stream.Send(m)
}

func streamed(m sim.Message, n int, out bool) sim.Fact {
	name := m.Body.ProtoReflect().Descriptor().Name()
	return sim.Streamed{Label: string(name), N: n, Out: out, Bytes: int64(proto.Size(m.Body))}
}

// conversation reports whether a contract has a stream on either side.
func conversation(name string) bool {
	m, ok := contract.Find(name)
	return ok && (m.Desc.IsStreamingClient() || m.Desc.IsStreamingServer())
}

// listening is the Stream of a customer, who says nothing more and remembers the
// last they heard.
type listening struct{ last sim.Message }

func (l *listening) Recv() (sim.Message, error) { return sim.Message{}, io.EOF }
func (l *listening) Send(m sim.Message) error   { l.last = m; return nil }
func (l *listening) CloseSend() error           { return nil }
