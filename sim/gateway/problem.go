package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// details is a refusal as a client reads it (RFC 9457).
type details struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Status   int      `json:"status"`
	Detail   string   `json:"detail,omitempty"`
	Instance string   `json:"instance,omitempty"`
	Fix      string   `json:"fix,omitempty"`
	Violated []string `json:"violated-policies,omitempty"`
}

// mostPath bounds how much of a path a refusal repeats, in bytes.
const mostPath = 200

// problem gives an error the response that says it, unless it has one: problem+json,
// and in seconds when to try again.
func problem(x *exchange, e *sim.Error) *sim.Error {
	if e.Answer != nil || e == sim.ErrKilled {
		return e
	}
	return typed(x, e, "about:blank")
}

// typed is problem with a type of its own, for which policies say what was violated.
func typed(x *exchange, e *sim.Error, kind string, violated ...string) *sim.Error {
	d := details{
		Type: kind, Title: http.StatusText(e.Status()), Status: e.Status(), Detail: e.Message, Fix: e.Fix,
		Instance: x.path[:min(len(x.path), mostPath)], Violated: violated,
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(d) // texts and a number always encode
	answer := sim.RawResponse(e.Status(), "application/problem+json", nil, bytes.TrimSpace(b.Bytes()))
	if e.RetryAfter > 0 {
		answer.Header[sim.HeaderRetryAfter] = []string{seconds(e.RetryAfter)}
	}
	c := *e
	c.Answer = &answer
	return &c
}

// seconds are whole ones, and never too early.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// refusal is an error with an exact status.
func refusal(status int, format string, args ...any) *sim.Error {
	e := sim.Errorf(sim.CodeOfHTTP(status), format, args...)
	e.HTTP = status
	return e
}

// say puts a header on whatever answers, the response or the refusal; without
// values it takes the header away.
func say(x *exchange, reply *sim.Message, err error, name string, values ...string) error {
	if err == nil {
		reply.Header = with(reply.Header, name, values)
		return nil
	}
	e := problem(x, sim.AsError(err))
	if e.Answer == nil {
		return e
	}
	answer, c := *e.Answer, *e
	answer.Header = with(answer.Header, name, values)
	c.Answer = &answer
	return &c
}

func with(h sim.Header, name string, values []string) sim.Header {
	c := make(sim.Header, len(h)+1)
	for k, v := range h {
		c[k] = v
	}
	if c[name] = values; values == nil {
		delete(c, name)
	}
	return c
}
