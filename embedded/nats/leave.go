package nats

import (
	"context"
	"net"
	"slices"
	"strconv"

	"github.com/nats-io/nats-server/v2/server"
)

// everyConn is how many connections are looked at: all that a world has.
const everyConn = 1 << 16

// Leaving looks up the connections of clients from these addresses. What it
// returns waits until the server has noticed that they are closed, and delivers
// nothing along them any more, or until ctx ends. What had been delivered is
// redelivered when its consumer has waited long enough.
func (s *Server) Leaving(peers []string) func(context.Context) {
	nodes := s.running()
	var subjects []string
	for _, srv := range nodes {
		subjects = append(subjects, subscribed(srv, peers)...)
	}
	return func(ctx context.Context) {
		_ = until(ctx, func() (bool, error) { // the caller has bounded it
			for _, srv := range nodes {
				if srv.Running() && slices.ContainsFunc(subjects, srv.GlobalAccount().SubscriptionInterest) {
					return false, nil
				}
			}
			return true, nil
		})
	}
}

// subscribed are the subjects that clients at these addresses listen to. Where
// messages are delivered, each client has a subject of its own.
func subscribed(srv *server.Server, peers []string) (subjects []string) {
	all, err := srv.Connz(&server.ConnzOptions{Subscriptions: true, Limit: everyConn})
	if err != nil {
		return nil // the server is ending
	}
	for _, c := range all.Conns {
		if slices.Contains(peers, net.JoinHostPort(c.IP, strconv.Itoa(c.Port))) {
			subjects = append(subjects, c.Subs...)
		}
	}
	return subjects
}
