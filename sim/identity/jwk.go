package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
)

// Key is one key of a set, which verifies one algorithm and no other.
type Key struct {
	ID, Alg string
	key     any // *ecdsa.PublicKey, *rsa.PublicKey or []byte
}

// Set is the keys of an issuer by their ids.
type Set map[string]Key

// jwk is a key as JSON has it (RFC 7517, RFC 7518 §6).
type jwk struct {
	Kty, Kid, Alg, Use, Crv, N, E, X, Y, K string
	KeyOps                                 []string `json:"key_ops"`
}

var errKey = errors.New("a key that cannot be used")

// curves and hashes say which key an algorithm needs, and no other will do.
var (
	curves = map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}
	hashes = map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}
	ofRSA  = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
)

// maxKeys bounds a set.
const maxKeys = 64

// ParseSet reads a JSON Web Key Set. A key that cannot be used here is left out; a
// set that is ambiguous (an id twice) or mixes secrets with public keys is refused.
func ParseSet(b []byte) (Set, error) {
	var all struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	if len(all.Keys) > maxKeys {
		return nil, errors.New("a set of too many keys")
	}
	set, seen, kinds := Set{}, map[string]bool{}, map[bool]bool{}
	for _, raw := range all.Keys {
		var j jwk
		if err := json.Unmarshal(raw, &j); err != nil {
			return nil, err
		}
		if seen[j.Kid] {
			return nil, errors.New("a set in which two keys have one id")
		}
		seen[j.Kid], kinds[j.Kty == "oct"] = true, true
		if k, err := ParseKey(raw); err == nil {
			set[k.ID] = k
		}
	}
	if len(kinds) > 1 {
		return nil, errors.New("a set that mixes secrets with public keys")
	}
	return set, nil
}

// ParseKey reads a JSON Web Key that may verify signatures: its use and operations
// allow that, and it is what its algorithm asks for (RFC 8725 §3.1, §3.5).
func ParseKey(b []byte) (Key, error) {
	var j jwk
	if err := json.Unmarshal(b, &j); err != nil {
		return Key{}, err
	}
	if j.Use != "" && j.Use != "sig" || j.KeyOps != nil && !slices.Contains(j.KeyOps, "verify") && !slices.Contains(j.KeyOps, "sign") {
		return Key{}, errKey
	}
	k := Key{ID: j.Kid, Alg: j.Alg}
	var err error
	switch j.Kty {
	case "oct":
		k.key, err = secret(j)
	case "RSA":
		k.key, err = publicRSA(j)
	case "EC":
		k.key, err = publicEC(j)
	default:
		err = errKey
	}
	return k, err
}

// secret is a key of HMAC: at least as long as the hash (RFC 7518 §3.2).
func secret(j jwk) ([]byte, error) {
	b, err := segment(j.K)
	if least := hashes[j.Alg]; err != nil || least == 0 || len(b) < least {
		return nil, errKey
	}
	return b, nil
}

func publicRSA(j jwk) (*rsa.PublicKey, error) {
	n, err := segment(j.N)
	e, err2 := segment(j.E)
	if err != nil || err2 != nil || len(e) > 4 || !slices.Contains(ofRSA, j.Alg) {
		return nil, errKey
	}
	k := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if k.N.BitLen() < 2048 || k.N.BitLen() > 8192 || k.E < 3 || k.E&1 == 0 {
		return nil, errKey
	}
	return k, nil
}

func publicEC(j jwk) (*ecdsa.PublicKey, error) {
	curve := curves[j.Alg]
	if curve == nil || curve.Params().Name != j.Crv {
		return nil, errKey
	}
	size := (curve.Params().BitSize + 7) / 8
	x, err := segment(j.X)
	y, err2 := segment(j.Y)
	if err != nil || err2 != nil || len(x) != size || len(y) != size {
		return nil, errKey
	}
	return ecdsa.ParseUncompressedPublicKey(curve, bytes.Join([][]byte{{4}, x, y}, nil)) // on the curve, or refused
}

// segment reads base64url without padding, line breaks and stray bits, which
// nothing else may stand for (RFC 7515 §2).
func segment(s string) ([]byte, error) {
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return nil, errKey
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}
