package control

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/msc-sim/msc-sim/sim"
)

// Problem is how an error is written as JSON, here and by --format json.
type Problem struct {
	Error ProblemDetail `json:"error"`
}

// ProblemDetail is the inside of a Problem.
type ProblemDetail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

// ProblemOf describes an error.
func ProblemOf(err error) Problem {
	e := sim.AsError(err)
	return Problem{ProblemDetail{Code: e.Code.String(), Message: e.Message, Fix: e.Fix}}
}

func reply(w http.ResponseWriter, v any) { replyAs(w, http.StatusOK, v) }

func refuse(w http.ResponseWriter, err error) { refuseAs(w, sim.AsError(err).Status(), err) }

func refuseAs(w http.ResponseWriter, status int, err error) { replyAs(w, status, ProblemOf(err)) }

func replyAs(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","message":"this answer cannot be written as JSON","fix":""}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the caller has gone: nobody is left to tell
}

// withSchema writes what show gave as one JSON object that says its schema.
// Lists become a field named after what was asked for.
func withSchema(what string, data any) (json.RawMessage, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return nil, sim.Errorf(sim.Internal, "show %s cannot be written as JSON: %w", what, err)
	}
	switch {
	case bytes.Equal(body, []byte("{}")):
		return json.RawMessage(`{"schema":1}`), nil
	case body[0] == '{':
		return append([]byte(`{"schema":1,`), body[1:]...), nil
	default:
		return json.Marshal(map[string]any{"schema": 1, what: json.RawMessage(body)})
	}
}
