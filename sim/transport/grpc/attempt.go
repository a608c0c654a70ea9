package grpc

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/msc-sim/msc-sim/sim"
)

// attempt is one call on its way. grpc-go asks it for credentials before every
// stream it opens, and there it is kept to ONE: a call that its server did not
// look at (a REFUSED_STREAM, a connection that was being closed) would be made
// again transparently, also with retries switched off. The second time, it has
// no credentials to give.
type attempt struct {
	socket      *socket
	traceparent string

	begun    int    // streams that were opened for it
	stream   uint32 // 0 until its HEADERS have left
	out, in  int64  // what crossed on its stream
	content  bool   // something of an answer came
	trailers bool   // the other side has said how it ended

	header, trailer metadata.MD // what the other side said besides
}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (a *attempt) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	a.socket.mu.Lock()
	a.begun++
	again := a.begun > 1
	a.socket.mu.Unlock()
	if again {
		return nil, status.Error(codes.Unavailable, "a repetition that the caller did not ask for")
	}
	a.socket.expect(a)
	return nil, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (a *attempt) RequireTransportSecurity() bool { return false }

func (a *attempt) repeated() bool {
	a.socket.mu.Lock()
	defer a.socket.mu.Unlock()
	return a.begun > 1
}

// ended reports whether the other side said how it ended.
func (a *attempt) ended() bool {
	a.socket.mu.Lock()
	defer a.socket.mu.Unlock()
	return a.trailers
}

// foundHere reports whether grpc-go says so on this side, of an answer that came:
// it is too long, or cannot be read. Such findings begin with its name. (The
// same words of a server come without an answer.)
func (a *attempt) foundHere(st *status.Status) bool {
	a.socket.mu.Lock()
	defer a.socket.mu.Unlock()
	return a.content && strings.HasPrefix(st.Message(), "grpc: ")
}

// options make grpc-go use and fill a.
func (a *attempt) options() []grpc.CallOption {
	return []grpc.CallOption{grpc.PerRPCCredentials(a), grpc.Header(&a.header), grpc.Trailer(&a.trailer)}
}

// end writes down what crossed, and the verdict if one came.
func (a *attempt) end(n *sim.Note, err error) {
	n.BytesOut, n.BytesIn = a.socket.leave(a)
	if st := status.Convert(err); a.ended() && !a.foundHere(st) {
		n.Status = int(st.Code())
	}
}
