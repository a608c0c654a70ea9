package identity

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/golang-jwt/jwt/v5"

	"github.com/msc-sim/msc-sim/sim"
)

const here = "http://gw"

// server is one whose clock a test moves.
func server(t testing.TB, now *time.Time) *Server {
	t.Helper()
	env := &sim.Env{Now: func() time.Time { return *now }}
	return New(env, sim.ServiceSpec{Name: "identity", Clients: []string{"app scopes=a,b", "other scopes=a"}, Settings: map[string]string{"rotate": "1h", "token_life": "5m"}})
}

func set(t testing.TB, s *Server) Set {
	t.Helper()
	b, _ := json.Marshal(s.issuer.JWKS())
	keys, err := ParseSet(b)
	if err != nil || len(keys) != 3 {
		t.Fatal(keys, err)
	}
	return keys
}

func noon() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }

func TestTokensAreVerified(t *testing.T) {
	now := noon()
	s := server(t, &now)
	clock := func() time.Time { return now }
	token, err := s.Token(here, "app", "")
	if err != nil {
		t.Fatal(err)
	}
	keys := set(t, s)
	c, err := keys.Verify(token, []string{"http://other", here}, clock)
	if err != nil || c.Client != "app" || !c.Allows("a") || !c.Allows("b") || c.Allows("c") || c.ID == "" {
		t.Fatal(c, err)
	}
	parts := strings.Split(token, ".")
	b64 := base64.RawURLEncoding.EncodeToString
	_, key := s.issuer.key(s.issuer.epoch())
	id, _ := KeyOf(token)
	signed := func(header map[string]any, change func(jwt.MapClaims)) string {
		claims := jwt.MapClaims{"iss": here, "aud": Audience, "client_id": "app", "scope": "a", "exp": now.Add(time.Minute).Unix()}
		change(claims)
		t := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
		t.Header["kid"], t.Header["typ"] = id, "at+jwt"
		for k, v := range header {
			t.Header[k] = v
		}
		text, _ := t.SignedString(key)
		return text
	}
	for name, c := range map[string]struct{ token, says string }{
		"alg none":            {b64([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + ".", "algorithm"},
		"alg none, our key":   {b64([]byte(`{"alg":"none","typ":"at+jwt","kid":"`+id+`"}`)) + "." + parts[1] + "." + parts[2], "algorithm"},
		"alg HS256, our key":  {b64([]byte(`{"alg":"HS256","typ":"at+jwt","kid":"`+id+`"}`)) + "." + parts[1] + "." + parts[2], "algorithm"},
		"claims exchanged":    {parts[0] + "." + b64([]byte(`{"iss":"http://gw","client_id":"admin"}`)) + "." + parts[2], "signature"},
		"signature cut":       {parts[0] + "." + parts[1] + "." + parts[2][:40], "signature"},
		"two parts":           {parts[0] + "." + parts[1], "malformed"},
		"a line break":        {token + "\n", "malformed"},
		"too long":            {parts[0] + "." + strings.Repeat("A", maxToken) + "." + parts[2], "malformed"},
		"an extension":        {signed(map[string]any{"crit": []string{"b64"}}, func(jwt.MapClaims) {}), "malformed"},
		"no access token":     {signed(map[string]any{"typ": "JWT"}, func(jwt.MapClaims) {}), "no access token"},
		"unknown key":         {signed(map[string]any{"kid": "k"}, func(jwt.MapClaims) {}), "unknown"},
		"another audience":    {signed(nil, func(c jwt.MapClaims) { c["aud"] = "mail" }), "audience"},
		"no audience":         {signed(nil, func(c jwt.MapClaims) { delete(c, "aud") }), "not valid"},
		"another issuer":      {signed(nil, func(c jwt.MapClaims) { c["iss"] = "http://evil" }), "issuer"},
		"expired":             {signed(nil, func(c jwt.MapClaims) { c["exp"] = now.Add(-time.Second).Unix() }), "expired"},
		"without end":         {signed(nil, func(c jwt.MapClaims) { delete(c, "exp") }), "not valid"},
		"not yet":             {signed(nil, func(c jwt.MapClaims) { c["nbf"] = now.Add(time.Minute).Unix() }), "not valid"},
		"nobody":              {signed(nil, func(c jwt.MapClaims) { delete(c, "client_id") }), "issuer"},
		"claims of odd types": {signed(nil, func(c jwt.MapClaims) { c["scope"] = 7 }), "malformed"},
	} {
		if _, err := keys.Verify(c.token, []string{here}, clock); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", name, err, c.says)
		}
	}
	now = now.Add(5 * time.Minute)
	if _, err := keys.Verify(token, []string{here}, clock); err == nil {
		t.Error("a token of five minutes is valid after five minutes")
	}
}

// A key is published a period before it signs, so a reader that asked then needs
// not ask again; the last one verifies for a period more.
func TestKeysRotate(t *testing.T) {
	now := noon()
	s := server(t, &now)
	before, clock := set(t, s), func() time.Time { return now }
	old, _ := s.Token(here, "app", "")
	now = now.Add(time.Hour - time.Second)
	late, _ := s.Token(here, "app", "")
	now = now.Add(time.Second)
	next, _ := s.Token(here, "app", "")
	a, _ := KeyOf(late)
	b, _ := KeyOf(next)
	first, _ := KeyOf(old)
	if a == b || a != first {
		t.Errorf("keys %s %s %s", first, a, b)
	}
	if _, err := before.Verify(next, []string{here}, clock); err != nil {
		t.Errorf("the next key was not published in time: %v", err)
	}
	if _, err := set(t, s).Verify(late, []string{here}, clock); err != nil {
		t.Errorf("the last key is gone too early: %v", err)
	}
	again := server(t, &now) // started anew
	if _, err := set(t, again).Verify(next, []string{here}, clock); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

func post(path, body string, header ...string) sim.Message {
	h := sim.Header{sim.HeaderMethod: {"POST"}, sim.HeaderPath: {path}, sim.HeaderIssuer: {here}}
	for i := 0; i+1 < len(header); i += 2 {
		h[header[i]] = append(h[header[i]], header[i+1])
	}
	return sim.Message{Type: sim.TypeRaw, Header: h, Body: &httpbody.HttpBody{ContentType: "application/x-www-form-urlencoded", Data: []byte(body)}}
}

func respond(t testing.TB, s *Server, m sim.Message) (status int, h sim.Header, body string) {
	t.Helper()
	reply, err := s.serve(t.Context(), m)
	if e := sim.AsError(err); e != nil {
		if e.Answer == nil {
			return e.Status(), nil, e.Message
		}
		reply = *e.Answer
	}
	_, b := sim.RawBody(reply)
	return sim.RawStatus(reply), reply.Header, strings.TrimSpace(string(b))
}

func TestTokenEndpoint(t *testing.T) {
	now := noon()
	s := server(t, &now)
	app, _ := s.issuer.find("app")
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
	}
	good, grant := basic("app", app.Secret), "grant_type=client_credentials"
	for _, c := range []struct{ body, auth, want string }{
		{grant, good, "200 "},
		{grant + "&scope=b", good, "200 "},
		{grant + "&client_id=app&client_secret=" + app.Secret, "", "200 "},
		{grant + "&scope=a%20z", good, "400 invalid_scope"},
		{"grant_type=password", good, "400 unsupported_grant_type"},
		{"", good, "400 invalid_request"},
		{grant + "&" + grant, good, "400 invalid_request"},
		{grant + "&scope=%zz", good, "400 invalid_request"},
		{grant, "", "401 invalid_client Basic"},
		{grant, basic("app", "wrong"), "401 invalid_client Basic"},
		{grant, basic("nobody", ""), "401 invalid_client Basic"},
		{grant, "Bearer x", "401 invalid_client Basic"},
		{grant + "&client_id=app&client_secret=" + app.Secret, good, "401 invalid_client Basic"},
		{grant + "&client_id=app&client_secret=no", "", "401 invalid_client "},
	} {
		header := []string{}
		if c.auth != "" {
			header = []string{"authorization", c.auth}
		}
		status, h, body := respond(t, s, post(PathToken, c.body, header...))
		var said struct {
			Error string
			Token string `json:"access_token"`
			Scope string
		}
		_ = json.Unmarshal([]byte(body), &said)
		got := fmt.Sprint(status, " ", said.Error)
		if status == 401 {
			got += " " + strings.TrimSuffix(h.Get("www-authenticate"), ` realm="token"`)
		}
		if got != c.want || h.Get("cache-control") != "no-store" || status == 200 && (said.Token == "" || said.Scope == "") {
			t.Errorf("%s as %.12s: %s %s, want %s", c.body, c.auth, got, body, c.want)
		}
	}
	m := post(PathToken, grant, "authorization", good)
	m.Body.(*httpbody.HttpBody).ContentType = "application/json"
	if status, _, body := respond(t, s, m); status != 400 {
		t.Errorf("a body of another type: %d %s", status, body)
	}
	if status, _, _ := respond(t, s, post("/nowhere", "")); status != 404 {
		t.Errorf("an unknown path: %d", status)
	}
	for token, want := range map[string]string{app.Key: `{"active":true,"client_id":"app","scope":"a b"}`, "app.wrong": `{"active":false}`, "": `{"active":false}`} {
		if _, _, body := respond(t, s, post(PathIntrospect, "token="+token)); body != want {
			t.Errorf("the key %q: %s", token, body)
		}
	}
}

func TestClientsThatAreWrong(t *testing.T) {
	for line, says := range map[string]string{"": "is not a client", "a=b": "is not a client", "a b": "is not a parameter", "a scope=b": "scope", `a scopes="b c"`: "is not a scope"} {
		if _, err := ParseClient(line); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func FuzzToken(f *testing.F) {
	now := noon()
	s := server(f, &now)
	keys := set(f, s)
	good, _ := s.Token(here, "app", "")
	f.Add(good, `{"keys":[]}`, "grant_type=client_credentials")
	f.Add("a.b.c", `{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":""}]}`, "scope=%")
	f.Fuzz(func(t *testing.T, token, jwks, body string) {
		if _, err := keys.Verify(token, []string{here}, func() time.Time { return now }); err == nil && token != good {
			t.Errorf("%q is verified", token)
		}
		_, _ = ParseSet([]byte(jwks))
		_, _ = ParseKey([]byte(jwks))
		if status, _, _ := respond(t, s, post(PathToken, body)); status == 200 {
			t.Errorf("a token for %q", body)
		}
	})
}
