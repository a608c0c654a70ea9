package gateway

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func routes(t testing.TB, lines ...string) (all []*Route) {
	t.Helper()
	for _, line := range lines {
		r, err := ParseRoute(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestLookup(t *testing.T) {
	all := routes(
		t,
		"one path=/products/{id} methods=GET to=product",
		"preview path=/products/preview methods=GET to=order",
		"beta path=/products/{id} methods=GET header=x-beta:yes to=product-next",
		"other path=/products/{id} methods=GET host=shop.example to=user",
		"change path=/products/{id} methods=PUT,DELETE to=product",
		"echo path=/echo/** to=echo",
	)
	for _, c := range []struct {
		method, host, path string
		header             sim.Header
		want               string // the name of the route with its variables, or the status
	}{
		{"GET", "", "/products/101", nil, "one map[id:101]"},
		{"HEAD", "", "/products/101", nil, "one map[id:101]"},
		{"GET", "", "/products/preview", nil, "preview map[]"},
		{"GET", "", "/products/1%2F2", nil, "one map[id:1/2]"},
		{"GET", "", "/products/1", sim.Header{"x-beta": {"yes"}}, "beta map[id:1]"},
		{"GET", "", "/products/1", sim.Header{"x-beta": {"no"}}, "one map[id:1]"},
		{"GET", "SHOP.example:8080", "/products/1", nil, "other map[id:1]"},
		{"DELETE", "", "/products/1", nil, "change map[id:1]"},
		{"POST", "", "/products/1", nil, "405 DELETE, GET, PUT"},
		{"GET", "", "/echo", nil, "echo map[]"},
		{"BREW", "", "/echo/a/b", nil, "echo map[]"},
		{"GET", "", "/echoes", nil, "404 "},
		{"GET", "", "/products/", nil, "404 "},
		{"GET", "", "/products/1/2", nil, "404 "},
		{"GET", "", "//products/1", nil, "404 "},
		{"GET", "", "/", nil, "404 "},
	} {
		x := &exchange{method: c.method, host: c.host, path: c.path}
		r, vars, err := lookup(all, x, c.header)
		got := ""
		if err != nil {
			e := problem(x, sim.AsError(err))
			got = fmt.Sprint(e.Status(), " ", e.Answer.Header.Get("allow"))
		} else {
			got = fmt.Sprint(r.Name, " ", vars)
		}
		if got != c.want {
			t.Errorf("%s %s %s %v: got %s, want %s", c.method, c.host, c.path, c.header, got, c.want)
		}
	}
}

func TestRoutesThatAreWrong(t *testing.T) {
	for line, says := range map[string]string{
		"":                                 "is not a route",
		"products":                         "is not a route",
		"path=/a to=b":                     "is not a route",
		"a path=products to=b":             "is not the path of a route",
		"a path=/a/** to=":                 "leads nowhere",
		"a path=/**/b to=c":                "is not the path of a route",
		"a path=/{Id} to=c":                "is not the path of a route",
		"a path=/a to=b:many":              "is not a weight",
		"a path=/a to=b quota=0":           "is not allowed",
		"a path=/a to=b per=soon":          "is not a duration",
		"a path=/a to=b timout=1s":         "timout",
		"a path=/a to=b path=/b":           "given twice",
		"a " + strings.Repeat("x", 10_000): "is not a parameter",
	} {
		if _, err := ParseRoute(line); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60q: %v, want %s", line, err, says)
		}
	}
}

// Two paths of the same request must never be judged as one and served as another.
func TestDotSegmentsAreRefused(t *testing.T) {
	for _, path := range []string{"/a/../orders", "/a/./b", "/a/%2e%2E/orders", "/%2e", "/a/%zz", "/.."} {
		m := sim.Message{Type: sim.TypeRaw, Header: sim.Header{sim.HeaderMethod: {"GET"}, sim.HeaderPath: {path}}}
		_, err := (&Gateway{env: &sim.Env{Now: start().now}}).Handlers()[sim.TypeRaw](t.Context(), m)
		if e := sim.AsError(err); e == nil || e.Status() != 400 || e.Answer == nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestChoose(t *testing.T) {
	r := routes(t, "a path=/a to=old:90,new:10,none:0")[0]
	got := map[string]int{}
	for n := range 100 {
		got[r.choose(func(int) int { return n })]++
	}
	if got["old"] != 90 || got["new"] != 10 {
		t.Errorf("shares %v", got)
	}
}

func TestOnward(t *testing.T) {
	x := &exchange{g: &Gateway{env: &sim.Env{}}, route: &Route{scope: "a"}, host: "gw", address: "10.0.0.9", client: "app", scopes: "a b", id: "r-1"}
	got := onward(x, sim.Header{
		"connection": {"close, X-Secret"}, "x-secret": {"1"}, "te": {"trailers"}, "transfer-encoding": {"chunked"}, "keep-alive": {"1"},
		"x-client-id": {"admin"}, "x_client_id": {"admin"}, "x-client-scopes": {"all"}, "x-gateway-issuer": {"me"}, "authorization": {"Bearer t"}, "x-forwarded-for": {"1.2.3.4"},
		"accept": {"a", "b"}, sim.HeaderMethod: {"GET"}, sim.HeaderPath: {"/a"}, sim.HeaderHost: {"gw"}, sim.HeaderAddress: {"10.0.0.9"},
	})
	want := sim.Header{
		"x-client-id": {"app"}, "x-client-scopes": {"a b"}, "x-forwarded-for": {"1.2.3.4, 10.0.0.9"}, "x-forwarded-host": {"gw"}, "x-forwarded-proto": {"http"},
		"x-request-id": {"r-1"}, "accept": {"a", "b"}, sim.HeaderMethod: {"GET"}, sim.HeaderPath: {"/a"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		err    *sim.Error
		status int
	}{
		{sim.Errorf(sim.Timeout, "no response in time"), 504},
		{sim.Errorf(sim.Unavailable, "connection refused"), 502},
		{sim.Errorf(sim.Exhausted, "rate limit: %w", sim.ErrNotSent), 503},
		{sim.Errorf(sim.Invalid, "no contract"), 501},
		{&sim.Error{Code: sim.NotFound, Remote: true}, 404},
	} {
		if got := missing("product", c.err); got.Status() != c.status || errors.Is(c.err, sim.ErrNotSent) && got.RetryAfter == 0 {
			t.Errorf("%v: %d, want %d", c.err, got.Status(), c.status)
		}
	}
}

func FuzzRoute(f *testing.F) {
	f.Add("products path=/products/{id} methods=GET to=product quota=100 per=1m", "/products/101")
	f.Add("a path=/{a}/** to=b:1,c:2 header=x:y", "/%2e%2e/x")
	f.Fuzz(func(t *testing.T, line, path string) {
		r, err := ParseRoute(line)
		if err != nil {
			return
		}
		vars, ok := r.match(path)
		for name, v := range vars {
			if ok && v == "" {
				t.Errorf("%s is empty", name)
			}
		}
		_ = ParseStep(line)
	})
}
