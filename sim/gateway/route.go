package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Route is one line of the routes of a gateway:
//
//	products path=/products/{id} methods=GET to=product quota=100 per=1m
type Route struct {
	Name    string
	text    string
	path    []part
	methods []string
	host    string
	header  [2]string // a header and its value; the value "" is any
	to      []target
	parts   []portion // of a response that is gathered from several; nil = it leads to one service
	scope   string    // that a token needs; "" = the route is public
	quota   int
	per     time.Duration
	timeout time.Duration
	mirror  string // a service that gets each request as well; its response is dropped
}

// part is one segment of a path: a literal, a variable, or all that is left.
type part struct {
	literal, name string
	rest          bool
}

// target is a service and its share of the requests.
type target struct {
	service string
	weight  int
}

// Bounds of a route.
const (
	maxRouteName = 40
	maxQuota     = 1e6
)

// RouteForm are the parameters of a route, whose word is its name.
func RouteForm() form.Form {
	return form.Form{
		Word: "route", About: "one route of a gateway; its first word is its name",
		Params: []form.Param{
			{Name: "path", Kind: form.Text, Max: 400, About: "path with variables: /products/{id}, or /echo/** for all below", Example: "/products/{id}"},
			{Name: "methods", Kind: form.Text, Max: 200, About: "methods with commas; by default any", Example: "GET,HEAD"},
			{Name: "host", Kind: form.Text, Max: 200, About: "host that the request must name; by default any"},
			{Name: "header", Kind: form.Text, Max: 200, About: "header that the request must have, with its value or without", Example: "x-beta:yes"},
			{Name: "to", Kind: form.Text, Max: 400, About: "service, or several with their weights", Example: "product:90,product-next:10"},
			{Name: "parts", Kind: form.Text, Max: 1000, About: "calls whose responses are gathered into one", Example: "product=product:/products/{id},stock=inventory:/inventory/{id}"},
			{Name: "scope", Kind: form.Text, Max: 100, About: "scope that a token must have; by default the route is public", Example: "orders:read"},
			{Name: "quota", Kind: form.Count, Min: 1, Max: maxQuota, About: "requests of one client in the time per; by default no limit", Example: "100"},
			{Name: "per", Kind: form.Duration, Default: "1m", Min: form.Second, Max: 24 * form.Hour, About: "time of the quota", Example: "1m"},
			{Name: "mirror", Kind: form.Text, Max: 40, About: "service that gets a copy of each request; its response is dropped"},
			{Name: "timeout", Kind: form.Duration, Min: form.Millisecond, Max: form.Minute, About: "how long the service may take; by default as the step timeout says", Example: "500ms"},
		},
		Example: "products path=/products/{id} methods=GET to=product quota=100 per=1m",
	}
}

// ParseRoute reads a route.
func ParseRoute(line string) (*Route, error) {
	words, err := form.Words(line)
	if err != nil || len(words) < 2 || strings.Contains(words[0], "=") || len(words[0]) > maxRouteName {
		return nil, sim.Invalidf("%q is not a route", sim.Visible(line[:min(len(line), 80)])).WithFix("such as: %s", RouteForm().Example)
	}
	plain, pairs, err := form.Pairs(words[1:])
	if err == nil && len(plain) > 0 {
		err = form.NoPair(plain[0])
	}
	if err != nil {
		return nil, err
	}
	v, err := RouteForm().Read(pairs)
	if err != nil {
		return nil, err
	}
	r := &Route{Name: words[0], text: v.Text("path"), host: strings.ToLower(v.Text("host")), scope: v.Text("scope"), quota: v.Count("quota"), per: v.Duration("per"), timeout: v.Duration("timeout"), mirror: v.Text("mirror")}
	if r.path, err = parsePath(r.text); err != nil {
		return nil, err
	}
	r.methods = commas(strings.ToUpper(v.Text("methods")))
	if name, value, _ := strings.Cut(v.Text("header"), ":"); name != "" {
		r.header = [2]string{strings.ToLower(name), strings.TrimSpace(value)}
	}
	if r.to, err = parseTargets(v.Text("to")); err != nil {
		return nil, err
	}
	if r.parts, err = parsePortions(v.Text("parts"), r.path); err != nil {
		return nil, err
	}
	if len(r.parts) > 0 && len(r.to) > 0 {
		return nil, sim.Invalidf("the route %s has both to and parts", sim.Visible(r.Name)).WithFix("name one of them")
	}
	if len(r.to)+len(r.parts) == 0 {
		return nil, sim.Invalidf("the route %s leads nowhere", sim.Visible(r.Name)).WithFix("name a service: to=product")
	}
	return r, nil
}

