// Package echo is a service that responds with the request as it received it, to
// show what a gateway changes.
package echo

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

type echo struct{}

// New is a service that takes every request over REST.
func New(*sim.Env, sim.ServiceSpec) sim.Service { return echo{} }

// Handlers implements [sim.Service].
func (echo) Handlers() map[string]sim.Handler { return map[string]sim.Handler{sim.TypeRaw: respond} }

// OnAnswer implements [sim.Service].
func (echo) OnAnswer() map[string]sim.Handler { return nil }

// received is a request as it came.
type received struct {
	Method  string              `json:"method"`
	Path    string              `json:"path"`
	Host    string              `json:"host"`
	Headers map[string][]string `json:"headers"`
	Body    string              `json:"body"`
	Base64  string              `json:"body_base64,omitempty"` // of a body that is no text
}

func respond(_ context.Context, m sim.Message) (sim.Message, error) {
	r := received{Headers: map[string][]string{}}
	for k, v := range m.Header {
		if !strings.HasPrefix(k, ":") {
			r.Headers[k] = v
		}
	}
	r.Method, r.Path, r.Host = m.Header.Get(sim.HeaderMethod), m.Header.Get(sim.HeaderPath), m.Header.Get(sim.HeaderHost)
	_, data := sim.RawBody(m)
	if r.Body = string(data); !utf8.Valid(data) {
		r.Body, r.Base64 = "", base64.StdEncoding.EncodeToString(data)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return sim.Message{}, sim.AsError(err)
	}
	return sim.RawResponse(http.StatusOK, "application/json", nil, append(body, '\n')), nil
}
