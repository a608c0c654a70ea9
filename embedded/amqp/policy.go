package amqp

import (
	"fmt"
	"math"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// policy is what the arguments of a queue ask for.
type policy struct {
	ttl, expires time.Duration
	maxLength    int
	maxBytes     int64
	maxPriority  uint8
	reject       bool // refuse the newest instead of dropping the oldest
	buryRefused  bool // and dead-letter what was refused
	dead         bool // dead letters are kept
	deadExchange string
	deadKey      string // "" = the key that the message had
	quorum       bool
	maxTries     int
}

// compared are the arguments that must be equal when a queue is declared again.
var compared = [...]string{
	"x-expires", "x-message-ttl", "x-max-length", "x-max-length-bytes", "x-max-priority", "x-overflow",
	"x-dead-letter-exchange", "x-dead-letter-routing-key", "x-queue-type", "x-delivery-limit",
	"x-single-active-consumer", "x-queue-mode",
}

// reader reads arguments; the first one that cannot be stays in err.
type reader struct {
	queue string
	args  wire.Table
	err   error
}

func (r *reader) fail(arg, why string) {
	if r.err == nil {
		r.err = precondition("invalid arg '%s' for queue '%s' in vhost '%s': %s", arg, r.queue, vhost, why)
	}
}

// number reads an argument of at least low; 0 when it is not given.
func (r *reader) number(arg string, low int64) int64 {
	v, given := r.args[arg]
	if !given {
		return 0
	}
	n, ok := r.args.Int(arg)
	switch {
	case !ok:
		r.fail(arg, fmt.Sprintf("\"expected integer, got %s\"", kindOf(v)))
	case n < 0:
		r.fail(arg, fmt.Sprintf("{value_negative,%d}", n))
	case n < low:
		r.fail(arg, "{value_zero,0}")
	case n > math.MaxUint32:
		r.fail(arg, fmt.Sprintf("{value_too_large,%d}", n))
	}
	return n
}

func (r *reader) text(arg string) (s string, given bool) {
	v, given := r.args[arg]
	if !given {
		return "", false
	}
	s, ok := v.(string)
	if !ok && r.err == nil {
		r.err = wrongType(v, arg, "queue", r.queue)
	}
	return s, true
}

// policyOf reads the arguments of a declaration. Those that RabbitMQ does not
// know either are kept and mean nothing.
func policyOf(d declaration) (policy, error) {
	r := &reader{queue: d.name, args: d.args}
	p := policy{
		expires:     time.Duration(r.number("x-expires", 1)) * time.Millisecond,
		ttl:         time.Duration(r.number("x-message-ttl", 0)) * time.Millisecond,
		maxLength:   int(r.number("x-max-length", 0)),
		maxBytes:    r.number("x-max-length-bytes", 0),
		maxPriority: uint8(min(r.number("x-max-priority", 0), 255)),
		maxTries:    int(r.number("x-delivery-limit", 0)),
	}
	if _, given := d.args["x-message-ttl"]; given {
		p.ttl = max(p.ttl, soonest)
	}
	if n := r.number("x-max-priority", 0); n > 255 {
		r.fail("x-max-priority", "{max_value_exceeded,"+fmt.Sprint(n)+"}")
	}
	p.deadExchange, p.dead = r.text("x-dead-letter-exchange")
	var keyed bool
	if p.deadKey, keyed = r.text("x-dead-letter-routing-key"); keyed && !p.dead {
		r.fail("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined")
	}
	p.overflow(r)
	p.kind(r, d)
	return p, r.err
}

func (p *policy) overflow(r *reader) {
	switch how, given := r.text("x-overflow"); {
	case !given || how == "drop-head":
	case how == "reject-publish", how == "reject-publish-dlx":
		p.reject, p.buryRefused = true, how == "reject-publish-dlx"
	default:
		r.fail("x-overflow", "invalid_overflow")
	}
}

// The types of queue that an argument can be meant for.
const (
	ofClassic = 1 << iota
	ofQuorum
)

// meantFor are the arguments that RabbitMQ 3.10 refuses for some types of queue, in
// the order in which it looks at them.
var meantFor = []struct {
	arg   string
	types int
}{
	{"x-max-priority", ofClassic},
	{"x-queue-mode", ofClassic},
	{"x-queue-version", ofClassic},
	{"x-queue-master-locator", ofClassic},
	{"x-delivery-limit", ofQuorum},
	{"x-dead-letter-strategy", ofQuorum},
	{"x-queue-leader-locator", ofQuorum},
	{"x-max-in-memory-length", ofQuorum},
	{"x-max-in-memory-bytes", ofQuorum},
	{"x-quorum-initial-group-size", ofQuorum},
	{"x-initial-cluster-size", 0},
	{"x-max-age", 0},
	{"x-stream-max-segment-size-bytes", 0},
}

// only refuses the arguments that are meant for other types of queue.
func (r *reader) only(name string, kind int) {
	for _, m := range meantFor {
		if _, given := r.args[m.arg]; given && m.types&kind == 0 && r.err == nil {
			r.err = precondition("invalid arg '%s' for queue '%s' in vhost '%s' of queue type %s", m.arg, r.queue, vhost, name)
		}
	}
}

// kind reads the type of queue: classic, or quorum, which counts deliveries.
func (p *policy) kind(r *reader, d declaration) {
	switch kind, given := r.text("x-queue-type"); {
	case !given || kind == "classic":
		p.maxTries = 0
		r.only("rabbit_classic_queue", ofClassic)
	case kind == "quorum":
		p.quorum = true
		r.only("rabbit_quorum_queue", ofQuorum)
		if _, limited := d.args["x-delivery-limit"]; limited {
			p.maxTries++ // the first delivery does not count
		}
		for _, property := range []struct {
			wrong bool
			name  string
		}{{d.autoDelete, "auto-delete"}, {d.exclusive, "exclusive-owner"}, {!d.durable, "non-durable"}} {
			if property.wrong {
				r.err = precondition("invalid property '%s' for queue '%s' in vhost '%s'", property.name, d.name, vhost)
				break
			}
		}
	default:
		r.err = notImplemented("queues of type '%s' are not served here", kind)
	}
	if single, _ := d.args["x-single-active-consumer"].(bool); single {
		r.err = notImplemented("x-single-active-consumer is not served here")
	}
}

// settings are what the engine does of it. A queue without a limit of its own
// refuses what is beyond the engine's, so that nothing is lost in silence.
func (p policy) settings() queue.Settings {
	s := queue.Settings{
		TTL: p.ttl, Expires: p.expires, MaxLength: p.maxLength, MaxBytes: p.maxBytes,
		MaxPriority: p.maxPriority, MaxTries: p.maxTries, Overflow: queue.Reject,
	}
	if !p.reject && (p.maxLength > 0 || p.maxBytes > 0) {
		s.Overflow = queue.DropHead
	}
	return s
}

// sameArgument compares one argument of a declaration with that of what is there.
func sameArgument(name, of string, got, have wire.Table) error {
	g, given := got[name]
	h, has := have[name]
	if given == has && (!given || sameField(g, h)) {
		return nil
	}
	if given && has && kindOf(g) == kindOf(h) {
		return precondition("inequivalent arg '%s' for %s in vhost '%s': received '%v' but current is '%v'", name, of, vhost, g, h)
	}
	return precondition("inequivalent arg '%s' for %s in vhost '%s': received %s but current is %s", name, of, vhost, told(g, given), told(h, has))
}

func wrongType(v any, arg, of, name string) error {
	return precondition("invalid type '%s' for arg '%s' in %s '%s' in vhost '%s'", kindOf(v), arg, of, name, vhost)
}

func told(v any, given bool) string {
	if !given {
		return "none"
	}
	return fmt.Sprintf("the value '%v' of type '%s'", v, kindOf(v))
}

// kindOf is RabbitMQ's word for the type of a field.
func kindOf(v any) string {
	switch v.(type) {
	case bool:
		return "bool"
	case int8:
		return "byte"
	case uint8:
		return "unsignedbyte"
	case int16:
		return "short"
	case uint16:
		return "unsignedshort"
	case int32:
		return "signedint"
	case uint32:
		return "unsignedint"
	case int64, uint64:
		return "long"
	case float32:
		return "float"
	case float64:
		return "double"
	case wire.Decimal:
		return "decimal"
	case string:
		return "longstr"
	case []byte:
		return "binary"
	case time.Time:
		return "timestamp"
	case wire.Table:
		return "table"
	case []any:
		return "array"
	default:
		return "void"
	}
}
