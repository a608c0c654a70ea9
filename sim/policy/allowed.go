package policy

import (
	"errors"
	"net"
	"syscall"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// allowed says why a message may be sent again after err, or why it may not. The
// other side may have done what it was asked before the answer got lost, so
// there must be a reason, and the reason is told:
//
//	never arrived   nobody took the connection
//	key …           its contract honours the Idempotency-Key that it carries: done once, however often asked
//	GET …           asking twice is asking once (RFC 9110 §9.2.2: GET, HEAD, OPTIONS, PUT, DELETE)
//	Retry-After …   the other side asked to be asked again, and answers for that
//	unsafe=yes      somebody who knows better said so
//
// A stream is never opened again once it arrived. A bare 503 is none of them: it does not say that nothing was done.
func allowed(m sim.Message, err error, unsafe bool) (why string, ok bool) {
	e := sim.AsError(err)
	verb, key := verbAndKey(m)
	switch {
	case neverArrived(e):
		return "never arrived: " + e.Message, true
	case m.Stream != nil:
		return "what was said in a stream cannot be said again", false
	case key != "":
		return "key " + key, true
	case repeatable(verb):
		return verb + " may be repeated", true
	case e.Remote && e.RetryAfter > 0:
		return sim.StatusText(e.Status()) + ", Retry-After " + sim.Human(e.RetryAfter), true
	case unsafe:
		return "unsafe=yes", true
	default:
		return "it may have been done, and it carries no Idempotency-Key", false
	}
}

// neverArrived reports whether an attempt ended before anything of it left.
func neverArrived(e *sim.Error) bool {
	var op *net.OpError
	return !e.Remote && (errors.Is(e, syscall.ECONNREFUSED) || errors.As(e, &op) && op.Op == "dial")
}

func repeatable(verb string) bool {
	switch verb {
	case "GET", "HEAD", "OPTIONS", "PUT", "DELETE":
		return true
	default:
		return false
	}
}

// verbAndKey is what the contract of a message says about asking twice: how it
// would look as HTTP, and the Idempotency-Key if it is honoured. Of a request
// without a contract its own headers are believed.
func verbAndKey(m sim.Message) (verb, key string) {
	key = m.Header.Get(sim.HeaderIdempotencyKey)
	c, ok := contract.Find(m.Type)
	if !ok {
		return m.Header.Get(sim.HeaderMethod), key
	}
	if c.Idempotency == contract.None {
		key = ""
	}
	return c.Verb, key
}
