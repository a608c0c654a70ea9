package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Paths of the authorization server (RFC 8414, RFC 7662).
const (
	PathKeys       = "/.well-known/jwks.json"
	PathMetadata   = "/.well-known/oauth-authorization-server"
	PathToken      = "/token"
	PathIntrospect = "/introspect"
)

// Defaults of an issuer.
const (
	defaultPeriod = time.Hour
	defaultLife   = 5 * time.Minute
)

// Server is one instance of an authorization server. Many goroutines may call it.
type Server struct {
	env    *sim.Env
	issuer *Issuer
}

// New makes a server of the lines of its world file, which were checked when it was read.
func New(env *sim.Env, spec sim.ServiceSpec) *Server {
	i := &Issuer{Name: spec.Name, Period: defaultPeriod, Life: defaultLife, Now: env.Now}
	for _, line := range spec.Clients {
		if c, err := ParseClient(line); err == nil {
			i.Clients = append(i.Clients, c)
		}
	}
	if d, err := time.ParseDuration(spec.Settings["rotate"]); err == nil {
		i.Period = d
	}
	if d, err := time.ParseDuration(spec.Settings["token_life"]); err == nil {
		i.Life = d
	}
	return &Server{env, i}
}

// Handlers implements [sim.Service].
func (s *Server) Handlers() map[string]sim.Handler {
	return map[string]sim.Handler{sim.TypeRaw: s.serve}
}

// OnAnswer implements [sim.Service].
func (s *Server) OnAnswer() map[string]sim.Handler { return nil }

// Clients implements [sim.Issuer].
func (s *Server) Clients() []sim.Client { return s.issuer.Clients }

// Token implements [sim.Issuer]: a token with all that the client may do.
func (s *Server) Token(issuer, client, flaw string) (string, error) {
	c, ok := s.issuer.find(client)
	if !ok {
		var names []string
		for _, c := range s.issuer.Clients {
			names = append(names, c.ID)
		}
		return "", sim.Unknown("client", client, names)
	}
	i := *s.issuer
	if flaw == "expired" {
		i.Life = -time.Second
	}
	token, err := i.Token(issuer, c.ID, c.Scopes)
	if err != nil {
		return "", err
	}
	return spoilt(token, flaw), nil
}

// spoilt is a token as somebody would change it who has no key: with another client
// in it, or with a header that asks for no signature.
func spoilt(token, flaw string) string {
	parts := strings.Split(token, ".")
	b64 := base64.RawURLEncoding.EncodeToString
	switch flaw {
	case "tampered":
		claims, _ := segment(parts[1]) // it was made here
		parts[1] = b64([]byte(strings.Replace(string(claims), `"client_id":"`, `"client_id":"admin-`, 1)))
	case "unsigned":
		parts[0], parts[2] = b64([]byte(`{"alg":"none","typ":"at+jwt"}`)), ""
	}
	return strings.Join(parts, ".")
}

func (s *Server) serve(_ context.Context, m sim.Message) (sim.Message, error) {
	method := m.Header.Get(sim.HeaderMethod)
	path, _, _ := strings.Cut(m.Header.Get(sim.HeaderPath), "?")
	switch {
	case path == PathKeys && read(method):
		reply := document(http.StatusOK, s.issuer.JWKS(), "max-age=60")
		return reply, nil
	case path == PathMetadata && read(method):
		return document(http.StatusOK, s.metadata(s.base(m)), "max-age=60"), nil
	case path == PathToken && method == http.MethodPost:
		return s.token(m)
	case path == PathIntrospect && method == http.MethodPost:
		return s.introspect(m)
	}
	return sim.Message{}, sim.Errorf(sim.NotFound, "there is nothing at %s %s", sim.Visible(method), sim.Visible(path)).
		WithFix("there is: POST %s, GET %s, GET %s", PathToken, PathKeys, PathMetadata)
}

