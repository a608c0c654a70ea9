package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// forward is the end of the chain: it calls the service that the route leads to.
func (g *Gateway) forward(ctx context.Context, m sim.Message) (sim.Message, error) {
	x := exchangeOf(ctx)
	r, err := x.find(m.Header)
	if err != nil {
		return sim.Message{}, err
	}
	if r.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.timeout)
		defer cancel()
	}
	if r.parts != nil {
		return g.aggregate(ctx, x, m)
	}
	if r.mirror != "" && m.Stream == nil {
		g.reflect(ctx, x, r.mirror, m)
	}
	return g.call(ctx, x, r.choose(g.env.Rand.IntN), m)
}

// mirrorTime is how long a mirror may take.
const mirrorTime = 5 * time.Second

// reflect sends a copy of a request to another service. The client does not wait
// for it, and nothing comes of its response.
func (g *Gateway) reflect(ctx context.Context, x *exchange, service string, m sim.Message) {
	m.Header = onward(x, m.Header)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mirrorTime)
	if !g.env.Group.Go("mirror to "+service, func(context.Context) {
		defer cancel()
		_, _ = g.env.Call.Ask(ctx, service, m)
	}) {
		cancel()
	}
}

// choose picks a service by the weights.
func (r *Route) choose(draw func(int) int) string {
	sum := 0
	for _, t := range r.to {
		sum += t.weight
	}
	if len(r.to) == 1 || sum == 0 {
		return r.to[0].service
	}
	n := draw(sum)
	for _, t := range r.to {
		if n -= t.weight; n < 0 {
			return t.service
		}
	}
	return r.to[0].service
}

// call hands a request on, and says in the words of a gateway why there is no answer.
func (g *Gateway) call(ctx context.Context, x *exchange, service string, m sim.Message) (sim.Message, error) {
	m.Header = onward(x, m.Header)
	reply, err := g.env.Call.Ask(ctx, service, m)
	if err == nil {
		if reply.Type == sim.TypeAccepted {
			return sim.RawResponse(http.StatusAccepted, "", nil, nil), nil
		}
		reply.Header = withoutHops(reply.Header)
		return reply, nil
	}
	if errors.Is(err, sim.ErrKilled) {
		return sim.Message{}, sim.ErrKilled
	}
	e := sim.AsError(err)
	if e.Answer != nil {
		answer, c := *e.Answer, *e
		answer.Header = withoutHops(answer.Header)
		c.Answer = &answer
		return sim.Message{}, &c
	}
	return sim.Message{}, problem(x, missing(service, e))
}

// missing says why a service gave no response of its own.
//
//	it did not respond in time           504
//	a policy let nothing leave           503, and when to try again
//	it cannot be reached, or broke off   502
//	it said so, over gRPC                as it said
//	the request fits no contract         400, 404, 405, 415, 501
func missing(service string, e *sim.Error) *sim.Error {
	c := *e
	switch {
	case e.Remote && e.HTTP == 0 && e.GRPC != 0:
		c.HTTP = sim.HTTPOfGRPC(e.GRPC)
	case e.Remote:
	case errors.Is(e, sim.ErrNotSent):
		c.HTTP, c.Code, c.Message = http.StatusServiceUnavailable, sim.Unavailable, "the request to "+service+" was not sent: "+e.Message
		c.RetryAfter = max(c.RetryAfter, time.Second)
	case e.HTTP != 0 && e.Code <= sim.Conflict: // no contract fits the request
	case e.Code == sim.Timeout:
		c.HTTP, c.Message = http.StatusGatewayTimeout, service+" did not respond in time"
	case e.Code == sim.Invalid:
		c.HTTP, c.Message = http.StatusNotImplemented, "the request cannot be sent to "+service+": "+e.Message
	default:
		c.HTTP, c.Code, c.Message = http.StatusBadGateway, sim.Unavailable, service+" cannot be reached: "+e.Message
	}
	return &c
}

// hops are headers about one connection (RFC 9110 §7.6.1), and those that each
// transport writes itself.
var hops = map[string]bool{
	"connection": true, "keep-alive": true, "proxy-connection": true, "proxy-authenticate": true, "proxy-authentication-info": true, "proxy-authorization": true,
	"te": true, "trailer": true, "transfer-encoding": true, "upgrade": true, "content-length": true, "expect": true,
}

// withoutHops leaves out what is about one connection, and what Connection names.
func withoutHops(h sim.Header) sim.Header {
	named := map[string]bool{}
	for _, line := range h["connection"] {
		for _, w := range commas(line) {
			named[strings.ToLower(w)] = true
		}
	}
	c := make(sim.Header, len(h)+6)
	for k, v := range h {
		if !hops[k] && !named[k] {
			c[k] = v
		}
	}
	return c
}

// onward is the header of a request as the service behind gets it: without what
// is about the client's connection, without names that programs confuse with
// ours (x_client_id), and with what the gateway knows.
func onward(x *exchange, h sim.Header) sim.Header {
	c := withoutHops(h)
	for k := range c {
		if strings.ContainsRune(k, '_') || strings.HasPrefix(k, "x-client-") || strings.HasPrefix(k, "x-gateway-") || k == sim.HeaderHost || k == sim.HeaderAddress {
			delete(c, k)
		}
	}
	if x.client != "" {
		c[sim.HeaderClient], c[sim.HeaderScopes] = []string{x.client}, []string{x.scopes}
		if x.route.scope != "" { // what was proved here is not repeated
			delete(c, "authorization")
			delete(c, headerKey)
		}
	}
	if own := x.g.addrs(); len(own) > 0 {
		c[sim.HeaderIssuer] = []string{"http://" + own[0]}
	}
	if x.address != "" {
		before := append([]string(nil), c["x-forwarded-for"]...)
		c["x-forwarded-for"] = []string{strings.Join(append(before, x.address), ", ")}
	}
	if x.host != "" {
		c["x-forwarded-host"], c["x-forwarded-proto"] = []string{x.host}, []string{"http"}
	}
	if x.id != "" {
		c[headerRequestID] = []string{x.id}
	}
	return c
}
