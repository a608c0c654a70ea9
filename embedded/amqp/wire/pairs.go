package wire

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Pairs are the properties that are there and then the headers, for people.
func (p Properties) Pairs() [][2]string {
	var all [][2]string
	add := func(name, value string) {
		if value != "" {
			all = append(all, [2]string{name, value})
		}
	}
	add("content-type", p.ContentType)
	add("content-encoding", p.ContentEncoding)
	if p.DeliveryMode != 0 {
		add("delivery-mode", strconv.Itoa(int(p.DeliveryMode)))
	}
	if p.Priority != 0 {
		add("priority", strconv.Itoa(int(p.Priority)))
	}
	add("correlation-id", p.CorrelationID)
	add("reply-to", p.ReplyTo)
	add("expiration", p.Expiration)
	add("message-id", p.MessageID)
	if !p.Timestamp.IsZero() {
		add("timestamp", p.Timestamp.Format(time.RFC3339))
	}
	add("type", p.Type)
	add("user-id", p.UserID)
	add("app-id", p.AppID)
	return append(all, p.Headers.Pairs()...)
}

// Pairs are the fields of a table by name, for people.
func (t Table) Pairs() [][2]string {
	var all [][2]string
	for _, key := range slices.Sorted(maps.Keys(t)) {
		all = append(all, [2]string{key, shown(t[key])})
	}
	return all
}

// shown is how a field reads: {a: 1, b: [x, y]}.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "void"
	case []byte:
		if utf8.Valid(v) {
			return string(v)
		}
		return "0x" + hex.EncodeToString(v)
	case time.Time:
		return v.Format(time.RFC3339)
	case Decimal:
		return fmt.Sprintf("%de-%d", v.Value, v.Scale)
	case Table:
		var in []string
		for _, p := range v.Pairs() {
			in = append(in, p[0]+": "+p[1])
		}
		return "{" + strings.Join(in, ", ") + "}"
	case []any:
		var in []string
		for _, e := range v {
			in = append(in, shown(e))
		}
		return "[" + strings.Join(in, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}