func read(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// base is the address of the issuer: of the gateway through which it was asked,
// else of this instance.
func (s *Server) base(m sim.Message) string {
	if base := m.Header.Get(sim.HeaderIssuer); base != "" {
		return base
	}
	if s.env.Addrs != nil {
		for _, addr := range s.env.Addrs("rest") {
			return "http://" + addr
		}
	}
	return "http://" + m.Header.Get(sim.HeaderHost)
}

func (s *Server) metadata(base string) map[string]any {
	scopes := []string{}
	for _, c := range s.issuer.Clients {
		for _, scope := range c.Scopes {
			if !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	return map[string]any{
		"issuer": base, "token_endpoint": base + PathToken, "jwks_uri": base + PathKeys,
		"grant_types_supported": []string{"client_credentials"}, "response_types_supported": []string{},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"}, "scopes_supported": scopes,
	}
}

// token answers the client credentials grant (RFC 6749 §4.4, errors §5.2).
func (s *Server) token(m sim.Message) (sim.Message, error) {
	kind, body := sim.RawBody(m)
	if kind, _, _ = strings.Cut(kind, ";"); !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return wrong("invalid_request", "the body must be application/x-www-form-urlencoded")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return wrong("invalid_request", "the body cannot be read")
	}
	for name, values := range form {
		if len(values) > 1 {
			return wrong("invalid_request", sim.Visible(name)+" is given twice")
		}
	}
	c, ok, basic := s.authenticated(m, form)
	if !ok {
		e, reply := refused(http.StatusUnauthorized, "invalid_client", "the client is unknown, or its secret is wrong")
		if basic || m.Header["authorization"] != nil || form.Get("client_id") == "" {
			reply.Header["www-authenticate"] = []string{`Basic realm="token"`}
		}
		e.Answer = &reply
		return sim.Message{}, e
	}
	if form.Get("grant_type") == "" {
		return wrong("invalid_request", "grant_type is missing")
	}
	if form.Get("grant_type") != "client_credentials" {
		return wrong("unsupported_grant_type", "only client_credentials is")
	}
	scopes := c.Scopes
	if form.Has("scope") {
		scopes = strings.Fields(form.Get("scope"))
		for _, scope := range scopes {
			if !slices.Contains(c.Scopes, scope) {
				return wrong("invalid_scope", "the client may not have "+sim.Visible(scope))
			}
		}
	}
	token, err := s.issuer.Token(s.base(m), c.ID, scopes)
	if err != nil {
		return sim.Message{}, sim.AsError(err)
	}
	return document(http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(s.issuer.Life / time.Second), "scope": strings.Join(scopes, " "),
	}, "no-store"), nil
}

// authenticated finds the client of a request: client_secret_basic or client_secret_post.
func (s *Server) authenticated(m sim.Message, form url.Values) (c sim.Client, ok, basic bool) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if values := m.Header["authorization"]; len(values) > 0 {
		scheme, text, _ := strings.Cut(values[0], " ")
		b, err := base64.StdEncoding.DecodeString(text)
		user, word, parted := strings.Cut(string(b), ":")
		if len(values) > 1 || !strings.EqualFold(scheme, "Basic") || err != nil || !parted || form.Has("client_secret") {
			return c, false, true // one way to authenticate in a request, not two (§2.3)
		}
		var err2 error
		id, err = url.QueryUnescape(user)
		secret, err2 = url.QueryUnescape(word)
		if err != nil || err2 != nil {
			return c, false, true
		}
		basic = true
	}
	c, ok = s.issuer.find(id)
	if !same(secret, c.Secret) || !ok || secret == "" {
		return sim.Client{}, false, basic
	}
	return c, true, basic
}

// introspect says whom an API key belongs to (RFC 7662). It is for services of the
// world; no route of a gateway leads here.
func (s *Server) introspect(m sim.Message) (sim.Message, error) {
	_, body := sim.RawBody(m)
	form, _ := url.ParseQuery(string(body))
	id, _, _ := strings.Cut(form.Get("token"), ".")
	c, ok := s.issuer.find(id)
	if !ok || !same(c.Key, form.Get("token")) {
		return document(http.StatusOK, map[string]any{"active": false}, "no-store"), nil
	}
	return document(http.StatusOK, map[string]any{"active": true, "client_id": c.ID, "scope": strings.Join(c.Scopes, " ")}, "no-store"), nil
}

// document is a response with JSON.
func document(status int, v any, cache string) sim.Message {
	b, _ := json.Marshal(v) // maps of texts and lists always encode
	reply := sim.RawResponse(status, "application/json", sim.Header{"cache-control": {cache}}, append(b, '\n'))
	reply.Header["content-length"] = []string{strconv.Itoa(len(b) + 1)}
	return reply
}

// wrong is an error of the token endpoint.
func wrong(code, text string) (sim.Message, error) {
	e, reply := refused(http.StatusBadRequest, code, text)
	e.Answer = &reply
	return sim.Message{}, e
}

func refused(status int, code, text string) (*sim.Error, sim.Message) {
	e := sim.Errorf(sim.CodeOfHTTP(status), "%s", text)
	e.HTTP = status
	return e, document(status, map[string]any{"error": code, "error_description": text}, "no-store")
}
