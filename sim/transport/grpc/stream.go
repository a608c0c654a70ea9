package grpc

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// converse has a streaming call. To the caller it is as if the handler on the
// other side had their Stream in its hands: what Recv gives goes there, and
// what the handler sends comes out of Send.
//
//	caller's Stream             connection             handler's Stream
//	      Recv ──▶ say ─────────────────────────────────▶ Recv
//	      Send ◀── listen ◀─────────────────────────────── Send
func converse(ctx context.Context, cc *grpc.ClientConn, a *attempt, method *contract.Method, m sim.Message) (proto.Message, error) {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	desc := &grpc.StreamDesc{ClientStreams: method.Desc.IsStreamingClient(), ServerStreams: method.Desc.IsStreamingServer()}
	call, err := cc.NewStream(ctx, desc, method.FullMethod(), a.options()...)
	if err != nil {
		return nil, err
	}
	if desc.ClientStreams {
		go say(call, m.Stream, giveUp) // ends with the call: then Recv of its Stream returns
	} else if err := tell(call, m.Body); err != nil {
		return nil, err
	}
	if desc.ServerStreams {
		err = listen(call, method, m.Stream, giveUp)
		return nil, because(ctx, err)
	}
	reply := method.NewReply()
	return reply, because(ctx, call.RecvMsg(reply))
}

// because is the caller's own reason for an end, where there is one.
func because(ctx context.Context, err error) error {
	var own *sim.Error
	if err != nil && errors.As(context.Cause(ctx), &own) {
		return own
	}
	return err
}

// tell sends the one message of a call that only the server streams. When the
// call is over already, its end is read by listening.
func tell(call grpc.ClientStream, body proto.Message) error {
	if err := call.SendMsg(body); err != nil && err != io.EOF {
		return err
	}
	return call.CloseSend()
}

// say hands on what the caller says, until there is no more.
func say(call grpc.ClientStream, from sim.Stream, giveUp context.CancelCauseFunc) {
	for {
		m, err := from.Recv()
		switch {
		case err == io.EOF:
			_ = call.CloseSend()
			return
		case err != nil:
			giveUp(sim.AsError(err))
			return
		}
		if call.SendMsg(m.Body) != nil {
			return // the call is over; who listens is told why
		}
	}
}

// listen hands on what comes, until the server has said all.
func listen(call grpc.ClientStream, method *contract.Method, to sim.Stream, giveUp context.CancelCauseFunc) error {
	for {
		body := method.NewReply()
		if err := call.RecvMsg(body); err != nil {
			_ = to.CloseSend()
			if err == io.EOF {
				return nil
			}
			return err
		}
		if err := to.Send(sim.NewMessage(body)); err != nil {
			giveUp(sim.AsError(err))
			return sim.AsError(err)
		}
	}
}

// conversation is the handler's end of a streaming call.
type conversation struct {
	call   grpc.ServerStream
	method *contract.Method
}

var _ sim.Stream = conversation{}

// Send says something to the caller.
func (c conversation) Send(m sim.Message) error {
	if err := c.call.SendMsg(m.Body); err != nil {
		return c.over(err)
	}
	return nil
}

// Recv is the next thing the caller says; io.EOF when there is no more.
func (c conversation) Recv() (sim.Message, error) {
	if !c.method.Desc.IsStreamingClient() {
		return sim.Message{}, io.EOF
	}
	body := c.method.NewRequest()
	switch err := c.call.RecvMsg(body); err {
	case nil:
		return sim.NewMessage(body), nil
	case io.EOF:
		return sim.Message{}, io.EOF
	default:
		return sim.Message{}, c.over(err)
	}
}

// CloseSend says that no more comes; returning from the handler says so on the wire.
func (c conversation) CloseSend() error { return nil }

// over is why the conversation ended.
func (c conversation) over(err error) error {
	if end := c.call.Context().Err(); end != nil {
		return sim.AsError(end)
	}
	return &sim.Error{Code: sim.Unavailable, Message: "the caller is gone: " + share.Visible(err.Error()), Err: err}
}
