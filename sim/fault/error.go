package fault

import (
	"context"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Error answers instead of the other side, which never hears of the message. At
// a service it answers instead of the work.
//
//	ask ──▶ ✗ 503      payment
//	    ◀───┘
type Error struct {
	Status int    // as HTTP says it
	GRPC   uint32 // the exact gRPC status code; 0 = the one that says the same as Status
	Body   string // what the answer says; "" = the name of the status
}

func failing() Form {
	return Form{
		Word: "error", About: "respond with an error; the target never receives the request", Level: OnMessage, Unit: "message", Targets: onBoth,
		Params: counted(
			form.Param{Name: "code", Kind: status, Unit: "status", Default: "503", About: "the status of the response", Example: "503"},
			form.Param{Name: "body", Kind: form.Text, Unit: "text", Max: 1 << 10, About: "the text of the error", Example: "overloaded"},
		),
		Example: "inject order:payment error code=503 first=2",
		make: func(v values) Effect {
			code, exact, _ := statusOf(v.Text("code")) // it was checked
			return Error{code, exact, v.Text("body")}
		},
	}
}

// Meet answers in place of whoever is next.
func (f Error) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	e := &sim.Error{Code: sim.CodeOfHTTP(f.Status), Message: f.Body, HTTP: f.Status, GRPC: f.GRPC, Remote: a.Verdict != nil}
	verdict := f.Status
	if a.Verdict != nil {
		verdict = a.Verdict(e)
		sim.SpanFrom(ctx).Note.Status = verdict
	}
	if e.Message == "" {
		e.Message = "injected: " + sim.StatusText(verdict)
	}
	a.Hit(sim.StatusText(verdict))
	return sim.Message{}, e
}

func (Error) effect() {}

// status is an HTTP status of an error, or the name of a gRPC code.
var status = &form.Kind{
	What:   "a status",
	Bounds: func(form.Param) string { return "an HTTP status from 400 to 599, or a gRPC code such as UNAVAILABLE" },
	Read: func(_ form.Param, s string) (float64, error) {
		status, _, err := statusOf(s)
		return float64(status), err
	},
}

// grpcCodes is how many codes gRPC has besides OK
// (doc/statuscodes.md of grpc/grpc); [sim.StatusText] knows their names.
const grpcCodes = 16

// statusOf reads "503" or "UNAVAILABLE". It returns the HTTP status and, where a
// gRPC code was named, that code.
func statusOf(s string) (status int, exact uint32, err error) {
	var names []string
	for n := uint32(1); n <= grpcCodes; n++ {
		_, name, _ := strings.Cut(sim.StatusText(int(n)), " ")
		if strings.EqualFold(s, name) {
			return sim.HTTPOfGRPC(n), n, nil
		}
		names = append(names, name)
	}
	status, err = strconv.Atoi(s)
	switch {
	case err != nil:
		return 0, 0, sim.Unknown("status", sim.Visible(s[:min(len(s), 64)]), names)
	case status < 400 || status > 599:
		return 0, 0, sim.Invalidf("%d is not the status of an error", status).WithFix("choose 400 to 599, or a gRPC code such as UNAVAILABLE")
	}
	return status, 0, nil
}
