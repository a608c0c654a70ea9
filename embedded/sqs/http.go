package sqs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// maxRequest is the longest body of a request: one of 1 MiB, written in the worst
// way that JSON has (\u0001 for each byte), and what stands around it.
const maxRequest = 8 << 20

// Timeouts of the server. The longest wait for a message is 20 s.
const (
	headTimeout  = 10 * time.Second
	readTimeout  = 30 * time.Second
	writeTimeout = time.Minute
	idleTimeout  = 2 * time.Minute
)

// protocol is one of the two ways to speak.
type protocol interface {
	// read finds the operation and fills its request.
	read(r *http.Request, body []byte) (name string, o operation, request any, err error)
	// yes and no write an answer.
	yes(w http.ResponseWriter, name, requestID string, answer any)
	no(w http.ResponseWriter, requestID string, f *fault)
}

// reply answers one request. Each of its answers has an id of its own.
func (s *Server) reply(w http.ResponseWriter, r *http.Request) {
	id := requestID()
	w.Header().Set("X-Amzn-Requestid", id)
	p := protocolOf(r)
	name, answer, err := s.answer(w, r, p)
	if err != nil {
		p.no(w, id, asFault(err))
		return
	}
	p.yes(w, name, id, answer)
}

func protocolOf(r *http.Request) protocol {
	if r.Header.Get("X-Amz-Target") != "" || strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-amz-json") {
		return jsonProtocol{}
	}
	return queryProtocol{}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, p protocol) (name string, answer any, err error) {
	if err := s.admit(r); err != nil {
		return "", nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return "", nil, no.tooLarge.because("The request is longer than %d bytes.", long.Limit)
		}
		return "", nil, no.malformed.because("The request cannot be read: %v", err)
	}
	name, o, request, err := p.read(r, body)
	if err != nil {
		return "", nil, err
	}
	answer, err = o.do(call{Server: s, ctx: r.Context(), base: "http://" + r.Host + "/" + account + "/"}, request)
	return name, answer, err
}

// admit decides who may ask at all. Web pages may not, whatever their browser
// was told the address of this machine is.
func (s *Server) admit(r *http.Request) error {
	switch {
	case r.Method != http.MethodPost:
		return no.noAction.because("Both protocols use POST, not %s.", r.Method)
	case !loopback.IsHost(r.Host):
		return no.denied.because("Only names of this machine are served, such as 127.0.0.1 and localhost.")
	case r.Header.Get("Origin") != "":
		return no.denied.because("Web pages are not served.")
	case s.key == "":
		return nil
	}
	return s.knows(r.Header.Get("Authorization"))
}

// knows checks the access key of "AWS4-HMAC-SHA256 Credential=KEY/20261122/…".
// The signature is not verified: the key is a name here, not a secret.
func (s *Server) knows(authorization string) error {
	_, credential, ok := strings.Cut(authorization, "Credential=")
	if !ok {
		return no.noCredentials.plain()
	}
	if key, _, _ := strings.Cut(credential, "/"); key != s.key {
		return no.unknownClient.plain()
	}
	return nil
}

func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return uuid(b)
}

func uuid(b [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
