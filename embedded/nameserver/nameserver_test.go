package nameserver

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"
)

// many answers every A query with n addresses.
func many(n int) func(Query) Reply {
	return func(q Query) Reply {
		var r Reply
		for i := range n {
			r.Answer = append(r.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Asked, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 1, byte(i))})
		}
		return r
	}
}

func start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Close()
		if tt, ok := t.(*testing.T); ok {
			goleak.VerifyNone(tt)
		}
	})
	return s
}

func ask(t *testing.T, s *Server, network string, m *dns.Msg) *dns.Msg {
	t.Helper()
	c := dns.Client{Net: network, Timeout: 5 * time.Second, UDPSize: dns.MaxMsgSize}
	r, _, err := c.Exchange(m, s.Addr())
	if err != nil {
		t.Fatalf("%s %v: %v", network, m.Question, err)
	}
	return r
}

func query(name string, kind uint16) *dns.Msg { return new(dns.Msg).SetQuestion(name, kind) }

func TestTruncates(t *testing.T) {
	s := start(t, Options{Answer: many(60)})
	plain := query("Product.Service.Consul.", dns.TypeA)
	larger := query("product.service.consul.", dns.TypeA)
	larger.SetEdns0(1232, false)
	for _, c := range []struct {
		network   string
		m         *dns.Msg
		most      int
		truncated bool
	}{
		{"udp", plain, dns.MinMsgSize, true},
		{"udp", larger, 1232, false}, // 60 addresses are 1,000 bytes
		{"tcp", plain, dns.MaxMsgSize, false},
	} {
		r := ask(t, s, c.network, c.m)
		if r.Truncated != c.truncated || r.Truncated != (len(r.Answer) < 60) {
			t.Errorf("%s: %d records, TC %t, want TC %t", c.network, len(r.Answer), r.Truncated, c.truncated)
		}
		r.Compress = true
		if r.Len() > c.most {
			t.Errorf("%s: %d bytes, at most %d", c.network, r.Len(), c.most)
		}
		if (r.IsEdns0() != nil) != (c.m.IsEdns0() != nil) {
			t.Errorf("%s: EDNS in the response: %v", c.network, r.IsEdns0())
		}
		if got := r.Answer[0].Header().Name; got != c.m.Question[0].Name {
			t.Errorf("the name %q came back as %q", c.m.Question[0].Name, got)
		}
	}
}

func TestRefuses(t *testing.T) {
	s := start(t, Options{Answer: func(q Query) Reply {
		if q.Name != strings.ToLower(q.Asked) {
			t.Errorf("%q was asked for as %q", q.Name, q.Asked)
		}
		return Reply{}
	}})
	update := query("x.", dns.TypeA)
	update.Opcode = dns.OpcodeUpdate
	two := query("x.", dns.TypeA)
	two.Question = append(two.Question, two.Question[0])
	chaos := query("version.bind.", dns.TypeTXT)
	chaos.Question[0].Qclass = dns.ClassCHAOS
	edns1 := query("x.", dns.TypeA)
	edns1.SetEdns0(4096, false)
	edns1.IsEdns0().SetVersion(1)
	for want, m := range map[int]*dns.Msg{
		dns.RcodeNotImplemented: update, dns.RcodeFormatError: two, dns.RcodeBadVers: edns1, dns.RcodeRefused: chaos,
	} {
		if got := ask(t, s, "udp", m).Rcode; got != want {
			t.Errorf("%s: %s, want %s", m, dns.RcodeToString[got], dns.RcodeToString[want])
		}
	}
	if got := ask(t, s, "tcp", query("x.", dns.TypeAXFR)).Rcode; got != dns.RcodeRefused {
		t.Errorf("a transfer: %s", dns.RcodeToString[got])
	}
}

