package grpc_test

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	stock "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	testv1 "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// The service by which all gRPC implementations try each other
// (grpc/doc/interop-test-descriptions.md), decided by one of our handlers.
var interop = []string{
	"grpc.testing.TestService/EmptyCall",
	"grpc.testing.TestService/UnaryCall",
	"grpc.testing.TestService/StreamingOutputCall",
	"grpc.testing.TestService/StreamingInputCall",
	"grpc.testing.TestService/FullDuplexCall",
	"grpc.testing.TestService/HalfDuplexCall",
}

const (
	keyInitial  = "x-grpc-test-echo-initial"
	keyTrailing = "x-grpc-test-echo-trailing-bin"
)

func decide(ctx context.Context, m sim.Message) (sim.Message, error) {
	if m.Refused != nil {
		return sim.Message{}, m.Refused
	}
	if v := m.Header[keyInitial]; v != nil {
		if err := stock.SetHeader(ctx, metadata.MD{keyInitial: v}); err != nil {
			return sim.Message{}, err
		}
	}
	if v := m.Header[keyTrailing]; v != nil {
		if err := stock.SetTrailer(ctx, metadata.MD{keyTrailing: v}); err != nil {
			return sim.Message{}, err
		}
	}
	switch m.Type {
	case "grpc.testing.TestService/UnaryCall":
		return unary(m.Body.(*testv1.SimpleRequest))
	case "grpc.testing.TestService/StreamingOutputCall":
		return sim.Message{}, pour(ctx, m.Stream, m.Body.(*testv1.StreamingOutputCallRequest))
	case "grpc.testing.StreamingInputCallRequest":
		return collect(m.Stream)
	case "grpc.testing.TestService/FullDuplexCall":
		return sim.Message{}, each(m.Stream, func(q *testv1.StreamingOutputCallRequest) error { return pour(ctx, m.Stream, q) })
	case "grpc.testing.TestService/HalfDuplexCall":
		var all []*testv1.StreamingOutputCallRequest
		err := each(m.Stream, func(q *testv1.StreamingOutputCallRequest) error { all = append(all, q); return nil })
		for _, q := range all {
			if err == nil {
				err = pour(ctx, m.Stream, q)
			}
		}
		return sim.Message{}, err
	default:
		return sim.Message{}, nil
	}
}

func unary(q *testv1.SimpleRequest) (sim.Message, error) {
	if s := q.GetResponseStatus(); s.GetCode() != 0 {
		return sim.Message{}, status.Error(codes.Code(s.GetCode()), s.GetMessage())
	}
	return sim.NewMessage(&testv1.SimpleResponse{Payload: &testv1.Payload{Body: make([]byte, q.GetResponseSize())}}), nil
}

func pour(ctx context.Context, to sim.Stream, q *testv1.StreamingOutputCallRequest) error {
	if s := q.GetResponseStatus(); s.GetCode() != 0 {
		return status.Error(codes.Code(s.GetCode()), s.GetMessage())
	}
	for _, p := range q.GetResponseParameters() {
		if us := p.GetIntervalUs(); us > 0 {
			late := time.NewTimer(time.Duration(us) * time.Microsecond)
			select {
			case <-late.C:
			case <-ctx.Done():
				late.Stop()
				return ctx.Err()
			}
		}
		if err := to.Send(sim.NewMessage(&testv1.StreamingOutputCallResponse{Payload: &testv1.Payload{Body: make([]byte, p.GetSize())}})); err != nil {
			return err
		}
	}
	return nil
}

func collect(from sim.Stream) (sim.Message, error) {
	sum := 0
	for {
		m, err := from.Recv()
		if err == io.EOF {
			return sim.NewMessage(&testv1.StreamingInputCallResponse{AggregatedPayloadSize: int32(sum)}), nil
		}
		if err != nil {
			return sim.Message{}, err
		}
		sum += len(m.Body.(*testv1.StreamingInputCallRequest).GetPayload().GetBody())
	}
}

func each(from sim.Stream, do func(*testv1.StreamingOutputCallRequest) error) error {
	for {
		m, err := from.Recv()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(m.Body.(*testv1.StreamingOutputCallRequest))
		}
		if err != nil {
			return err
		}
	}
}

// stand is a server of such things, over real sockets.
type stand struct {
	t    testing.TB
	net  *wire.Net
	grpc *grpc.Transport
	addr string
	end  func() error // ends Serve and waits for it

	mu    sync.Mutex
	seen  []sim.Message
	spans []sim.Span
}

func open(t testing.TB, o grpc.Options, h sim.Handler, contracts ...string) *stand {
	t.Helper()
	s := &stand{t: t, net: wire.New(wire.Options{}), grpc: grpc.New(o)}
	server, err := s.grpc.Bind(t.Context(), s.net, sim.Instance{Service: "probe"}, contracts)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = server.Addr()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, s.record(h)) }() // ends with end
	s.end = sync.OnceValue(func() error { cancel(); return <-served })
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Errorf("Serve: %v", err)
		}
		if err := s.net.Close(); err != nil {
			t.Errorf("closing the net: %v", err)
		}
	})
	return s
}

func (s *stand) record(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		s.mu.Lock()
		s.seen, s.spans = append(s.seen, m), append(s.spans, *sim.SpanFrom(ctx))
		s.mu.Unlock()
		return next(ctx, m)
	}
}

func (s *stand) last() (sim.Message, sim.Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) == 0 {
		s.t.Fatal("nothing arrived")
	}
	return s.seen[len(s.seen)-1], s.spans[len(s.spans)-1]
}

func (s *stand) dial() sim.Conn {
	s.t.Helper()
	c, err := s.grpc.Dial(s.t.Context(), s.net, sim.Route{Link: "order:probe", From: sim.Instance{Service: "order"}, To: sim.Instance{Service: "probe"}}, s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// stranger is a client that knows nothing of us.
func (s *stand) stranger() *stock.ClientConn {
	s.t.Helper()
	cc, err := stock.NewClient(s.addr, plaintext)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cc.Close() })
	return cc
}
