package gateway

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/identity"
)

// authForm is the step that finds out who sent a request, and whether the client
// may take the route. A route with a scope needs a token or an API key with it; on
// others both are welcome, since a limit then counts the client, not its address.
//
//	no token                       401  WWW-Authenticate: Bearer
//	expired, tampered, alg: none   401  error="invalid_token"
//	without the scope              403  error="insufficient_scope"
//	no keys to verify it with      503
func authForm() Form {
	return Form{
		Form: form.Form{
			Word: "auth", About: "verify tokens and API keys, and hold routes to their scopes: 401, 403", Example: "auth keys=identity refetch=10s",
			Params: []form.Param{
				{Name: "keys", Kind: form.Text, Default: "identity", Max: 40, About: "service that publishes the keys"},
				{Name: "refetch", Kind: form.Duration, Default: "10s", Min: form.Millisecond, Max: form.Hour, About: "shortest time between two requests for the keys"},
				{Name: "issuer", Kind: form.Text, Max: 200, About: "issuer that tokens must name; by default the address of the gateway"},
			},
		},
		make: func(g *Gateway, v form.Values) sim.Middleware {
			a := &auth{g: g, ring: newRing(g.env, v.Text("keys"), v.Duration("refetch")), service: v.Text("keys"), issuer: v.Text("issuer")}
			a.keys = newKnown(g.env.Now)
			return a.around
		},
	}
}

// auth is the step with what it remembers.
type auth struct {
	g       *Gateway
	ring    *ring
	keys    *known
	tokens  verified
	service string
	issuer  string
}

func (a *auth) around(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		x := exchangeOf(ctx)
		r, err := x.find(m.Header)
		if err != nil {
			return sim.Message{}, err
		}
		who, err := a.identify(ctx, m.Header)
		if err != nil && (r.scope != "" || errors.Is(err, sim.ErrKilled)) {
			return sim.Message{}, challenge(x, sim.AsError(err))
		}
		if err == nil && who.client != "" {
			x.client, x.scopes = who.client, who.scopes
		}
		if r.scope == "" {
			return next(ctx, m)
		}
		if x.client == "" {
			return sim.Message{}, challenge(x, refusal(http.StatusUnauthorized, "this path needs a token with the scope %s", r.scope).
				WithFix("ask for one: POST %s with grant_type=client_credentials", identity.PathToken))
		}
		if !has(x.scopes, r.scope) {
			e := typed(x, refusal(http.StatusForbidden, "%s may not do this: the scope %s is missing", x.client, r.scope), "about:blank")
			e.Answer.Header["www-authenticate"] = []string{bearer("insufficient_scope", "the token has another scope") + `, scope="` + r.scope + `"`}
			return sim.Message{}, e
		}
		return next(ctx, m)
	}
}

// caller is who was found to send a request; the zero value is nobody.
type caller struct{ client, scopes string }

// identify reads the token or the API key of a request. The error of a token that
// is wrong is a 401.
func (a *auth) identify(ctx context.Context, h sim.Header) (caller, error) {
	if keys := h[headerKey]; len(keys) > 0 {
		if len(keys) > 1 {
			return caller{}, invalid("there are two API keys")
		}
		return a.byKey(ctx, keys[0])
	}
	values := h["authorization"]
	if len(values) == 0 {
		return caller{}, nil
	}
	if len(values) > 1 {
		return caller{}, invalid("there are two tokens")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return caller{}, nil
	}
	token = strings.TrimSpace(token)
	id, err := identity.KeyOf(token)
	if err != nil {
		return caller{}, invalid(err.Error())
	}
	set, fetched, err := a.ring.with(ctx, id)
	if err != nil {
		return caller{}, err
	}
	if who, ok := a.tokens.find(token, fetched, a.g.env.Now()); ok {
		return who, nil
	}
	c, err := set.Verify(token, a.issuers(), a.g.env.Now)
	if err != nil {
		return caller{}, invalid(err.Error())
	}
	who := caller{c.Client, c.Scope}
	a.tokens.keep(token, fetched, who, c.ExpiresAt.Time)
	return who, nil
}

// issuers are the names under which tokens of this gateway are issued: the
// addresses of its instances, unless the file says one.
func (a *auth) issuers() (all []string) {
	if a.issuer != "" {
		return []string{a.issuer}
	}
	for _, addr := range a.g.addrs() {
		all = append(all, "http://"+addr)
	}
	return all
}

// errToken marks a 401 that is about a token that came.
var errToken = errors.New("invalid token")

func invalid(why string) error {
	e := refusal(http.StatusUnauthorized, "%s", why)
	e.Err = errToken
	return e
}

// challenge says with a 401 what is missing (RFC 6750 §3): nothing more when no
// token came, else that it is invalid.
func challenge(x *exchange, e *sim.Error) *sim.Error {
	p := problem(x, e)
	if p.Answer == nil || e.Status() != http.StatusUnauthorized {
		return p
	}
	if errors.Is(e, errToken) {
		p.Answer.Header["www-authenticate"] = []string{bearer("invalid_token", e.Message)}
	} else {
		p.Answer.Header["www-authenticate"] = []string{bearer("", "")}
	}
	return p
}

func bearer(code, text string) string {
	if code == "" {
		return `Bearer realm="msc-sim"`
	}
	return `Bearer realm="msc-sim", error="` + code + `", error_description=` + strconv.QuoteToASCII(text)
}

// has reports whether a list of scopes holds one.
func has(scopes, scope string) bool {
	for s := range strings.FieldsSeq(scopes) {
		if s == scope {
			return true
		}
	}
	return false
}

// unavailable is the refusal while keys cannot be fetched.
func unavailable(service string, err error) error {
	if errors.Is(err, sim.ErrKilled) {
		return sim.ErrKilled
	}
	e := refusal(http.StatusServiceUnavailable, "tokens cannot be verified now: %s gave no keys", service)
	e.RetryAfter = time.Second
	return e
}
