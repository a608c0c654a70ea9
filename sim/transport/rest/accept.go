package rest

import (
	"mime"
	"strconv"
	"strings"
)

// Media types this transport writes.
const (
	typeJSON    = "application/json"
	typeProblem = "application/problem+json" // RFC 9457
)

// acceptsJSON reports whether a caller that sent these Accept headers takes
// application/json (RFC 9110 §12.5.1). No header, or none that can be read,
// takes everything. The most specific range decides; q=0 says no.
func acceptsJSON(accept []string) bool {
	if len(accept) == 0 || len(accept) == 1 && accept[0] == typeJSON { // nearly always
		return true
	}
	best, takes, any := -1, false, false
	for _, line := range accept {
		for item := range strings.SplitSeq(line, ",") {
			specific, q, ok := mediaRange(item)
			if !ok {
				continue
			}
			any = true
			if specific > best || specific == best && q > 0 {
				best, takes = specific, q > 0
			}
		}
	}
	return takes && best >= 0 || !any
}

// mediaRange reads one item of an Accept header: how specifically it names JSON
// (-1: it does not) and its quality.
func mediaRange(item string) (specific int, q float64, ok bool) {
	name, params, _ := strings.Cut(item, ";")
	name = strings.ToLower(strings.Trim(name, " \t"))
	kind, sub, ok := strings.Cut(name, "/")
	if !ok || kind == "" || sub == "" {
		return -1, 0, false
	}
	q = 1
	for p := range strings.SplitSeq(params, ";") {
		k, v, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.Trim(k, " \t"), "q") {
			f, err := strconv.ParseFloat(strings.Trim(v, " \t"), 64)
			if err != nil || !(f >= 0 && f <= 1) {
				return -1, 0, false
			}
			q = f
		}
	}
	switch name {
	case typeJSON:
		return 2, q, true
	case "application/*":
		return 1, q, true
	case "*/*":
		return 0, q, true
	}
	return -1, q, true
}

// isJSON reports whether a Content-Type names JSON: application/json or
// anything+json, in UTF-8, which is all that JSON may be in (RFC 8259).
func isJSON(contentType string) bool {
	if contentType == typeJSON || contentType == typeProblem {
		return true
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != typeJSON && !strings.HasSuffix(kind, "+json") {
		return false
	}
	charset, said := params["charset"]
	return !said || strings.EqualFold(charset, "utf-8")
}
