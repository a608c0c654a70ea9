package sqs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// envelope is what the engine keeps with a body, but never looks into.
type envelope struct {
	Attributes map[string]attribute `json:",omitempty"`
	Trace      string               `json:",omitempty"` // AWSTraceHeader
	Group      string               `json:",omitempty"`
	Dedup      string               `json:",omitempty"`

	// Of a message that came from another queue.
	ID     string `json:",omitempty"` // which it had there
	Sent   int64  `json:",omitempty"` // when it was sent there, milliseconds since 1970
	Source string `json:",omitempty"` // whose dead letter it is
	Tries  int    `json:",omitempty"` // how often it was received elsewhere
}

func readEnvelope(m queue.Message) (e envelope) {
	if len(m.Props) > 0 {
		_ = json.Unmarshal(m.Props, &e) // it was written here
	}
	return e
}

func (e envelope) bytes() []byte {
	if e.Attributes == nil && e.Trace == "" && e.Group == "" && e.ID == "" {
		return nil
	}
	b, _ := json.Marshal(e) // texts, numbers and bytes always encode
	return b
}

// keep writes down, when a message leaves a queue for another, what it was there.
func (e *envelope) keep(from *box, m queue.Message) {
	if e.ID == "" {
		e.ID, e.Sent = from.messageID(m.ID), m.PutAt.UnixMilli()
	}
}

// message is m, ready to be put into another queue. In a standard queue its time
// runs on from when it was sent first; in a FIFO queue it begins anew.
func (e envelope) message(m queue.Message, to *box, now time.Time) queue.Message {
	next := queue.Message{Body: m.Body, Props: e.bytes(), Group: m.Group, Persistent: true}
	if sp := to.spec.Load(); sp.fifo() {
		next.Dedup = sp.dedup(e.Group, e.ID) // e.Dedup may have been used there by another one
	} else {
		next.TTL = max(time.UnixMilli(e.Sent).Add(sp.seconds(retention)).Sub(now), time.Millisecond)
	}
	return next
}

// dedup is what the engine compares: the scope, and what is said once in it.
func (s *spec) dedup(group, id string) string {
	if s.get(dedupScope) == "messageGroup" {
		return group + "\x00" + id
	}
	return id
}

// anew is m on its way back to where it came from, as a message of its own: with
// another id, another time to live, and no tries behind it.
func (e envelope) anew(m queue.Message) queue.Message {
	e.ID, e.Sent, e.Source, e.Tries = "", 0, "", 0
	return queue.Message{
		Body: m.Body, Props: e.bytes(), Group: m.Group, Persistent: true,
		Dedup: fmt.Sprintf("moved %d", m.ID), // its own may be remembered from the first time
	}
}

// ReadHeader decodes what a [queue.Move] knows of a message: its attributes.
func ReadHeader(props []byte) [][2]string { return readEnvelope(queue.Message{Props: props}).headers() }

func (e envelope) headers() (all [][2]string) {
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		a := e.Attributes[name]
		value := a.text()
		if value == "" {
			value = fmt.Sprintf("%x", a.BinaryValue)
		}
		all = append(all, [2]string{name, value})
	}
	return all
}
