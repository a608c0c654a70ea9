package identity

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxToken bounds a token, in bytes.
const maxToken = 8 << 10

// Errors of a token, in the words of the field.
var (
	ErrMalformed  = errors.New("the token is malformed")
	ErrUnknownKey = errors.New("the key of the token is unknown")
	ErrSignature  = errors.New("the signature of the token is wrong")
	ErrAlgorithm  = errors.New("the algorithm of the token is not that of its key")
)

// head is the protected header of a token.
type head struct {
	Alg, Kid, Typ string
	Crit          any
}

// KeyOf is the id of the key that a token names, before anything of it is believed.
func KeyOf(token string) (id string, err error) {
	h, _, err := takeApart(token)
	return h.Kid, err
}

// takeApart parts a compact JWS (RFC 7515 §7.1) and reads its header.
func takeApart(token string) (h head, parts []string, err error) {
	if len(token) > maxToken {
		return h, nil, ErrMalformed
	}
	parts = strings.Split(token, ".")
	if len(parts) != 3 {
		return h, nil, ErrMalformed
	}
	b, err := segment(parts[0])
	if err != nil || json.Unmarshal(b, &h) != nil {
		return h, nil, ErrMalformed
	}
	if h.Crit != nil { // an extension that must be understood, and none is here
		return h, nil, ErrMalformed
	}
	return h, parts, nil
}

// Payload verifies the signature of a compact JWS with one key and returns what was signed.
func (k Key) Payload(token string) ([]byte, error) {
	h, parts, err := takeApart(token)
	if err != nil {
		return nil, err
	}
	if h.Alg != k.Alg || k.key == nil {
		return nil, ErrAlgorithm
	}
	method := jwt.GetSigningMethod(h.Alg)
	if pss, ok := method.(*jwt.SigningMethodRSAPSS); ok {
		strict := *pss
		strict.VerifyOptions = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: pss.Hash} // RFC 7518 §3.5
		method = &strict
	}
	if method == nil || h.Alg == "none" {
		return nil, ErrAlgorithm
	}
	payload, signature := []byte(nil), []byte(nil)
	if parts[1] != "" {
		if payload, err = segment(parts[1]); err != nil {
			return nil, ErrMalformed
		}
	}
	if signature, err = segment(parts[2]); err != nil {
		return nil, ErrMalformed
	}
	if method.Verify(parts[0]+"."+parts[1], signature, k.key) != nil {
		return nil, ErrSignature
	}
	return payload, nil
}

// Claims are what an access token says (RFC 9068).
type Claims struct {
	jwt.RegisteredClaims
	Client string `json:"client_id"`
	Scope  string `json:"scope"`
}

// Allows reports whether the token has a scope.
func (c *Claims) Allows(scope string) bool {
	for s := range strings.FieldsSeq(c.Scope) {
		if s == scope {
			return true
		}
	}
	return false
}

// Audience is whom the tokens are for: the gateways of a world.
const Audience = "msc-gateway"

// Verify verifies an access token: its type, key, signature, times, audience and issuer.
func (s Set) Verify(token string, issuers []string, now func() time.Time) (*Claims, error) {
	h, _, err := takeApart(token)
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(h.Typ, "at+jwt") && !strings.EqualFold(h.Typ, "application/at+jwt") { // RFC 9068 §4
		return nil, errors.New("the token is no access token")
	}
	if h.Alg == "none" || h.Alg == "" {
		return nil, ErrAlgorithm
	}
	k, ok := s[h.Kid]
	if !ok {
		return nil, ErrUnknownKey
	}
	payload, err := k.Payload(token)
	if err != nil {
		return nil, err
	}
	c := &Claims{}
	if err := json.Unmarshal(payload, c); err != nil {
		return nil, ErrMalformed
	}
	v := jwt.NewValidator(jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithAudience(Audience), jwt.WithTimeFunc(now))
	switch err := v.Validate(c); {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, errors.New("the token has expired")
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return nil, errors.New("the token is for another audience")
	case err != nil:
		return nil, errors.New("the token is not valid now")
	}
	if c.Client == "" {
		c.Client = c.Subject
	}
	for _, issuer := range issuers {
		if c.Issuer == issuer && c.Client != "" {
			return c, nil
		}
	}
	return nil, errors.New("the token is of another issuer")
}
