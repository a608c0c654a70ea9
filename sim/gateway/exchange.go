package gateway

import (
	"context"
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// exchange is what the steps know of one request.
type exchange struct {
	g       *Gateway
	method  string
	path    string // escaped, without its query
	query   string
	host    string
	address string // of who sent it
	id      string // its request id; "" before that step
	client  string // authenticated; "" = nobody was
	scopes  string // what the client may do

	looked bool // the route was looked for
	route  *Route
	vars   map[string]string
	lost   error // why there is no route
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange { return ctx.Value(exchangeKey{}).(*exchange) }

func newExchange(g *Gateway, m sim.Message) (*exchange, error) {
	x := &exchange{g: g, address: m.Header.Get(sim.HeaderAddress)}
	if m.Type != sim.TypeRaw {
		x.method, x.path = placeOf(m.Type, m.Body)
		return x, nil
	}
	x.method, x.host = m.Header.Get(sim.HeaderMethod), m.Header.Get(sim.HeaderHost)
	x.path, x.query, _ = strings.Cut(m.Header.Get(sim.HeaderPath), "?")
	for part := range strings.SplitSeq(x.path, "/") {
		// What resolves . and .. behind us would serve another path than the one that was judged here.
		if name, err := url.PathUnescape(part); err != nil || name == "." || name == ".." {
			return x, sim.Invalidf("%s cannot be routed", sim.Visible(x.path)).WithFix("write the path without . and .. and with whole %%-escapes")
		}
	}
	return x, nil
}

// placeOf is where REST has what a contract asks for; what has no route there is
// found under the name of its rpc.
func placeOf(name string, body proto.Message) (method, path string) {
	c, ok := contract.Find(name)
	if !ok {
		return "POST", "/" + name
	}
	if c.Verb != "" && body != nil {
		if path, err := c.Fill(c.Path, body); err == nil {
			return c.Verb, path
		}
	}
	return "POST", c.FullMethod()
}

// find finds the route of the request, once.
func (x *exchange) find(h sim.Header) (*Route, error) {
	if !x.looked {
		x.looked = true
		x.route, x.vars, x.lost = lookup(x.g.routes, x, h)
	}
	return x.route, x.lost
}

// who names the client for a limit: who was authenticated, else an address.
func (x *exchange) who() string {
	if x.client != "" {
		return "client " + x.client
	}
	return "address " + x.address
}
