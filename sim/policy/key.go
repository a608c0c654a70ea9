package policy

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// maxKey bounds an idempotency key, in bytes.
const maxKey = 255

// parseKey reads the values of an Idempotency-Key header. The draft
// (draft-ietf-httpapi-idempotency-key-header) asks for a quoted string as in
// RFC 8941 §3.3.3; bare keys are common and accepted too, so "k-1" and k-1 are
// the same key. Parameters behind the string are ignored, as RFC 8941 says. It
// returns "" when there is no header, and Invalid for anything else.
func parseKey(values []string) (string, error) {
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 {
		return "", malformed("there is more than one Idempotency-Key")
	}
	v := strings.Trim(values[0], " \t")
	key, ok := bareKey(v)
	if strings.HasPrefix(v, `"`) {
		key, ok = quotedKey(v[1:])
	}
	switch {
	case !ok || key == "":
		return "", malformed("the Idempotency-Key %q is malformed", sim.Visible(cut(v)))
	case len(key) > maxKey:
		return "", malformed("the Idempotency-Key is longer than %d bytes", maxKey)
	}
	return key, nil
}

// quotedKey reads the rest of a quoted string, after its opening quote.
func quotedKey(v string) (string, bool) {
	var key strings.Builder
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case c == '"':
			rest := strings.TrimLeft(v[i+1:], " ")
			return key.String(), rest == "" || rest[0] == ';'
		case c == '\\':
			i++
			if i == len(v) || v[i] != '"' && v[i] != '\\' {
				return "", false
			}
			c = v[i]
		case c < ' ' || c > '~':
			return "", false
		}
		key.WriteByte(c)
	}
	return "", false // never closed
}

// bareKey accepts a key without quotes: visible characters but those that mean
// something in a structured field.
func bareKey(v string) (string, bool) {
	for i := range len(v) {
		if c := v[i]; c <= ' ' || c > '~' || strings.IndexByte(`",;\`, c) >= 0 {
			return "", false
		}
	}
	return v, true
}

func malformed(format string, args ...any) error {
	return sim.Invalidf(format, args...).WithFix(`write one key in quotes, such as Idempotency-Key: "order-17"`)
}

func cut(s string) string { return s[:min(len(s), 40)] }
