package stomp

import "fmt"

// frame is one STOMP frame: a command, headers, and a body that may be empty.
//
//	SEND
//	destination:/queue/order.payment
//	persistent:true
//
//	{"order":"o-1"}^@
type frame struct {
	command string
	headers headers
	body    []byte
}

// headers are in the order in which they came. Of those with one name the first
// counts, as STOMP 1.2 says.
type headers []header

type header struct{ key, value string }

// find is the value of a header, and whether it is there.
func (h headers) find(key string) (value string, ok bool) {
	for _, one := range h {
		if one.key == key {
			return one.value, true
		}
	}
	return "", false
}

func (h headers) get(key string) string {
	value, _ := h.find(key)
	return value
}

// without leaves those out whose names are given.
func (h headers) without(keys ...string) headers {
	kept := make(headers, 0, len(h))
next:
	for _, one := range h {
		for _, key := range keys {
			if one.key == key {
				continue next
			}
		}
		kept = append(kept, one)
	}
	return kept
}

// version is the version of STOMP that a connection speaks. Before CONNECTED it
// is 1.0, as far as escaping goes.
type version uint8

const (
	v10 version = iota
	v11
	v12
)

func (v version) String() string { return [...]string{"1.0", "1.1", "1.2"}[v] }

// complaint is what a client did wrong. It becomes an ERROR frame.
type complaint struct {
	message string
	detail  string // the body; "" = the message after the name of class
	class   string // what a Java client would see; "" = a ProtocolException
	fatal   bool   // the connection is closed after it
}

func (c *complaint) Error() string { return c.message }

// wrong makes a complaint after which the connection goes on.
func wrong(format string, args ...any) *complaint {
	return &complaint{message: fmt.Sprintf(format, args...)}
}

// fatal makes a complaint that closes the connection.
func fatal(format string, args ...any) *complaint {
	return &complaint{message: fmt.Sprintf(format, args...), fatal: true}
}

const protocolException = "org.apache.activemq.transport.stomp.ProtocolException"

// frame is the ERROR that tells it. about is the frame that was wrong.
func (c *complaint) frame(about headers) frame {
	f := frame{command: "ERROR", headers: headers{{"content-type", "text/plain"}}}
	if id, ok := about.find("receipt"); ok {
		f.headers = append(f.headers, header{"receipt-id", id})
	}
	f.headers = append(f.headers, header{"message", c.message})
	switch {
	case c.detail != "":
		f.body = []byte(c.detail)
	case c.class != "":
		f.body = []byte(c.class + ": " + c.message + "\n")
	default:
		f.body = []byte(protocolException + ": " + c.message + "\n")
	}
	return f
}
