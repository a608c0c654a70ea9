package grpc_test

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	testv1 "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
)

// script is a caller who says what was given to it, and hears the answers.
type script struct {
	says  chan proto.Message
	heard chan proto.Message
	over  chan struct{} // closed when the other side has said all
}

func newScript(says ...proto.Message) *script {
	s := &script{says: make(chan proto.Message, 8), heard: make(chan proto.Message, 64), over: make(chan struct{})}
	for _, m := range says {
		s.says <- m
	}
	return s
}

func (s *script) Recv() (sim.Message, error) {
	select {
	case m, ok := <-s.says:
		if ok {
			return sim.NewMessage(m), nil
		}
	case <-s.over:
	}
	return sim.Message{}, io.EOF
}

func (s *script) Send(m sim.Message) error { s.heard <- m.Body; return nil }
func (s *script) CloseSend() error         { close(s.over); return nil }

// sizes are those of the payloads heard so far.
func (s *script) sizes() (n []int) {
	for len(s.heard) > 0 {
		n = append(n, len((<-s.heard).(*testv1.StreamingOutputCallResponse).GetPayload().GetBody()))
	}
	return n
}

func outputs(sizes ...int32) *testv1.StreamingOutputCallRequest {
	q := &testv1.StreamingOutputCallRequest{}
	for _, n := range sizes {
		q.ResponseParameters = append(q.ResponseParameters, &testv1.ResponseParameters{Size: n})
	}
	return q
}

func input(size int) *testv1.StreamingInputCallRequest {
	return &testv1.StreamingInputCallRequest{Payload: &testv1.Payload{Body: make([]byte, size)}}
}

func TestTheServerStreams(t *testing.T) {
	c, heard := open(t, grpc.Options{}, decide, interop...).dial(), newScript()
	reply, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/StreamingOutputCall", Body: outputs(1, 20, 300), Stream: heard})
	if err != nil || reply.Body != nil {
		t.Fatalf("got %v, %v", reply.Body, err)
	}
	if got := heard.sizes(); !slices.Equal(got, []int{1, 20, 300}) {
		t.Errorf("heard %v", got)
	}
}

func TestTheClientStreams(t *testing.T) {
	c := open(t, grpc.Options{}, decide, interop...).dial()
	says := newScript(input(3), input(5))
	close(says.says)
	reply, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/StreamingInputCall", Stream: says})
	if err != nil || reply.Body.(*testv1.StreamingInputCallResponse).GetAggregatedPayloadSize() != 8 {
		t.Errorf("got %v, %v", reply.Body, err)
	}
}

func TestBothStream(t *testing.T) {
	c, talk := open(t, grpc.Options{}, decide, interop...).dial(), newScript()
	ended := make(chan error, 1)
	go func() { // ends with the call
		_, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/FullDuplexCall", Stream: talk})
		ended <- err
	}()
	for _, size := range []int32{7, 70, 700} { // one after another: each answer comes before the next question
		talk.says <- outputs(size)
		if got := len((<-talk.heard).(*testv1.StreamingOutputCallResponse).GetPayload().GetBody()); got != int(size) {
			t.Errorf("heard %d bytes, want %d", got, size)
		}
	}
	close(talk.says)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A stream that goes on ends on both sides when its caller's time is up.
func TestAStreamEndsWithItsDeadline(t *testing.T) {
	gone := make(chan error, 1)
	c := open(t, grpc.Options{}, func(_ context.Context, m sim.Message) (sim.Message, error) {
		_, err := m.Stream.Recv()
		gone <- err
		return sim.Message{}, err
	}, interop...).dial()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Do(ctx, sim.Message{Type: "grpc.testing.TestService/FullDuplexCall", Stream: newScript()})
	if sim.CodeOf(err) != sim.Timeout {
		t.Errorf("the caller got %v, want a timeout", err)
	}
	if err := <-gone; err == nil || err == io.EOF {
		t.Errorf("the handler got %v", err)
	}
}

// deaf is a caller who does not want to hear more.
type deaf struct{ *script }

func (deaf) Send(sim.Message) error { return sim.Errorf(sim.Conflict, "enough") }

// mute is a caller who cannot say what was to be said.
type mute struct{ *script }

func (mute) Recv() (sim.Message, error) { return sim.Message{}, sim.Errorf(sim.Internal, "no words") }

func TestACallersOwnFaultIsNotTheServers(t *testing.T) {
	c := open(t, grpc.Options{}, decide, interop...).dial()
	for _, tt := range []struct {
		stream sim.Stream
		body   proto.Message
		rpc    string
		want   string
	}{
		{deaf{newScript()}, outputs(1, 2, 3), "StreamingOutputCall", "enough"},
		{mute{newScript()}, nil, "StreamingInputCall", "no words"},
	} {
		_, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/" + tt.rpc, Body: tt.body, Stream: tt.stream})
		if e := sim.AsError(err); e == nil || e.Message != tt.want || e.Remote {
			t.Errorf("%s: got %+v, want %q from here", tt.rpc, e, tt.want)
		}
	}
}

func TestAConversationNeedsSomebody(t *testing.T) {
	c := open(t, grpc.Options{}, decide, interop...).dial()
	if _, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/FullDuplexCall"}); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("got %v, want invalid", err)
	}
}
