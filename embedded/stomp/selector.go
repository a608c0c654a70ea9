package stomp

import (
	"strconv"
	"strings"
)

// selector is what a subscription wants of a message: each of these headers has
// this value.
//
//	colour = 'red' AND size = 5
//
// That is a small part of the SQL that ActiveMQ understands; the rest is refused.
type selector []header

// parseSelector reads one; "" wants everything.
func parseSelector(s string) (selector, error) {
	var wanted selector
	for rest := strings.TrimSpace(s); rest != ""; {
		i := strings.IndexByte(rest, '=')
		if i < 0 {
			return nil, noSelector(s)
		}
		key := strings.TrimSpace(rest[:i])
		if !isName(key) {
			return nil, noSelector(s)
		}
		value, after, ok := literal(strings.TrimSpace(rest[i+1:]))
		if !ok {
			return nil, noSelector(s)
		}
		wanted = append(wanted, header{headerOf(key), value})
		if rest, ok = afterAnd(after); !ok {
			return nil, noSelector(s)
		}
	}
	return wanted, nil
}

func noSelector(s string) error {
	c := wrong("%s", s)
	c.class = "javax.jms.InvalidSelectorException"
	c.detail = c.class + ": " + s + "\nonly name = 'text' and name = number, joined by AND, are understood here\n"
	return c
}

// afterAnd cuts off an AND that must lead to more; nothing at all is fine too.
func afterAnd(s string) (rest string, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", true
	}
	if len(s) < 5 || !strings.EqualFold(s[:3], "AND") || s[3] != ' ' {
		return "", false
	}
	return strings.TrimSpace(s[4:]), true
}

// literal reads 'text', in which ” is a quote, or a number or TRUE or FALSE.
func literal(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, "'") {
		value, rest, _ = strings.Cut(s, " ")
		if _, err := strconv.ParseFloat(value, 64); err == nil {
			return value, rest, true
		}
		lower := strings.ToLower(value)
		return lower, rest, lower == "true" || lower == "false"
	}
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '\'':
			text.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '\'':
			text.WriteByte('\'')
			i++
		default:
			return text.String(), s[i+1:], true
		}
	}
	return "", "", false
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if letter := c >= 'a' && c <= 'z' || s[i] == '_' || s[i] == '$' || s[i] >= 0x80; !letter && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// headerOf is the header in which a name of JMS stands.
func headerOf(name string) string {
	switch name {
	case "JMSType":
		return "type"
	case "JMSCorrelationID":
		return "correlation-id"
	case "JMSPriority":
		return "priority"
	case "JMSMessageID":
		return "message-id"
	default:
		return name
	}
}

// wants says whether it wants a message with these headers. Numbers are equal
// however they are written.
func (s selector) wants(h headers) bool {
	for _, one := range s {
		if is, ok := h.find(one.key); !ok || is != one.value && !sameNumber(is, one.value) {
			return false
		}
	}
	return true
}

func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	return err == nil && x == y
}
