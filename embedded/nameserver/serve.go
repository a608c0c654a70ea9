package nameserver

import (
	"net"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// accept decides by the header alone what is read at all. Responses are not answered:
// two servers could keep each other busy with them.
func accept(h dns.Header) dns.MsgAcceptAction {
	const response, opcode = 1 << 15, 0xF << 11
	switch {
	case h.Bits&response != 0:
		return dns.MsgIgnore
	case h.Bits&opcode != 0:
		return dns.MsgRejectNotImplemented
	case h.Qdcount != 1 || h.Ancount > 0 || h.Nscount > 0 || h.Arcount > 2: // EDNS and a signature
		return dns.MsgReject
	default:
		return dns.MsgAccept
	}
}

// serve answers one query.
func (s *Server) serve(w dns.ResponseWriter, r *dns.Msg) {
	select {
	case s.room <- struct{}{}:
		defer func() { <-s.room }()
	default:
		return
	}
	_, udp := w.RemoteAddr().(*net.UDPAddr)
	m, fault := s.respond(r, udp)
	if fault.Delay > 0 {
		t := time.NewTimer(fault.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-s.ctx.Done():
			return
		}
	}
	if !fault.Drop {
		_ = w.WriteMsg(m) // a client that left needs no response
	}
}

// respond is the response to a message, short enough for how it came.
func (s *Server) respond(r *dns.Msg, udp bool) (*dns.Msg, Fault) {
	m := new(dns.Msg)
	m.SetReply(r)
	m.Compress = true
	if len(r.Question) != 1 {
		m.Rcode = dns.RcodeFormatError
		return m, Fault{}
	}
	asked := r.Question[0]
	q := Query{Name: strings.ToLower(asked.Name), Type: asked.Qtype, Asked: asked.Name, UDP: udp, Size: dns.MaxMsgSize - 1}
	if udp {
		q.Size = dns.MinMsgSize
	}
	if opt := r.IsEdns0(); opt != nil {
		q.EDNS = true
		if opt.Version() != 0 {
			m.SetEdns0(maxUDP, false)
			m.Rcode = dns.RcodeBadVers
			return m, Fault{}
		}
		if udp {
			q.Size = min(max(int(opt.UDPSize()), dns.MinMsgSize), maxUDP)
		}
	}
	var fault Fault
	switch {
	case asked.Qclass != dns.ClassINET && asked.Qclass != dns.ClassANY, asked.Qtype == dns.TypeAXFR, asked.Qtype == dns.TypeIXFR:
		m.Rcode = dns.RcodeRefused
	default:
		if s.o.Fault != nil {
			fault = s.o.Fault(q)
		}
		fill(m, s.o.Answer(q), fault, udp)
	}
	if q.EDNS {
		m.SetEdns0(maxUDP, false)
	}
	m.Truncate(q.Size) // the library sends what it is given, however long
	return m, fault
}

// fill writes a reply into a response, as a fault lets it.
func fill(m *dns.Msg, reply Reply, fault Fault, udp bool) {
	m.Authoritative = !reply.Elsewhere
	if fault.Rcode != 0 {
		m.Rcode = fault.Rcode
		return
	}
	m.Rcode = reply.Rcode
	if fault.Truncate && udp {
		m.Truncated = true
		return
	}
	m.Answer, m.Ns, m.Extra = reply.Answer, reply.Authority, reply.Extra
	if fault.TTL > 0 {
		for _, rr := range m.Answer {
			rr.Header().Ttl = uint32(fault.TTL.Seconds())
		}
	}
}

// few is a listener that closes connections beyond a number.
type few struct {
	net.Listener
	room  chan struct{}
	peers *loopback.Peers
}

// Accept implements [net.Listener].
func (l *few) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.room <- struct{}{}:
			peer := c.RemoteAddr().String()
			l.peers.Enter(peer)
			return &counted{Conn: c, left: sync.OnceFunc(func() {
				l.peers.Leave(peer)
				<-l.room
			})}, nil
		default:
			_ = c.Close()
		}
	}
}

// counted is a connection that makes room when it is closed.
type counted struct {
	net.Conn
	left func()
}

// Close implements [net.Conn].
func (c *counted) Close() error {
	defer c.left()
	return c.Conn.Close()
}
