package part

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// meanings say in one line what well-known headers are for.
var meanings = map[string]string{
	"accept":                      "which formats the caller can read",
	"accept-encoding":             "how the response may be compressed",
	"accept-language":             "which languages the caller prefers",
	":authority":                  "the service, by name and port",
	":method":                     "what to do; gRPC always posts",
	":path":                       "which contract, and which call of it",
	":scheme":                     "in the clear, or encrypted",
	":status":                     "gRPC's own status comes at the end",
	"access-control-allow-origin": "which web pages may read it",
	"age":                         "how many seconds a cache has kept it",
	"allow":                       "which methods this address takes",
	"authorization":               "the identity of the caller, with proof",
	"cache-control":               "which caches may store it, how long",
	"cache-status":                "what the cache did",
	"connection":                  "what the connection does afterwards",
	"content-encoding":            "how the body is compressed",
	"content-length":              "how long the body is, in bytes",
	"content-location":            "the address of just this version",
	"content-security-policy":     "what a page made of it may load",
	"content-type":                "how the body is written",
	"cookie":                      "data that the server stored here",
	"date":                        "when the response was made",
	"etag":                        "a name for this version",
	"expect":                      "asks first whether the body is welcome",
	"expires":                     "until when a copy is good",
	"host":                        "for which server, by name and port",
	"idempotency-key":             "two requests with it are done once",
	"idempotent-replayed":         "the first response, repeated",
	"grpc-message":                "the error message",
	"grpc-status":                 "how the call ended: 0 is OK",
	"grpc-timeout":                "how long the caller still waits",
	"if-match":                    "only if it is still this version",
	"if-modified-since":           "only if it is newer than this",
	"if-none-match":               "only if it is no longer this version",
	"keep-alive":                  "how long the connection stays open",
	"last-modified":               "when the resource last changed",
	"link":                        "addresses that belong to this one",
	"location":                    "the address of the new resource",
	"origin":                      "from which page the call comes",
	"prefer":                      "how the caller would like it done",
	"preference-applied":          "which preference was applied",
	"priority":                    "how urgent it is",
	"ratelimit":                   "requests that are left, and for how long",
	"ratelimit-policy":            "the quota: q requests in w seconds",
	"referrer-policy":             "whether links name this page",
	"request-timeout-ms":          "how long the caller still waits, in ms",
	"retry-after":                 "when to retry",
	"server":                      "the server software",
	"te":                          "the caller accepts trailers",
	"trailer":                     "headers that follow the body",
	"traceparent":                 "the request it belongs to, everywhere",
	"tracestate":                  "more of that, for other tools",
	"transfer-encoding":           "in chunks: its length was not known",
	"user-agent":                  "the client software",
	"vary":                        "headers that the response depends on",
	"via":                         "the proxies on the path",
	"www-authenticate":            "how to prove who you are",
	"x-api-key":                   "a secret that names the client",
	"x-client-id":                 "the client that the gateway authenticated",
	"x-client-scopes":             "what that client may do",
	"x-content-type-options":      "take the format as said, do not guess",
	"x-forwarded-for":             "the address of the client",
	"x-forwarded-host":            "the host that the client named",
	"x-forwarded-proto":           "how the client reached the gateway",
	"x-frame-options":             "no page may show it inside of itself",
	"x-gateway-issuer":            "the address of the gateway",
	"x-missing-parts":             "which parts of the response are missing",
	"x-request-id":                "a name for this request, in every log",
}

// meaning is what a header is for; "" when it is not well known.
func meaning(name string) string { return meanings[strings.ToLower(name)] }

// methods say what a request wants, by its first word (RFC 9110, section 9).
var methods = map[string]string{
	"GET":     "read it, change nothing",
	"HEAD":    "only the headers, no body",
	"POST":    "take this and act on it",
	"PUT":     "make it exactly like this",
	"PATCH":   "change this part of it",
	"DELETE":  "remove it",
	"OPTIONS": "which methods are there?",
}

// opening explains the first line of a message: what is wanted, or the verdict.
func opening(c sim.Captured, answer bool) string {
	words := strings.Fields(c.Start)
	if !answer {
		if len(words) > 0 && methods[words[0]] != "" {
			return methods[words[0]]
		}
		return "the request line"
	}
	if len(words) < 2 || len(words[1]) != 3 {
		return "the status code"
	}
	return "the status code: " + class(words[1])
}

// class says what the first digit of a status means, and the exceptions to it.
func class(status string) string {
	switch status {
	case "201":
		return "done, and something new exists"
	case "202":
		return "accepted, not done yet"
	case "204":
		return "done, without a body"
	case "304":
		return "not changed, use your copy"
	case "408", "429":
		return "not now, retry later"
	}
	switch status[0] {
	case '1':
		return "go on"
	case '2':
		return "done"
	case '3':
		return "look elsewhere"
	case '4':
		return "the request must change"
	default:
		return "the server failed; a retry may work"
	}
}
