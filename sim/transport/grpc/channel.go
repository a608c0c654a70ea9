package grpc

import (
	"context"
	"errors"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
)

// channel is a ClientConn of grpc-go with exactly one connection. When that is
// over so is the channel, and the next attempt opens another: nothing dials in
// the background, nothing waits for a backoff, and a server that is back is
// reached at once.
type channel struct {
	cc     *grpc.ClientConn
	socket *socket
}

var errSpent = errors.New("a channel has one connection")

// open dials, and waits until the server has greeted.
func (c *conn) open(ctx context.Context) (*channel, error) {
	raw, err := c.net.Dial(ctx, c.route, c.addr)
	if err != nil {
		return nil, unreached(ctx, err)
	}
	greeted, over := context.WithCancel(ctx)
	defer over()
	ch := &channel{socket: newSocket(raw, over)}
	give := make(chan net.Conn, 1)
	give <- ch.socket
	ch.cc, err = grpc.NewClient("passthrough:///"+c.addr, append(c.options, grpc.WithContextDialer(
		func(context.Context, string) (net.Conn, error) {
			select {
			case s := <-give:
				return s, nil
			default:
				return nil, errSpent
			}
		}))...)
	if err != nil {
		_ = raw.Close()
		return nil, unreached(ctx, err)
	}
	ch.cc.Connect()
	for s := ch.cc.GetState(); s != connectivity.Ready; s = ch.cc.GetState() {
		if s == connectivity.TransientFailure || !ch.cc.WaitForStateChange(greeted, s) {
			broken := ch.socket.broken()
			ch.Close()
			if broken == nil {
				broken = errSpent
			}
			return nil, unreached(ctx, broken)
		}
	}
	return ch, nil
}

// Usable implements [share.Connection].
func (ch *channel) Usable() bool {
	return ch.socket.broken() == nil && ch.cc.GetState() == connectivity.Ready
}

// Close implements [share.Connection].
func (ch *channel) Close() {
	_ = ch.cc.Close()
	_ = ch.socket.Close()
}

// clientOptions are those of every channel of a caller.
func clientOptions(t *Transport, from string) []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUserAgent(agent + from),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDisableHealthCheck(),
		grpc.WithIdleTimeout(0),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{BaseDelay: time.Hour, MaxDelay: time.Hour}, MinConnectTimeout: openTime}),
		grpc.WithStaticStreamWindowSize(window),
		grpc.WithStaticConnWindowSize(window),
		grpc.WithMaxHeaderListSize(maxHeader),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(t.maxMessage)),
	}
}
