package rest

import (
	"crypto/sha256"
	"encoding/hex"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// appendAnswer writes the JSON of an answer: the names of the contract, every
// plain field even when it is zero ("available":0 is worth reading), and no
// null for a message that is not there.
func appendAnswer(b []byte, m proto.Message) ([]byte, error) {
	return appendJSON(b, m, protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true})
}

// appendRequest writes the JSON of a request: the names of the contract, and
// only what is set.
func appendRequest(b []byte, m proto.Message) ([]byte, error) {
	return appendJSON(b, m, protojson.MarshalOptions{UseProtoNames: true})
}

func appendJSON(b []byte, m proto.Message, o protojson.MarshalOptions) ([]byte, error) {
	n := len(b)
	b, err := o.MarshalAppend(b, m)
	if err != nil {
		return b[:n], err
	}
	return append(b[:n], compact(b[n:])...), nil
}

// compact removes white space between the tokens of valid JSON, in place.
// protojson adds some on purpose, differently in every build; without it equal
// messages have equal bytes everywhere, which is what ETags and byte counts
// are made from.
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
