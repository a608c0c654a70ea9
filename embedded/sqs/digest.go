package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"
)

// digest is the MD5 of a body, by which the sender checks that it arrived whole.
func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// digestOf is the MD5 of attributes, "" of none. It goes over all of them in the
// order of their names: name, type, 1 for a text or 2 for bytes, and the value;
// each but the number with its length before it, in four bytes, the highest first.
// (Amazon SQS Developer Guide, "Calculating the MD5 message digest for message
// attributes".)
func digestOf(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	h := md5.New()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		part(h, []byte(name))
		part(h, []byte(a.DataType))
		if strings.HasPrefix(a.DataType, "Binary") {
			h.Write([]byte{2})
			part(h, a.BinaryValue)
		} else {
			h.Write([]byte{1})
			part(h, []byte(a.text()))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func part(h hash.Hash, b []byte) {
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
	h.Write(b)
}

func (a attribute) text() string {
	if a.StringValue == nil {
		return ""
	}
	return *a.StringValue
}