// Garbage gets an error or nothing, and the next query is answered.
func TestGarbage(t *testing.T) {
	s := start(t, Options{Answer: many(1)})
	good, _ := query("x.", dns.TypeA).Pack()
	response := append([]byte(nil), good...)
	response[2] |= 1 << 7
	pieces := [][]byte{nil, {0}, good[:11], good[:len(good)-1], response, []byte(strings.Repeat("\xff", 512)), []byte(strings.Repeat("\xc0\x0c", 200))}
	for _, network := range []string{"udp", "tcp"} {
		for _, p := range pieces {
			c, err := net.Dial(network, s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			if network == "tcp" {
				p = append([]byte{byte(len(p) >> 8), byte(len(p))}, p...)
			}
			_, _ = c.Write(p)
			_ = c.Close()
		}
		if r := ask(t, s, network, query("x.", dns.TypeA)); len(r.Answer) != 1 {
			t.Errorf("%s after garbage: %v", network, r)
		}
	}
}

func TestFaults(t *testing.T) {
	faults := map[string]Fault{
		"nx.": {Rcode: dns.RcodeNameError}, "tc.": {Truncate: true}, "cached.": {TTL: time.Hour}, "slow.": {Delay: 20 * time.Millisecond},
	}
	s := start(t, Options{Answer: many(1), Fault: func(q Query) Fault { return faults[q.Name] }})
	if r := ask(t, s, "udp", query("nx.", dns.TypeA)); r.Rcode != dns.RcodeNameError || len(r.Answer) > 0 {
		t.Errorf("NXDOMAIN: %v", r)
	}
	if r := ask(t, s, "udp", query("tc.", dns.TypeA)); !r.Truncated || len(r.Answer) > 0 {
		t.Errorf("truncated: %v", r)
	}
	if r := ask(t, s, "tcp", query("tc.", dns.TypeA)); r.Truncated || len(r.Answer) != 1 {
		t.Errorf("over TCP: %v", r)
	}
	if r := ask(t, s, "udp", query("cached.", dns.TypeA)); r.Answer[0].Header().Ttl != 3600 {
		t.Errorf("cached: %v", r)
	}
	began := time.Now()
	ask(t, s, "udp", query("slow.", dns.TypeA))
	if took := time.Since(began); took < faults["slow."].Delay {
		t.Errorf("slow: after %v", took)
	}
}

// More connections than there is room for are closed, and make no room unusable.
func TestManyConnections(t *testing.T) {
	s := start(t, Options{Answer: many(1)})
	var open []net.Conn
	for range maxConns + 10 {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
	}
	_ = open[len(open)-1].SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := open[len(open)-1].Read(make([]byte, 1)); err == nil {
		t.Error("one connection too many was kept")
	}
	if r := ask(t, s, "udp", query("x.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("over UDP meanwhile: %v", r)
	}
	for _, c := range open {
		_ = c.Close()
	}
	s.Leaving([]string{open[0].LocalAddr().String()})(t.Context())
	if r := ask(t, s, "tcp", query("x.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("afterwards: %v", r)
	}
}

func TestStartFails(t *testing.T) {
	if _, err := Start(Options{Addr: "0.0.0.0:0"}); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("an address for everybody: %v", err)
	}
	s := start(t, Options{Answer: many(1)})
	if _, err := Start(Options{Addr: s.Addr()}); err == nil {
		t.Error("one address twice")
	}
	full := func(string) (net.PacketConn, error) { return nil, fmt.Errorf("no socket") }
	if _, err := Start(Options{ListenPacket: full}); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("without UDP: %v", err)
	}
}

func FuzzRespond(f *testing.F) {
	s := &Server{o: Options{Answer: many(40)}}
	for _, kind := range []uint16{dns.TypeA, dns.TypeSRV, dns.TypeANY, dns.TypeAXFR} {
		m := query("_http._tcp.product.default.svc.cluster.local.", kind)
		m.SetEdns0(1232, false)
		b, _ := m.Pack()
		f.Add(b, kind == dns.TypeA)
	}
	f.Fuzz(func(t *testing.T, b []byte, udp bool) {
		r := new(dns.Msg)
		if r.Unpack(b) != nil {
			return
		}
		m, _ := s.respond(r, udp)
		out, err := m.Pack()
		if err != nil {
			return // a name that can be read and not written is not sent
		}
		if limit := max(dns.MinMsgSize, maxUDP); udp && len(out) > limit {
			t.Errorf("%d bytes in a datagram", len(out))
		}
		if m.Id != r.Id || !m.Response {
			t.Errorf("no response to it: %v", m)
		}
	})
}
