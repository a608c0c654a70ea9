package gateway

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/identity"
)

// guarded is a gateway with an issuer behind it.
type guarded struct {
	*clock
	sim.Handler
	issuer *identity.Server
	asked  map[string]int // of the issuer, by path
	away   bool           // the issuer does not answer
	seen   sim.Header     // what the service got last
}

func guard(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{clock: start(), asked: map[string]int{}}
	env := &sim.Env{Now: g.now}
	g.issuer = identity.New(env, sim.ServiceSpec{Name: "identity", Clients: []string{"app scopes=a,b", "other scopes=a"}})
	g.Handler = at(g.clock, func(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
		if service != "identity" {
			g.seen = m.Header
			return fine(ctx, service, m)
		}
		g.asked[m.Header.Get(sim.HeaderPath)]++
		if g.away {
			return sim.Message{}, sim.Errorf(sim.Unavailable, "connection refused")
		}
		return g.issuer.Handlers()[sim.TypeRaw](ctx, m)
	}, []string{"auth issuer=http://gw"}, "private path=/private scope=b to=x", "public path=/public to=x")
	return g
}

func (g *guarded) token(t *testing.T, client string) string {
	t.Helper()
	token, err := g.issuer.Token("http://gw", client, "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (g *guarded) status(t *testing.T, path string, header ...string) string {
	t.Helper()
	m := answer(g.Handler(t.Context(), get(path, header...)))
	return fmt.Sprint(sim.RawStatus(m), " ", m.Header.Get("www-authenticate"))
}

func TestAuth(t *testing.T) {
	g := guard(t)
	app, other := g.token(t, "app"), g.token(t, "other")
	key := g.issuer.Clients()[0].Key
	const plain, wrong, scope = `401 Bearer realm="msc-sim"`, `401 Bearer realm="msc-sim", error="invalid_token"`, `403 Bearer realm="msc-sim", error="insufficient_scope"`
	for _, c := range []struct {
		path, name, value, want, client string
	}{
		{"/private", "", "", plain, ""},
		{"/private", "authorization", "Basic YTpi", plain, ""},
		{"/private", "authorization", "Bearer " + app, "200 ", "app"},
		{"/private", "authorization", "bearer  " + app, "200 ", "app"},
		{"/private", "authorization", "Bearer " + other, scope, ""},
		{"/private", "authorization", "Bearer " + app[:len(app)-4] + "AAAA", wrong, ""},
		{"/private", "authorization", "Bearer ", wrong, ""},
		{"/private", headerKey, key, "200 ", "app"},
		{"/private", headerKey, g.issuer.Clients()[1].Key, scope, ""},
		{"/private", headerKey, key + "x", wrong, ""},
		{"/public", "", "", "200 ", ""},
		{"/public", "authorization", "Bearer nonsense", "200 ", ""},
		{"/public", "authorization", "Bearer " + other, "200 ", "other"},
	} {
		g.seen = nil
		got := g.status(t, c.path, c.name, c.value)
		if !strings.HasPrefix(got, c.want) || c.want == plain && got != plain || g.seen.Get(sim.HeaderClient) != c.client {
			t.Errorf("%s %s %.20s: %s as %q, want %s as %q", c.path, c.name, c.value, got, g.seen.Get(sim.HeaderClient), c.want, c.client)
		}
		if c.path == "/private" && (g.seen["authorization"] != nil || g.seen[headerKey] != nil) {
			t.Errorf("what was proved is handed on: %v", g.seen)
		}
	}
	if got := g.status(t, "/private", "authorization", "Bearer "+app, "authorization", "Bearer "+app); !strings.HasPrefix(got, wrong) {
		t.Errorf("two tokens: %s", got)
	}
	g.Time = g.Add(6 * time.Minute)
	if got := g.status(t, "/private", "authorization", "Bearer "+app); !strings.Contains(got, "expired") {
		t.Errorf("after six minutes: %s", got)
	}
}

// A signature is verified once, and the rest of a token each time.
func TestVerifiedTokens(t *testing.T) {
	g := guard(t)
	token := g.token(t, "app")
	for range 3 {
		if got := g.status(t, "/private", "authorization", "Bearer "+token); got != "200 " {
			t.Fatal(got)
		}
	}
	g.Time = g.Add(6 * time.Minute)
	if got := g.status(t, "/private", "authorization", "Bearer "+token); !strings.Contains(got, "expired") {
		t.Errorf("known, and expired since: %s", got)
	}
	var v verified
	at := g.Time
	for n := range 3 * mostVerified {
		v.keep(fmt.Sprint(n), at, caller{"a", "b"}, at.Add(time.Minute))
	}
	last := fmt.Sprint(3*mostVerified - 1)
	if _, ok := v.find(last, at, at); !ok || len(v.all) > mostVerified {
		t.Errorf("%v, %d are remembered", ok, len(v.all))
	}
	if _, ok := v.find(last, at.Add(time.Second), at); ok {
		t.Error("known with other keys")
	}
}

// Tokens with invented keys let the gateway ask for the keys once, not each time.
func TestUnknownKeysAreAskedForOnce(t *testing.T) {
	g := guard(t)
	g.status(t, "/private", "authorization", "Bearer "+g.token(t, "app"))
	unknown := func(id string) string {
		head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256","typ":"at+jwt","kid":"` + id + `"}`))
		return "Bearer " + head + ".e30.AAAA"
	}
	for n := range 50 {
		if got := g.status(t, "/private", "authorization", unknown(fmt.Sprint("k", n))); !strings.Contains(got, "unknown") {
			t.Fatal(got)
		}
	}
	asked := g.asked[identity.PathKeys]
	g.Time = g.Add(11 * time.Second)
	g.status(t, "/private", "authorization", unknown("x"))
	if asked != 1 || g.asked[identity.PathKeys] != 2 {
		t.Errorf("asked %d times, then %d", asked, g.asked[identity.PathKeys])
	}
}

// A key that began to sign after the last look is fetched; with the issuer away,
// known keys go on and nothing else does.
func TestKeysThatRotate(t *testing.T) {
	g := guard(t)
	auth := func() string { return "Bearer " + g.token(t, "app") }
	if got := g.status(t, "/private", "authorization", auth()); got != "200 " {
		t.Fatal(got)
	}
	g.Time = g.Add(3 * time.Hour)
	if got := g.status(t, "/private", "authorization", auth()); got != "200 " || g.asked[identity.PathKeys] != 2 {
		t.Errorf("with a new key: %s after %d questions", got, g.asked[identity.PathKeys])
	}
	g.away = true
	g.Time = g.Add(10 * time.Minute)
	if got := g.status(t, "/private", "authorization", auth()); got != "200 " {
		t.Errorf("the issuer is away, its key is known: %s", got)
	}
	fresh := guard(t)
	fresh.away = true
	m := answer(fresh.Handler(t.Context(), get("/private", "authorization", auth())))
	if sim.RawStatus(m) != 503 || m.Header.Get("retry-after") == "" {
		t.Errorf("no keys at all: %d %v", sim.RawStatus(m), m.Header)
	}
}
