package fault

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Error answers instead of the other side, which never hears of the message. At
// a service it answers instead of the work.
//
//	ask ──▶ ✗ 503      payment
//	    ◀───┘
type Error struct {
	Code   sim.Code
	Status int    // as HTTP says it
	GRPC   uint32 // as gRPC says it
	Body   string // what the answer says; "" = the name of the status
}

func failing() Form {
	return Form{
		Word: "error", About: "an error is the answer, and the other side never hears of it", Level: OnMessage, Unit: "message", Targets: onBoth,
		Params: counted(
			Param{Name: "code", Kind: Status, Unit: "status", Default: "503", About: "what the answer is", Example: "503"},
			Param{Name: "body", Kind: Text, Unit: "text", Max: 1 << 10, About: "what it says", Example: "overloaded"},
		),
		Example: "inject order:payment error code=503 first=2",
		make: func(v values) Effect {
			status, grpc, _ := statusOf(v["code"].text)
			return Error{sim.CodeOfHTTP(status), status, grpc, v["body"].text}
		},
	}
}

// Meet answers in place of whoever is next.
func (f Error) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if s := sim.SpanFrom(ctx); s != nil {
		switch a.Transport {
		case "rest":
			s.Note.Status = f.Status
		case "grpc":
			s.Note.Status = int(f.GRPC)
		}
	}
	a.Bite(strconv.Itoa(f.Status) + " " + http.StatusText(f.Status))
	text := f.Body
	if text == "" {
		text = "injected: " + strconv.Itoa(f.Status) + " " + http.StatusText(f.Status)
	}
	return sim.Message{}, &sim.Error{Code: f.Code, Message: text, HTTP: f.Status, Remote: a.Transport != ""}
}

func (Error) effect() {}

// grpcCodes are the names of gRPC's codes, by number
// (github.com/grpc/grpc/blob/master/doc/statuscodes.md). OK is none of them.
var grpcCodes = [...]string{
	1: "CANCELLED", 2: "UNKNOWN", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND",
	6: "ALREADY_EXISTS", 7: "PERMISSION_DENIED", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION",
	10: "ABORTED", 11: "OUT_OF_RANGE", 12: "UNIMPLEMENTED", 13: "INTERNAL", 14: "UNAVAILABLE",
	15: "DATA_LOSS", 16: "UNAUTHENTICATED",
}

// statusOf reads "503" or "UNAVAILABLE" and says it in both languages; the one
// that was not given comes from the table of [sim.Code].
func statusOf(s string) (status int, grpc uint32, err error) {
	for n, name := range grpcCodes {
		if n > 0 && strings.EqualFold(s, name) {
			return sim.CodeOfGRPC(uint32(n)).HTTP(), uint32(n), nil
		}
	}
	status, err = strconv.Atoi(s)
	switch {
	case err != nil:
		return 0, 0, sim.Unknown("status", clip(s), grpcCodes[1:])
	case status < 400 || status > 599:
		return 0, 0, sim.Invalidf("a status of %d is out of bounds", status).WithFix("from 400 to 599, or a gRPC code such as UNAVAILABLE")
	}
	return status, sim.CodeOfHTTP(status).GRPC(), nil
}
