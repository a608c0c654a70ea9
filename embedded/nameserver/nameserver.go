// Package nameserver answers DNS queries on loopback, over UDP and TCP on one port.
// It knows the protocol (one question a query, EDNS, truncation, what is refused);
// which names there are, its user says. The DNS interfaces of Consul and Kubernetes
// are two such users.
//
// A response that does not fit into a datagram is cut and has the bit TC, so that a
// resolver asks again over TCP.
package nameserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"
	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// Query is a question that is well formed: of one name, in the class IN, no transfer
// of a zone.
type Query struct {
	Name string // in lower case, with the final dot: "product.service.consul."
	Type uint16 // dns.TypeA …
	// Asked is the name as the client wrote it. Names in a response repeat it.
	Asked string
	// UDP is whether the query came in a datagram, and Size how long the response may
	// be then, in bytes. EDNS is whether the client said Size; without it, 512.
	UDP  bool
	EDNS bool
	Size int
}

// Reply is what a query is answered with.
type Reply struct {
	Rcode                    int // dns.RcodeSuccess, dns.RcodeNameError …
	Answer, Authority, Extra []dns.RR
	// Elsewhere is whether another server has to know the name: the response is
	// not authoritative.
	Elsewhere bool
}

// Fault changes how a query is answered. The zero value changes nothing.
type Fault struct {
	Delay    time.Duration // wait before the response
	Drop     bool          // send no response
	Rcode    int           // answer with this code and nothing else, such as dns.RcodeNameError
	Truncate bool          // over UDP, leave out all records and set TC
	TTL      time.Duration // > 0: let clients keep the records for so long
}

// Options of a server.
type Options struct {
	// Addr is where it listens, a loopback address such as "127.0.0.1:8600"; ""
	// and port 0 let the system choose the port.
	Addr string
	// Listen and ListenPacket open the sockets; nil = plain ones.
	Listen       func(addr string) (net.Listener, error)
	ListenPacket func(addr string) (net.PacketConn, error)
	// Answer answers a query. It is called by many goroutines and must not block.
	Answer func(Query) Reply
	// Fault decides what goes wrong with a query; nil = nothing.
	Fault func(Query) Fault
}

// Server is a running server. Its methods may be called by many goroutines.
type Server struct {
	o        Options
	udp, tcp *dns.Server
	addr     string
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	work     sync.WaitGroup
	room     chan struct{} // one place for each query that is being answered
	peers    loopback.Peers
}

// Bounds of a server.
const (
	maxInFlight = 1024 // queries at a time; one more gets no response, as from a busy server
	maxConns    = 1024 // TCP connections at a time; one more is closed
	maxPerConn  = 1024 // queries along one connection
	maxUDP      = 4096 // bytes of a datagram, whatever a client could take
	idle        = 10 * time.Second
)

// Start returns when both sockets are open. Close ends the server.
func Start(o Options) (*Server, error) {
	s := &Server{o: o, room: make(chan struct{}, maxInFlight)}
	l, p, err := open(o)
	if err != nil {
		return nil, fmt.Errorf("DNS cannot start: %w", err)
	}
	s.addr = l.Addr().String()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	h := dns.HandlerFunc(s.serve)
	idleTimeout := func() time.Duration { return idle }
	s.tcp = &dns.Server{
		Listener: &few{Listener: l, room: make(chan struct{}, maxConns), peers: &s.peers}, Handler: h, MsgAcceptFunc: accept,
		ReadTimeout: idle, WriteTimeout: idle, IdleTimeout: idleTimeout, MaxTCPQueries: maxPerConn,
	}
	s.udp = &dns.Server{PacketConn: p, Handler: h, MsgAcceptFunc: accept, UDPSize: maxUDP, ReadTimeout: idle, WriteTimeout: idle}
	for _, part := range []*dns.Server{s.tcp, s.udp} {
		started := make(chan error, 2)
		part.NotifyStartedFunc = func() { started <- nil }
		s.work.Go(func() { started <- part.ActivateAndServe() }) // ends with Close
		if err := <-started; err != nil {
			return nil, fmt.Errorf("DNS cannot start: %w", errors.Join(err, l.Close(), p.Close(), s.Close()))
		}
	}
	return s, nil
}

// open opens TCP first, then UDP on the same port. If the system chose a port that is
// taken over UDP, it chooses again.
func open(o Options) (net.Listener, net.PacketConn, error) {
	at, err := loopback.Parse(o.Addr)
	if err != nil {
		return nil, nil, err
	}
	if o.ListenPacket == nil {
		o.ListenPacket = func(addr string) (net.PacketConn, error) { return net.ListenPacket("udp", addr) }
	}
	for try := 1; ; try++ {
		l, err := loopback.Listen(at.String(), o.Listen)
		if err != nil {
			return nil, nil, err
		}
		p, err := o.ListenPacket(l.Addr().String())
		if err == nil {
			return l, p, nil
		}
		err = errors.Join(err, l.Close())
		if at.Port() != 0 || try == 10 {
			return nil, nil, err
		}
	}
}

// Addr is where it listens over UDP and TCP, such as "127.0.0.1:40123".
func (s *Server) Addr() string { return s.addr }

// Leaving waits, as [loopback.Peers.Leaving] does, until connections from these
// addresses are closed.
func (s *Server) Leaving(peers []string) func(context.Context) { return s.peers.Leaving(peers) }

// Close ends the server and waits for everything it started. Connections that are
// open are closed.
func (s *Server) Close() error {
	s.cancel()
	ended, cancel := context.WithCancel(context.Background())
	cancel() // the sockets are closed at once; what is being answered, the server waits for below
	for _, part := range []*dns.Server{s.tcp, s.udp} {
		_ = part.ShutdownContext(ended)
	}
	s.work.Wait()
	return nil
}
