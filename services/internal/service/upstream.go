package service

import (
	"errors"
	"net/http"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Upstream is what our own caller should hear when a call to another service
// went wrong and there is no way on without it:
//
//	the other side                      our caller hears
//	did not respond in time             504, timeout
//	cannot be reached                   503, unavailable
//	answered that it is unavailable     503, unavailable; Retry-After is passed on, else a second
//	had too much to do                  503: our caller is not the one who asked too much
//	a policy of ours let nothing leave  503: that says nothing about the other side
//	made a mistake                      502, unavailable
//	refused our request                 500: we asked wrongly, our caller did not
//	only accepted it, in a queue        500: this world lets us ask where we must know
//
// A no that means something to our caller (not found, conflict) is for the
// service to translate before. Of a killed instance nothing is ever heard, so
// [sim.ErrKilled] stays as it is.
func Upstream(service string, err error) *sim.Error {
	if errors.Is(err, sim.ErrKilled) {
		return sim.ErrKilled
	}
	if errors.Is(err, sim.ErrAccepted) {
		return sim.Errorf(sim.Internal, "%s has only accepted the request, and there is no way on without its answer", service).
			WithFix("let the link wait for answers: rest, grpc or nats-reply")
	}
	cause := sim.AsError(err)
	e := &sim.Error{Code: sim.Unavailable, RetryAfter: cause.RetryAfter, Err: err}
	switch {
	case errors.Is(err, sim.ErrNotSent):
		e.Message = "the request to " + service + " was not sent: " + cause.Message
	case cause.Code == sim.Timeout:
		e.Code, e.Message = sim.Timeout, service+" did not respond in time"
	case cause.Code == sim.Unavailable && cause.Remote:
		e.Message = service + " is unavailable: " + cause.Message
	case cause.Code == sim.Unavailable:
		e.Message = service + " cannot be reached: " + cause.Message
	case cause.Code == sim.Exhausted:
		e.Message = service + " has too much to do"
	case cause.Code == sim.Internal:
		e.HTTP, e.Message = http.StatusBadGateway, service+" made a mistake: "+cause.Message
	default:
		e.Code, e.Message = sim.Internal, service+" refused the request: "+cause.Message
	}
	if e.Status() == http.StatusServiceUnavailable && e.RetryAfter == 0 {
		e.RetryAfter = time.Second
	}
	return e
}
