package grpc

import (
	"context"
	"net"
	"slices"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// describe makes grpc-go's descriptions of the services that the contracts
// belong to, with the methods that are handled here.
func (s *server) describe(contracts []string) error {
	s.working = map[string]*atomic.Int64{}
	for _, name := range contracts {
		if name == sim.TypeRaw { // HTTP as it is, which REST brings; here it asks who calls
			s.address = true
			continue
		}
		m, ok := contract.Find(name)
		if !ok {
			return sim.Errorf(sim.Internal, "%s handles %s, which is no contract", s.at, name)
		}
		s.working[label(m.RPC())] = new(atomic.Int64)
		desc := s.service(m)
		if m.Desc.IsStreamingClient() || m.Desc.IsStreamingServer() {
			desc.Streams = append(desc.Streams, s.streaming(m))
		} else {
			desc.Methods = append(desc.Methods, s.unary(m))
		}
	}
	return nil
}

// service is the description of m's service, made at its first method.
func (s *server) service(m *contract.Method) *grpc.ServiceDesc {
	name := string(m.Service.FullName())
	i := slices.IndexFunc(s.services, func(d *grpc.ServiceDesc) bool { return d.ServiceName == name })
	if i >= 0 {
		return s.services[i]
	}
	desc := &grpc.ServiceDesc{ServiceName: name, HandlerType: (*any)(nil), Metadata: m.Service.ParentFile().Path()}
	s.services = append(s.services, desc)
	return desc
}

// unary handles a method with one request and one answer.
func (s *server) unary(m *contract.Method) grpc.MethodDesc {
	working := s.working[label(m.RPC())]
	return grpc.MethodDesc{
		MethodName: string(m.Desc.Name()),
		Handler: func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			working.Add(1)
			defer working.Add(-1)
			ctx, msg := s.arrive(ctx, m)
			msg.Body = m.NewRequest()
			if err := decode(msg.Body); err != nil {
				return nil, s.refuse(ctx, err)
			}
			reply, err := s.h(ctx, msg)
			if err != nil {
				return nil, statusOf(sim.AsError(err)).Err()
			}
			if err := sendHeader(reply, func(md metadata.MD) error { return grpc.SetHeader(ctx, md) }); err != nil {
				return nil, err
			}
			if reply.Body == nil {
				return m.NewReply(), nil
			}
			return reply.Body, nil
		},
	}
}

// streaming handles a method with a stream on one side or both. What its handler
// returns is the answer when only the client streams; else it has only a header.
func (s *server) streaming(m *contract.Method) grpc.StreamDesc {
	working := s.working[label(m.RPC())]
	return grpc.StreamDesc{
		StreamName:    string(m.Desc.Name()),
		ClientStreams: m.Desc.IsStreamingClient(),
		ServerStreams: m.Desc.IsStreamingServer(),
		Handler: func(_ any, call grpc.ServerStream) error {
			working.Add(1)
			defer working.Add(-1)
			ctx, msg := s.arrive(call.Context(), m)
			msg.Stream = conversation{call, m}
			if !m.Desc.IsStreamingClient() {
				msg.Body = m.NewRequest()
				if err := call.RecvMsg(msg.Body); err != nil {
					return s.refuse(ctx, err)
				}
			}
			reply, err := s.h(ctx, msg)
			if err != nil {
				return statusOf(sim.AsError(err)).Err()
			}
			if m.Desc.IsStreamingServer() {
				return sendHeader(reply, func(md metadata.MD) error { call.SetTrailer(md); return nil })
			}
			if err := sendHeader(reply, call.SetHeader); err != nil {
				return err
			}
			if reply.Body == nil {
				return call.SendMsg(m.NewReply())
			}
			return call.SendMsg(reply.Body)
		},
	}
}

// unknown refuses a method that is not handled here. It goes past the handler
// all the same, as [sim.Message.Refused], so that it is recorded.
func (s *server) unknown(_ any, call grpc.ServerStream) error {
	rpc, _ := grpc.MethodFromServerStream(call)
	md, _ := metadata.FromIncomingContext(call.Context())
	span := received(rpc, md)
	err := status.Errorf(codes.Unimplemented, "there is no %s", share.Visible(rpc))
	return s.refuse(sim.WithSpan(call.Context(), span), err)
}

// refuse answers a call of which no message could be made, for the reason that
// grpc-go gives. A call that broke off has not arrived, and nobody waits for an
// answer to it.
func (s *server) refuse(ctx context.Context, reason error) error {
	st := status.Convert(reason)
	if ctx.Err() != nil {
		return st.Err()
	}
	e := &sim.Error{Code: sim.Invalid, Message: share.Visible(st.Message()), Err: reason}
	_, _ = s.h(ctx, sim.Message{Refused: e}) // its answer is e
	return st.Err()
}

// arrive makes the message of a call, except for its content.
func (s *server) arrive(ctx context.Context, m *contract.Method) (context.Context, sim.Message) {
	md, _ := metadata.FromIncomingContext(ctx)
	span := received(m.RPC(), md)
	msg := sim.Message{Type: m.Name, Mode: mode(md), Header: inbound(md)}
	if p, ok := peer.FromContext(ctx); ok && s.address {
		host, _, _ := net.SplitHostPort(p.Addr.String())
		msg.Header = msg.Header.With(sim.HeaderAddress, host)
	}
	return sim.WithSpan(ctx, span), msg
}

// sendHeader puts a reply's header on the wire.
func sendHeader(reply sim.Message, send func(metadata.MD) error) error {
	if len(reply.Header) == 0 {
		return nil
	}
	md := make(metadata.MD, len(reply.Header))
	if err := outbound(md, reply.Header); err != nil {
		return statusOf(sim.Errorf(sim.Internal, "the answer cannot be sent: %w", err)).Err()
	}
	return send(md)
}
