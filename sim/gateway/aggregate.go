package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// portion is one call of a route that gathers several into one response:
//
//	parts=product=product:/products/{id},stock=inventory:/inventory/{id}
//
//	{"product": {…}, "missing": [{"part": "stock", "service": "inventory", "status": 502, "why": "…"}]}
//
// All are called at once. One that fails is named, and the others are shown. With
// all missing, or when the service of the first part says that there is no such
// thing (4xx), that is the response.
type portion struct {
	name, service string
	path          string // with {variables} of the route
}

// headerMissing names the parts that a gathered response lacks.
const headerMissing = "x-missing-parts"

// mostPortions bounds the parts of a route.
const mostPortions = 16

func parsePortions(s string, path []part) (all []portion, err error) {
	for _, w := range commas(s) {
		name, rest, named := strings.Cut(w, "=")
		service, target, to := strings.Cut(rest, ":")
		p := portion{name, service, target}
		if !named || !to || !isName(name) || service == "" || !strings.HasPrefix(target, "/") || name == "missing" {
			return nil, sim.Invalidf("%q is not a part", sim.Visible(w)).WithFix("write it as stock=inventory:/inventory/{id}")
		}
		if _, err := p.fill(func(v string) (string, bool) {
			for _, have := range path {
				if have.name == v {
					return "x", true
				}
			}
			return "", false
		}); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	if len(all) > mostPortions {
		return nil, sim.Invalidf("%d parts are too many", len(all)).WithFix("at most %d", mostPortions)
	}
	return all, nil
}

// fill puts variables into the path of a part.
func (p portion) fill(value func(string) (string, bool)) (string, error) {
	var b strings.Builder
	for rest := p.path; ; {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, tail, closed := strings.Cut(after, "}")
		v, ok := value(name)
		if !closed || !ok {
			return "", sim.Invalidf("the path %s has no variable %s", sim.Visible(p.path), sim.Visible(name)).WithFix("use the variables of the route's own path")
		}
		b.WriteString(url.PathEscape(v))
		rest = tail
	}
}

// gap is a part that is missing.
type gap struct {
	Part    string `json:"part"`
	Service string `json:"service"`
	Status  int    `json:"status"`
	Why     string `json:"why"`
}

// aggregate calls the parts of a route at once and gathers what they say.
func (g *Gateway) aggregate(ctx context.Context, x *exchange, m sim.Message) (sim.Message, error) {
	parts := x.route.parts
	bodies, errs := make([][]byte, len(parts)), make([]error, len(parts))
	home := make(chan struct{}, len(parts))
	for i, p := range parts {
		if !g.env.Group.Go("part "+p.name, func(context.Context) {
			bodies[i], errs[i] = g.portion(ctx, x, p, m)
			home <- struct{}{}
		}) {
			errs[i] = sim.ErrKilled
			home <- struct{}{}
		}
	}
	for range parts {
		<-home
	}
	if e := sim.AsError(errs[0]); e != nil && (e == sim.ErrKilled || e.Remote && e.Status() < 500) {
		return sim.Message{}, e
	}
	var b bytes.Buffer
	var gaps []gap
	b.WriteByte('{')
	for i, p := range parts {
		if e := sim.AsError(errs[i]); e != nil {
			gaps = append(gaps, gap{p.name, p.service, e.Status(), e.Message})
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + p.name + `":`)
		b.Write(bodies[i])
	}
	if len(gaps) == len(parts) {
		names := []string{}
		for _, p := range gaps {
			names = append(names, p.Part+" ("+p.Why+")")
		}
		return sim.Message{}, refusal(http.StatusBadGateway, "all parts are missing: %s", strings.Join(names, ", "))
	}
	if len(gaps) > 0 {
		text, _ := json.Marshal(gaps) // texts and numbers always encode
		b.WriteString(`,"missing":`)
		b.Write(text)
	}
	b.WriteByte('}')
	h := sim.Header{"cache-control": {"no-store"}}
	for _, p := range gaps { // for programs that do not read bodies, such as monitors
		h[headerMissing] = append(h[headerMissing], p.Part)
	}
	return sim.RawResponse(http.StatusOK, "application/json", h, b.Bytes()), nil
}

// portion makes one of the calls; its body is JSON.
func (g *Gateway) portion(ctx context.Context, x *exchange, p portion, m sim.Message) ([]byte, error) {
	path, err := p.fill(func(name string) (string, bool) { v, ok := x.vars[name]; return v, ok })
	if err != nil {
		return nil, err
	}
	own := sim.Message{Type: sim.TypeRaw, Header: with(m.Header, sim.HeaderPath, []string{path})}
	own.Header[sim.HeaderMethod] = []string{http.MethodGet}
	for _, name := range []string{"if-none-match", "if-match", "range", "accept-encoding", "content-type"} {
		delete(own.Header, name) // they speak of the whole
	}
	reply, err := g.call(ctx, x, p.service, own)
	if err != nil {
		return nil, err
	}
	_, body := sim.RawBody(reply)
	if !json.Valid(body) {
		return nil, refusal(http.StatusBadGateway, "the response of %s is not JSON", p.service)
	}
	return body, nil
}