func parsePath(s string) (path []part, err error) {
	wrong := func() ([]part, error) {
		return nil, sim.Invalidf("%q is not the path of a route", sim.Visible(s)).WithFix("such as /products/{id}, or /echo/** for all below /echo")
	}
	tail, ok := strings.CutPrefix(s, "/")
	if !ok {
		return wrong()
	}
	for w := range strings.SplitSeq(tail, "/") {
		if len(path) > 0 && path[len(path)-1].rest {
			return wrong()
		}
		switch {
		case w == "**":
			path = append(path, part{rest: true})
		case strings.HasPrefix(w, "{") && strings.HasSuffix(w, "}") && isName(w[1:len(w)-1]):
			path = append(path, part{name: w[1 : len(w)-1]})
		case w == "" || url.PathEscape(w) != w:
			return wrong()
		default:
			path = append(path, part{literal: w})
		}
	}
	return path, nil
}

func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' })
}

func parseTargets(s string) (all []target, err error) {
	for _, w := range commas(s) {
		t := target{weight: 1}
		name, weight, weighted := strings.Cut(w, ":")
		if t.service = name; weighted {
			if t.weight, err = strconv.Atoi(weight); err != nil || t.weight < 0 || t.weight > 1000 {
				return nil, sim.Invalidf("%q is not a weight", sim.Visible(weight)).WithFix("a whole number up to 1000: to=product:90,product-next:10")
			}
		}
		all = append(all, t)
	}
	return all, nil
}

// targets are the services that the route leads to.
func (r *Route) targets() (all []string) {
	for _, t := range r.to {
		all = append(all, t.service)
	}
	for _, p := range r.parts {
		all = append(all, p.service)
	}
	if r.mirror != "" {
		all = append(all, r.mirror)
	}
	return all
}

// match takes a path apart. /echo/** takes /echo as well.
func (r *Route) match(path string) (vars map[string]string, ok bool) {
	tail, more := strings.CutPrefix(path, "/")
	for _, p := range r.path {
		if p.rest {
			return vars, true
		}
		if !more {
			return nil, false
		}
		var word string
		word, tail, more = strings.Cut(tail, "/")
		value, err := url.PathUnescape(word)
		if err != nil || value == "" || p.name == "" && value != p.literal {
			return nil, false
		}
		if p.name != "" {
			if vars == nil {
				vars = map[string]string{}
			}
			vars[p.name] = value
		}
	}
	return vars, !more
}

// allows reports whether the route takes a method.
func (r *Route) allows(method string) bool {
	return len(r.methods) == 0 || slices.Contains(r.methods, method) || method == http.MethodHead && slices.Contains(r.methods, http.MethodGet)
}

// fits reports whether the route takes a request, apart from path and method.
func (r *Route) fits(x *exchange, h sim.Header) bool {
	if r.host != "" && r.host != hostOnly(x.host) {
		return false
	}
	if r.header[0] == "" {
		return true
	}
	values, has := h[r.header[0]]
	return has && (r.header[1] == "" || slices.Contains(values, r.header[1]))
}

func hostOnly(host string) string {
	if at := strings.LastIndexByte(host, ':'); at > strings.LastIndexByte(host, ']') {
		host = host[:at]
	}
	return strings.ToLower(host)
}

// before orders routes of one path: what says more comes first.
func (r *Route) before(o *Route) bool {
	for i := range min(len(r.path), len(o.path)) {
		if a, b := r.path[i].weight(), o.path[i].weight(); a != b {
			return a > b
		}
	}
	if len(r.path) != len(o.path) {
		return len(r.path) > len(o.path)
	}
	return r.conditions() > o.conditions()
}

func (p part) weight() int {
	switch {
	case p.rest:
		return 0
	case p.name != "":
		return 1
	}
	return 2
}

func (r *Route) conditions() (n int) {
	for _, says := range []bool{r.host != "", r.header[0] != ""} {
		if says {
			n++
		}
	}
	return n
}

// unimplemented is what gRPC says of a call that has no route.
const unimplemented = 12

// lookup finds the route of a request: 404 when no path fits, 405 when one does
// for another method.
func lookup(routes []*Route, x *exchange, h sim.Header) (found *Route, vars map[string]string, err error) {
	var allow []string
	for _, r := range routes {
		v, ok := r.match(x.path)
		switch {
		case !ok || !r.fits(x, h):
		case !r.allows(x.method):
			allow = append(allow, r.methods...)
		case found == nil || r.before(found):
			found, vars = r, v
		}
	}
	switch {
	case found != nil:
		return found, vars, nil
	case allow == nil:
		e := refusal(http.StatusNotFound, "no route leads to %s", sim.Visible(x.path[:min(len(x.path), mostPath)]))
		e.GRPC = unimplemented
		return nil, nil, e
	}
	slices.Sort(allow)
	allowed := strings.Join(slices.Compact(allow), ", ")
	e := typed(x, refusal(http.StatusMethodNotAllowed, "this path does not allow %s", sim.Visible(x.method)).WithFix("use one of: %s", allowed), "about:blank")
	e.GRPC = unimplemented
	e.Answer.Header["allow"] = []string{allowed}
	return nil, nil, e
}
