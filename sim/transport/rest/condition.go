package rest

import "strings"

// matches reports whether an entity tag is named by the values of an If-Match
// or If-None-Match header (RFC 9110 §13.1). "*" names every tag. Weak tags
// (W/"…") count only where weak comparison is asked for.
func matches(values []string, tag string, weak bool) bool {
	for _, v := range values {
		for {
			v = strings.TrimLeft(v, " \t,")
			if v == "" {
				break
			}
			if v[0] == '*' {
				return true
			}
			one, isWeak, rest, ok := nextTag(v)
			if !ok {
				break
			}
			if one == tag && (weak || !isWeak) {
				return true
			}
			v = rest
		}
	}
	return false
}

// nextTag reads one entity tag, with its quotes, from the front of v.
func nextTag(v string) (tag string, weak bool, rest string, ok bool) {
	v, weak = strings.CutPrefix(v, "W/")
	if !strings.HasPrefix(v, `"`) {
		return "", false, "", false
	}
	end := strings.IndexByte(v[1:], '"')
	if end < 0 {
		return "", false, "", false
	}
	return v[:end+2], weak, v[end+2:], true
}
