// Package identity is who may do what: an authorization server for programs (OAuth
// 2 client credentials, RFC 6749 §4.4), its tokens (RFC 9068), its keys (RFC 7517),
// and how a gateway verifies them.
package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// root is the secret of this run, of which all keys and secrets are made. So all
// instances agree on them without a word, also after a restart, and no two runs do.
var root = sync.OnceValue(func() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
})

func derive(parts ...string) []byte {
	h := hmac.New(sha256.New, root())
	h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum(nil)
}

// Issuer signs tokens. Its key is another one in each period: the next one is
// published a period before it signs, the last one for a period after.
type Issuer struct {
	Name    string // of the service: two of them have other keys
	Clients []sim.Client
	Period  time.Duration // how long a key signs
	Life    time.Duration // of a token
	Now     func() time.Time
}

func (i *Issuer) epoch() int64 { return i.Now().UnixNano() / int64(i.Period) }

// key is the key of a period.
func (i *Issuer) key(epoch int64) (id string, key *ecdsa.PrivateKey) {
	for try := uint64(0); ; try++ {
		var n [16]byte
		binary.BigEndian.PutUint64(n[:8], uint64(epoch))
		binary.BigEndian.PutUint64(n[8:], try)
		raw := derive("key", i.Name, string(n[:]))
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil { // fails once in 2³² times
			return hex.EncodeToString(derive("key id", string(raw))[:8]), key
		}
	}
}

// JWKS is the set of keys that verify now: of the period before, of this and of the next one.
func (i *Issuer) JWKS() map[string]any {
	var keys []any
	for epoch := i.epoch() + 1; len(keys) < 3; epoch-- {
		id, key := i.key(epoch)
		point, _ := key.PublicKey.Bytes() // a valid key has one
		b64 := base64.RawURLEncoding.EncodeToString
		keys = append(keys, map[string]any{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": b64(point[1:33]), "y": b64(point[33:])})
	}
	return map[string]any{"keys": keys}
}

// Token signs an access token for a client under the name of an issuer.
func (i *Issuer) Token(issuer string, client string, scopes []string) (string, error) {
	id, key := i.key(i.epoch())
	now := i.Now()
	var jti [12]byte
	_, _ = rand.Read(jti[:])
	t := jwt.NewWithClaims(jwt.SigningMethodES256, Claims{
		Client: client, Scope: strings.Join(scopes, " "),
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Subject: client, Audience: jwt.ClaimStrings{Audience}, ID: hex.EncodeToString(jti[:]),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(i.Life)),
		},
	})
	t.Header["kid"], t.Header["typ"] = id, "at+jwt"
	return t.SignedString(key)
}

// find finds a client by its name, and by its secret unless that is not asked for.
func (i *Issuer) find(id string) (sim.Client, bool) {
	at := slices.IndexFunc(i.Clients, func(c sim.Client) bool { return c.ID == id })
	if at < 0 {
		return sim.Client{}, false
	}
	return i.Clients[at], true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// ClientForm are the parameters of a client, whose word is its name.
func ClientForm() form.Form {
	return form.Form{
		Word: "client", About: "a program that may ask for tokens",
		Params:  []form.Param{{Name: "scopes", Kind: form.Text, Max: 400, About: "what its tokens may do, with commas", Example: "orders:read,orders:write"}},
		Example: "shop-app scopes=orders:read,orders:write",
	}
}

// ParseClient reads a client such as "shop-app scopes=orders:read,orders:write",
// and gives it the secret and the API key of this run.
func ParseClient(line string) (sim.Client, error) {
	words, err := form.Words(line)
	if err != nil || len(words) == 0 || strings.ContainsAny(words[0], "=:. ") || len(words[0]) > 40 {
		return sim.Client{}, sim.Invalidf("%q is not a client", sim.Visible(line)).WithFix("such as: %s", ClientForm().Example)
	}
	plain, pairs, err := form.Pairs(words[1:])
	if err == nil && len(plain) > 0 {
		err = form.NoPair(plain[0])
	}
	if err != nil {
		return sim.Client{}, err
	}
	v, err := ClientForm().Read(pairs)
	if err != nil {
		return sim.Client{}, err
	}
	c := sim.Client{ID: words[0], Secret: secretOf("secret", words[0]), Key: words[0] + "." + secretOf("api key", words[0]), Scopes: []string{}}
	for s := range strings.SplitSeq(v.Text("scopes"), ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) { // RFC 6749 §3.3
			return sim.Client{}, sim.Invalidf("%q is not a scope", sim.Visible(s)).WithFix("printable ASCII without spaces and quotes, such as orders:read")
		}
		c.Scopes = append(c.Scopes, s)
	}
	return c, nil
}

func secretOf(what, client string) string {
	return base64.RawURLEncoding.EncodeToString(derive(what, client)[:18])
}
