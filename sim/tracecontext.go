package sim

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// TraceOutside is what a trace that began outside this program carries besides its
// ids, and what every request that it causes carries on (W3C Trace Context).
type TraceOutside struct {
	flags byte   // of traceparent: those that the standard knows
	state string // of tracestate: what other tracing systems wrote
}

// The flags of a traceparent that are passed on: sampled, and random trace id
// (level 2). Others are reserved and set to zero, as the standard says (§3.2.2.5).
const knownFlags = 0x03

// ReadTrace takes over the trace and the span id of a request from the values of
// its traceparent and tracestate. It reports false, and changes nothing, when
// there is not exactly one traceparent that can be read. A tracestate that breaks
// a rule is dropped as a whole, the trace goes on (§3.3).
func (s *Span) ReadTrace(parent, state []string) bool {
	if len(parent) != 1 {
		return false
	}
	value := strings.Trim(parent[0], " \t")
	t, id, ok := ParseTraceparent(value)
	if !ok {
		return false
	}
	s.Trace, s.ID = t, id
	o := TraceOutside{flags: unhex(value[54]) & knownFlags, state: tracestate(state)}
	if o != (TraceOutside{flags: 1}) {
		s.Outside = &o
	}
	return true
}

// Tracestate is the W3C header value that goes with [Span.Traceparent]; "" = none.
func (s *Span) Tracestate() string {
	if s.Outside == nil {
		return ""
	}
	return s.Outside.state
}

func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// Traceparent is the W3C header value of s, in version 00. A trace that began here
// is sampled.
func (s *Span) Traceparent() string {
	var b [55]byte
	copy(b[:], "00-")
	hex.Encode(b[3:35], s.Trace[:])
	b[35] = '-'
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], uint64(s.ID))
	hex.Encode(b[36:52], id[:])
	copy(b[52:], "-01")
	if s.Outside != nil {
		b[54] = '0' + s.Outside.flags
	}
	return string(b[:])
}

// ParseTraceparent reads a W3C traceparent. Malformed values give ok == false
// and must be ignored, as the standard says. Versions above 00 are read as 00.
func ParseTraceparent(v string) (t TraceID, s SpanID, ok bool) {
	if len(v) < 55 || v[2] != '-' || v[35] != '-' || v[52] != '-' || v[:2] == "ff" {
		return t, 0, false
	}
	if len(v) > 55 && (v[:2] == "00" || v[55] != '-') {
		return t, 0, false
	}
	for i := range 55 {
		c := v[i]
		if i == 2 || i == 35 || i == 52 {
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return t, 0, false
		}
	}
	var id [8]byte
	_, _ = hex.Decode(t[:], []byte(v[3:35]))
	_, _ = hex.Decode(id[:], []byte(v[36:52]))
	s = SpanID(binary.BigEndian.Uint64(id[:]))
	return t, s, !t.IsZero() && s != 0
}

// maxMembers is how many members a tracestate may have (§3.3.1.1).
const maxMembers = 32

// tracestate joins the values of a tracestate header; "" when they break a rule:
// a key or value that is malformed, a key that comes twice, too many members.
func tracestate(values []string) string {
	var members []string
	keys := map[string]bool{}
	for _, v := range values {
		for member := range strings.SplitSeq(v, ",") {
			member = strings.Trim(member, " \t")
			if member == "" {
				continue // allowed (§3.3.1.1)
			}
			key, value, ok := strings.Cut(member, "=")
			if !ok || !stateKey(key) || !stateValue(value) || keys[key] || len(members) == maxMembers {
				return ""
			}
			keys[key] = true
			members = append(members, member)
		}
	}
	return strings.Join(members, ",")
}

// stateKey reports whether a key is "system" or "tenant@system" (§3.3.1.3.1).
func stateKey(key string) bool {
	tenant, system, multi := strings.Cut(key, "@")
	if multi {
		return len(tenant) <= 241 && keyChars(tenant) && len(system) <= 14 && lower(system) && keyChars(system)
	}
	return len(key) <= 256 && lower(key) && keyChars(key)
}

func lower(key string) bool { return key != "" && key[0] >= 'a' && key[0] <= 'z' }

func keyChars(key string) bool {
	return key != "" && (lower(key) || key[0] >= '0' && key[0] <= '9') && !strings.ContainsFunc(key, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_-*/", r)
	})
}

// stateValue reports whether a value is printable ASCII without comma and equals
// sign, of 1 to 256 characters (§3.3.1.3.2).
func stateValue(value string) bool {
	return value != "" && len(value) <= 256 && !strings.ContainsFunc(value, func(r rune) bool {
		return r < ' ' || r > '~' || r == ',' || r == '='
	})
}
