package grpc_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	testv1 "google.golang.org/grpc/interop/grpc_testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
)

// Calls that share a connection each count their own bytes, and together all
// that crossed.
func TestEachCallCountsItsOwnBytes(t *testing.T) {
	s := open(t, grpc.Options{}, decide, interop...)
	c := s.dial()
	const callers, calls = 16, 20
	notes := make([]sim.Note, callers*calls)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() { // ends after its calls
			for k := range calls {
				n := i*calls + k
				span := &sim.Span{Trace: sim.TraceID{1}, ID: sim.SpanID(n + 1)}
				m := sim.Message{Type: "grpc.testing.TestService/UnaryCall", Body: &testv1.SimpleRequest{
					Payload: &testv1.Payload{Body: make([]byte, 50*n)}, ResponseSize: int32(40 * n),
				}}
				if _, err := c.Do(sim.WithSpan(context.Background(), span), m); err != nil {
					t.Error(err)
					return
				}
				notes[n] = span.Note
			}
		})
	}
	all.Wait()
	var sumOut, sumIn, opened int64
	for n, note := range notes {
		const most = 2000 // headers, frame heads, and now and then a window or the greeting
		if over := note.BytesOut - int64(50*n); over < 0 || over > most {
			t.Errorf("call %d: %d bytes out for %d", n, note.BytesOut, 50*n)
		}
		if over := note.BytesIn - int64(40*n); over < 0 || over > most {
			t.Errorf("call %d: %d bytes in for %d", n, note.BytesIn, 40*n)
		}
		sumOut, sumIn = sumOut+note.BytesOut, sumIn+note.BytesIn
		if note.Opened {
			opened++
		}
	}
	out, in := s.net.Bytes("order:probe")
	if late := out - sumOut; late < 0 || late > 100 {
		t.Errorf("%d bytes went out, %d were counted", out, sumOut)
	}
	if late := in - sumIn; late < 0 || late > 100 {
		t.Errorf("%d bytes came in, %d were counted", in, sumIn)
	}
	if opened != 1 {
		t.Errorf("%d connections were opened", opened)
	}
}

func TestTheNoteHasTheVerdict(t *testing.T) {
	s := open(t, grpc.Options{MaxMessage: 10_000}, decide, interop...)
	c := s.dial()
	for _, tt := range []struct {
		ask    *testv1.SimpleRequest
		status int
		err    string
	}{
		{&testv1.SimpleRequest{}, 0, "<nil>"},
		{&testv1.SimpleRequest{ResponseStatus: &testv1.EchoStatus{Code: 10, Message: "mind\x1b[2J"}}, 10, "mind␛[2J"},
		{&testv1.SimpleRequest{ResponseStatus: &testv1.EchoStatus{Code: 14}}, 14, "14 UNAVAILABLE"},
		{&testv1.SimpleRequest{Payload: &testv1.Payload{Body: make([]byte, 20_000)}}, 8, "grpc: received message larger than max (20008 vs. 10000)"},
	} {
		span := &sim.Span{Trace: sim.TraceID{1}, ID: 1}
		_, err := c.Do(sim.WithSpan(t.Context(), span), sim.Message{Type: "grpc.testing.TestService/UnaryCall", Body: tt.ask})
		if span.Note.Status != tt.status || fmt.Sprint(err) != tt.err {
			t.Errorf("%v: status %d, %v", tt.ask.GetResponseStatus(), span.Note.Status, err)
		}
	}
	_, err := c.Do(t.Context(), sim.Message{Type: "grpc.testing.TestService/UnaryCall", Body: &testv1.SimpleRequest{ResponseSize: 20_000}})
	if e := sim.AsError(err); e == nil || e.Remote || e.Code != sim.Internal {
		t.Errorf("an answer that is too long: %+v", e)
	}
}

func TestAHeaderThatCannotTravel(t *testing.T) {
	c := open(t, grpc.Options{}, decide, interop...).dial()
	for _, h := range []sim.Header{{"x-name": {"Ä"}}, {"X-Name": {"a"}}, {"": {"a"}}, {"a b": {"c"}}} {
		m := sim.Message{Type: "grpc.testing.TestService/EmptyCall", Body: &testv1.Empty{}, Header: h}
		if _, err := c.Do(t.Context(), m); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%v: got %v, want invalid", h, err)
		}
	}
}
