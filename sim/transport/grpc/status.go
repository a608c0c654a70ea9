package grpc

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// keyPushback is when a server wants to be asked again, in milliseconds; gRPC's
// own retries obey it (gRFC A6). We read it, and write RetryInfo.
const keyPushback = "grpc-retry-pushback-ms"

// maxRetryAfter bounds what a foreign server may say.
const maxRetryAfter = 24 * time.Hour

// statusOf is how an error looks on the wire. One that carries a gRPC status,
// made by google.golang.org/grpc/status, crosses as it is; nil is OK.
func statusOf(e *sim.Error) *status.Status {
	if e == nil {
		return nil
	}
	var exact interface{ GRPCStatus() *status.Status }
	if errors.As(e.Err, &exact) && !e.Remote {
		return exact.GRPCStatus()
	}
	st := status.New(codes.Code(e.GRPCCode()), e.Message)
	var details []protoadapt.MessageV1
	if e.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	if e.Fix != "" {
		details = append(details, &errdetails.Help{Links: []*errdetails.Help_Link{{Description: e.Fix}}})
	}
	if details != nil {
		if with, err := st.WithDetails(details...); err == nil {
			return with
		}
	}
	return st
}

// errorOf makes the error that the other side's status means. Foreign text goes
// through [sim.Visible].
func errorOf(st *status.Status, trailer metadata.MD) *sim.Error {
	e := &sim.Error{Code: sim.CodeOfGRPC(uint32(st.Code())), Message: share.Visible(st.Message()), Remote: true}
	if exact := uint32(st.Code()); exact != e.Code.GRPC() {
		e.GRPC = exact
	}
	if e.Message == "" {
		e.Message = sim.StatusText(int(st.Code()))
	}
	if v := trailer[keyPushback]; len(v) == 1 {
		if ms, err := strconv.ParseUint(v[0], 10, 32); err == nil {
			e.RetryAfter = time.Duration(ms) * time.Millisecond
		} else { // negative, or not a number: do not retry
			e.RetryAfter = -1
		}
	}
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.RetryInfo:
			e.RetryAfter = max(d.GetRetryDelay().AsDuration(), 0)
		case *errdetails.Help:
			if links := d.GetLinks(); len(links) > 0 {
				e.Fix = share.Visible(links[0].GetDescription())
			}
		}
	}
	e.RetryAfter = min(e.RetryAfter, maxRetryAfter)
	return e
}

// errLost ends an attempt that would have been repeated.
func errLost() *sim.Error { return sim.Errorf(sim.Unavailable, "connection lost") }

// failed says what became of an attempt that ended with err: what the other
// side said when it said something, else why there is no answer, in the words
// of the field.
func failed(ctx context.Context, a *attempt, trailer metadata.MD, err error) *sim.Error {
	st := status.Convert(err)
	switch {
	case a.repeated():
		return errLost()
	case a.ended() && !a.foundHere(st):
		return errorOf(st, trailer)
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	case a.socket.broken() != nil:
		return &sim.Error{Code: sim.Unavailable, Message: share.Broken(a.socket.broken()), Err: err}
	case st.Code() == codes.Unavailable:
		return &sim.Error{Code: sim.Unavailable, Message: errLost().Message, Err: err}
	case st.Code() == codes.DeadlineExceeded:
		return sim.AsError(context.DeadlineExceeded)
	case a.foundHere(st):
		return &sim.Error{Code: sim.Internal, Message: "the answer cannot be taken: " + share.Visible(strings.TrimPrefix(st.Message(), "grpc: ")), Err: err}
	}
	return &sim.Error{Code: sim.CodeOfGRPC(uint32(st.Code())), Message: share.Visible(st.Message()), Err: err}
}

// unreached says why a connection could not be opened.
func unreached(ctx context.Context, err error) *sim.Error {
	var known *sim.Error
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	case errors.As(err, &timeout) && timeout.Timeout():
		return &sim.Error{Code: sim.Timeout, Message: "no response in time", Err: err}
	}
	return &sim.Error{Code: sim.Unavailable, Message: share.Broken(err), Err: err}
}
