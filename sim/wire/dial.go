package wire

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"github.com/msc-sim/msc-sim/sim"
)

// Dial opens a connection along r to a loopback address, "127.0.0.1:40123" or
// "localhost:9000", or to one of [Options].Beyond; any other is [sim.Denied]. The connection belongs to r.From
// and what crosses it is captured under r.Link. What the kernel says when
// nobody listens is returned as it is.
func (n *Net) Dial(ctx context.Context, r sim.Route, addr string) (net.Conn, error) {
	var d net.Dialer
	if !slices.Contains(n.opts.Beyond, addr) {
		if err := loopback(addr); err != nil {
			return nil, err
		}
		d.Control = onlyLoopback
	}
	s, err := n.side(r.From, false)
	if err != nil {
		return nil, err
	}
	call := "dial of " + r.String()
	n.work.begin(call)
	defer n.work.end(call)

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(s.life, func() { cancel(context.Cause(s.life)) })
	defer stop()
	if s.gate.wait(ctx.Done(), nil) != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: context.Cause(ctx)}
	}
	if err := n.meetDial(ctx, r); err != nil {
		return nil, err
	}
	n.dials.begin(addr)
	defer n.dials.end(addr)
	raw, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		if s.dead() {
			err = context.Cause(s.life)
		}
		return nil, err
	}
	c := newConn(raw.(*net.TCPConn), s, n.link(r.Link))
	c.route, c.tap.who = r, r.From.String()
	c.carries.Store(uint64(spanOf(ctx)))
	if !s.addConn(c) {
		_ = c.shut(true)
		return nil, context.Cause(s.life)
	}
	n.rehook(c)
	return c, nil
}

// OnThisMachine reports whether an address can be dialled without being named in
// [Options].Beyond.
func OnThisMachine(addr string) bool { return loopback(addr) == nil }

// loopback refuses addresses that leave this machine, before any name is looked up.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return sim.Invalidf("%q is not an address", addr).WithFix("write it as 127.0.0.1:9000")
	}
	if host == "localhost" {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return nil
	}
	return sim.Errorf(sim.Denied, "%s is not on this machine", sim.Visible(addr)).
		WithFix("worlds speak on loopback only; use an address such as 127.0.0.1:9000")
}

// onlyLoopback asks once more when the address is known, whatever localhost stands for.
func onlyLoopback(_, addr string, _ syscall.RawConn) error { return loopback(addr) }
