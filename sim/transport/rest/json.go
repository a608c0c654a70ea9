package rest

import (
	"crypto/sha256"
	"encoding/hex"
)

// compact removes white space between the tokens of valid JSON, in place.
func compact(b []byte) []byte {
	n, inString := 0, false
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case inString && c == '\\':
			b[n] = c
			n, i = n+1, i+1
			c = b[i]
		case c == '"':
			inString = !inString
		case !inString && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			continue
		}
		b[n] = c
		n++
	}
	return b[:n]
}

// etag is the strong validator of an answer (RFC 9110 §8.8.3): the first 64
// bits of the SHA-256 of its bytes.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	var b [18]byte
	b[0], b[17] = '"', '"'
	hex.Encode(b[1:17], sum[:8])
	return string(b[:])
}
