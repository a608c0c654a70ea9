package amqp

import (
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// message is what was published: where to, and what.
type message struct {
	exchange, key string
	props         wire.Properties
	raw           []byte // the properties as they crossed; nil = encode props
	body          []byte
}

// outside is how the engine keeps everything but the body:
//
//	exchange, routing key (short texts), properties as on the wire
func (m *message) outside() []byte {
	w := wire.Writer{B: make([]byte, 0, 2+len(m.exchange)+len(m.key)+max(len(m.raw), 64))}
	w.Short(m.exchange).Short(m.key)
	w.B = append(w.B, m.properties()...)
	return w.B
}

// properties are encoded as on the wire.
func (m *message) properties() []byte {
	if m.raw == nil {
		m.raw = new(wire.Writer).Properties(m.props).B
	}
	return m.raw
}

// envelope takes apart what outside made; the properties stay encoded.
func envelope(outside []byte) (exchange, key string, raw []byte) {
	r := wire.Read(outside)
	exchange, key = r.Short(), r.Short()
	return exchange, key, r.Rest()
}

// opened is a message as the engine kept it.
func opened(m queue.Message) *message {
	out := &message{body: m.Body}
	out.exchange, out.key, out.raw = envelope(m.Props)
	out.props = wire.Read(out.raw).Properties()
	return out
}

// routing are the keys of a message: its own, and those that its sender added in
// the headers CC and BCC.
func (m *message) routing() []string {
	keys := []string{m.key}
	for _, field := range [...]string{"CC", "BCC"} {
		more, _ := m.props.Headers[field].([]any)
		for _, key := range more {
			if s, ok := key.(string); ok {
				keys = append(keys, s)
			}
		}
	}
	return keys
}

// blind removes BCC, which no receiver may see.
func (m *message) blind() {
	if _, ok := m.props.Headers["BCC"]; ok {
		delete(m.props.Headers, "BCC")
		m.raw = nil
	}
}

// soonest is what is left of a message that expires at once: a consumer that
// waits gets it, a queue does not keep it.
const soonest = time.Millisecond

// ttl is how long a message may wait; 0 = as long as its queue lets it.
func (m *message) ttl() (time.Duration, error) {
	if m.props.Expiration == "" {
		return 0, nil
	}
	ms, err := strconv.ParseUint(m.props.Expiration, 10, 32)
	if err != nil {
		return 0, precondition("invalid expiration '%s': no_integer", m.props.Expiration)
	}
	return max(time.Duration(ms)*time.Millisecond, soonest), nil
}

// ReadHeader decodes what a [queue.Move] knows of a message: its properties, then its headers.
func ReadHeader(props []byte) [][2]string { return opened(queue.Message{Props: props}).props.Pairs() }
