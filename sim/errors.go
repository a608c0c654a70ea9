package sim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Code is the one vocabulary of things that go wrong.
type Code uint8

const (
	OK          Code = iota
	Invalid          // the request must change
	NotFound         // there is no such thing
	Denied           // not allowed
	Conflict         // the state of the thing forbids it
	Exhausted        // too much, for now
	Unavailable      // nobody there, or not ready; may be later
	Timeout          // no answer in time; it may or may not have been done
	Internal         // a mistake in the service
)

// codes is the ONE table: code ↔ word ↔ HTTP status ↔ gRPC code.
// gRPC numbers: google.golang.org/grpc/codes; HTTP: RFC 9110.
var codes = [...]struct {
	word string
	http int
	grpc uint32
}{
	OK:          {"ok", http.StatusOK, 0},
	Invalid:     {"invalid", http.StatusBadRequest, 3},
	NotFound:    {"not_found", http.StatusNotFound, 5},
	Denied:      {"denied", http.StatusForbidden, 7},
	Conflict:    {"conflict", http.StatusConflict, 9},
	Exhausted:   {"exhausted", http.StatusTooManyRequests, 8},
	Unavailable: {"unavailable", http.StatusServiceUnavailable, 14},
	Timeout:     {"timeout", http.StatusGatewayTimeout, 4},
	Internal:    {"internal", http.StatusInternalServerError, 13},
}

func (c Code) String() string { return codes[c].word }

// HTTP is the status that says the same.
func (c Code) HTTP() int { return codes[c].http }

// GRPC is the gRPC status code that says the same.
func (c Code) GRPC() uint32 { return codes[c].grpc }

// CodeOfHTTP is the code that says the same as an HTTP status.
func CodeOfHTTP(status int) Code {
	for c, row := range codes {
		if row.http == status {
			return Code(c)
		}
	}
	switch {
	case status < 400:
		return OK
	case status == http.StatusUnauthorized:
		return Denied
	case status == http.StatusGone:
		return NotFound
	case status == http.StatusPreconditionFailed:
		return Conflict
	case status == http.StatusRequestTimeout:
		return Timeout
	case status < 500:
		return Invalid
	case status == http.StatusBadGateway:
		return Unavailable
	default:
		return Internal
	}
}

// CodeOfGRPC is the code that says the same as a gRPC status code.
func CodeOfGRPC(code uint32) Code {
	for c, row := range codes {
		if row.grpc == code {
			return Code(c)
		}
	}
	switch code {
	case 6, 10: // already exists, aborted
		return Conflict
	case 11, 12: // out of range, unimplemented
		return Invalid
	case 1: // cancelled
		return Unavailable
	case 16: // unauthenticated
		return Denied
	default:
		return Internal
	}
}

// exactHTTP are the HTTP statuses that google.rpc.Code names for gRPC codes where
// the code of this package that is nearest to them would name another.
var exactHTTP = map[uint32]int{1: 499, 12: http.StatusNotImplemented, 16: http.StatusUnauthorized}

// HTTPOfGRPC is the HTTP status that says the same as a gRPC status code.
func HTTPOfGRPC(code uint32) int {
	if status, ok := exactHTTP[code]; ok {
		return status
	}
	return CodeOfGRPC(code).HTTP()
}

// Answers reports whether a call that ended with this code got its answer: the
// other side understood and said yes or no. A 404 is an answer; 429, 503 and
// silence are not, because asking again may help.
func (c Code) Answers() bool { return c <= Conflict }

// Error says what was being done to what, and what the person can do next.
type Error struct {
	Code       Code
	Message    string        // what went wrong, for people
	Fix        string        // what to do next; may be empty
	HTTP       int           // the exact HTTP status where Code's own is too coarse (422); 0 = Code.HTTP()
	GRPC       uint32        // the exact gRPC status code where Code's own is too coarse (10, ABORTED); 0 = see Error.GRPCCode
	RetryAfter time.Duration // when asking again makes sense; 0 = not said
	Remote     bool          // the other side said so; false: it was found out on this side
	Answer     *Message      // the response of [TypeRaw] that says this, to be handed on as it is; nil = there is none
	Err        error         // what caused it; may be nil
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Err }

// Status is the HTTP status of e.
func (e *Error) Status() int {
	if e.HTTP != 0 {
		return e.HTTP
	}
	return e.Code.HTTP()
}

// GRPCCode is the gRPC status code of e: the exact one, else the one that says
// the same as its HTTP status, else that of its Code.
func (e *Error) GRPCCode() uint32 {
	if e.GRPC != 0 {
		return e.GRPC
	}
	for code, status := range exactHTTP {
		if e.HTTP == status {
			return code
		}
	}
	return e.Code.GRPC()
}

// WithFix returns e with a next step for the person.
func (e *Error) WithFix(format string, args ...any) *Error {
	e.Fix = fmt.Sprintf(format, args...)
	return e
}

// Errorf makes an error. A %w operand becomes its cause.
func Errorf(c Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: c, Message: err.Error(), Err: errors.Unwrap(err)}
}

// Invalidf is Errorf(Invalid, …), the most frequent one.
func Invalidf(format string, args ...any) *Error { return Errorf(Invalid, format, args...) }

// ErrKilled is returned by every function of an Env whose instance was killed.
var ErrKilled = &Error{Code: Unavailable, Message: "this instance was killed"}

// ErrNoLink is the cause of a call to a service that this world does not link
// the caller to. A service that can do without the other one goes on.
var ErrNoLink = errors.New("this world has no such link")

// ErrNotSent is the cause of an error with which a policy on this side ended a
// call before anything left: an open breaker, a limit, a spent budget. It says
// nothing about the other side.
var ErrNotSent = errors.New("a policy did not let the call leave")

// ErrMissed is returned by a reader that waits for something over a hole in the log.
var ErrMissed = errors.New("events were missed: the reader fell behind the log")

// AsError turns any error into an *Error: contexts become Timeout or
// Unavailable, what is already one stays as it is, nil stays nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: Timeout, Message: "no response in time", Err: err}
	case errors.Is(err, context.Canceled):
		return &Error{Code: Unavailable, Message: "given up by the caller", Err: err}
	default:
		return &Error{Code: Internal, Message: err.Error(), Err: err}
	}
}

// CodeOf is the code of any error; OK for nil.
func CodeOf(err error) Code {
	if err == nil {
		return OK
	}
	return AsError(err).Code
}
