package sim

import (
	"net/http"
	"strconv"

	"google.golang.org/genproto/googleapis/api/httpbody"
)

// TypeRaw is the type of a message that is an HTTP request or response as it is,
// without a contract: method, path and status stand in its header, its body is an
// HttpBody. It is what a gateway hands on, and how a lesson sends what no
// contract would. A service that handles TypeRaw gets every request over REST in
// this form, whatever its path, and those of other contracts as well.
const TypeRaw = "google.api.HttpBody"

// Header keys of a message of [TypeRaw].
const (
	HeaderMethod  = ":method"
	HeaderPath    = ":path"      // with its query, escaped
	HeaderHost    = ":authority" // the Host of a request
	HeaderAddress = ":address"   // of who sent a request, without its port
	HeaderStatus  = ":status"    // of a response; none = 200
	HeaderAs      = ":as"        // the client whose token a use case sends, before it is sent
)

// Raw is an HTTP request written by hand, for what no contract would send.
type Raw struct{ Method, Path, Body string }

// RawResponse is a response of [TypeRaw]. Header may be nil.
func RawResponse(status int, contentType string, h Header, body []byte) Message {
	if h == nil {
		h = Header{}
	}
	h[HeaderStatus] = []string{strconv.Itoa(status)}
	return Message{Type: TypeRaw, Header: h, Body: &httpbody.HttpBody{ContentType: contentType, Data: body}}
}

// RawStatus is the status of a response of [TypeRaw].
func RawStatus(m Message) int {
	if status, err := strconv.Atoi(m.Header.Get(HeaderStatus)); err == nil && status >= 100 && status <= 999 {
		return status
	}
	return http.StatusOK
}

// RawBody is the body of a message of [TypeRaw].
func RawBody(m Message) (contentType string, data []byte) {
	b, _ := m.Body.(*httpbody.HttpBody)
	return b.GetContentType(), b.GetData()
}
