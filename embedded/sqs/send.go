package sqs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

func (c call) send(in *sendMessage) (*stored, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	s, err := c.put(b, in.outgoing)
	if err != nil {
		return nil, err
	}
	return s, c.engine.Flush()
}

func (c call) sendBatch(in *sendBatch) (*sendResult, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries, func(e sendEntry) string { return e.Id }); err != nil {
		return nil, err
	}
	size := 0
	for _, e := range in.Entries {
		size += e.size()
	}
	if size > maxMessage {
		return nil, no.batchTooLong.because("Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessage, size)
	}
	out := &sendResult{}
	for _, e := range in.Entries {
		if s, err := c.put(b, e.outgoing); err != nil {
			out.Failed = append(out.Failed, failed(e.Id, err))
		} else {
			out.Successful = append(out.Successful, sendSuccess{e.Id, *s})
		}
	}
	return out, c.engine.Flush()
}

// put puts one message into a queue.
func (c call) put(b *box, o outgoing) (*stored, error) {
	sp := b.spec.Load()
	if err := sp.accepts(&o); err != nil {
		return nil, err
	}
	e := envelope{Attributes: o.MessageAttributes, Group: o.MessageGroupId, Dedup: o.MessageDeduplicationId}
	e.Trace = o.MessageSystemAttributes[traceHeader].text()
	m := queue.Message{Body: []byte(o.MessageBody), Props: e.bytes(), Group: o.MessageGroupId, Delay: o.delay(), Persistent: true}
	if sp.fifo() {
		m.Dedup = sp.dedup(o.MessageGroupId, o.MessageDeduplicationId)
	}
	id, err := b.Put(m)
	switch {
	case errors.Is(err, queue.ErrFull):
		return nil, no.overLimit.because("The queue is full: %v.", err)
	case errors.Is(err, queue.ErrClosed):
		return nil, no.noQueue.plain()
	case err != nil:
		return nil, err
	}
	s := &stored{
		MessageId: b.messageID(id), MD5OfMessageBody: digest(o.MessageBody),
		MD5OfMessageAttributes: digestOf(o.MessageAttributes), MD5OfMessageSystemAttributes: digestOf(o.MessageSystemAttributes),
	}
	if sp.fifo() {
		s.SequenceNumber = sequence(id)
	}
	return s, nil
}

// delay is how long the engine keeps a message back: 0 as the queue says, below 0
// not at all.
func (o outgoing) delay() time.Duration {
	switch {
	case o.DelaySeconds == nil:
		return 0
	case *o.DelaySeconds == 0:
		return -1
	}
	return time.Duration(*o.DelaySeconds) * time.Second
}

// sequence is the number of a message in a FIFO queue, twenty digits.
func sequence(id uint64) string { return fmt.Sprintf("%020d", id) }

// accepts checks a message, and gives it the deduplication id of its content
// where the queue wants that.
func (s *spec) accepts(o *outgoing) error {
	if o.MessageBody == "" {
		return missing("MessageBody")
	}
	if !characters(o.MessageBody) {
		return no.invalidContents.plain()
	}
	if err := checkAttributes(o.MessageAttributes); err != nil {
		return err
	}
	if err := checkSystemAttributes(o.MessageSystemAttributes); err != nil {
		return err
	}
	if limit := s.number(maxSize); o.size() > limit {
		return no.invalidParameter.because("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
	}
	if err := inRange("DelaySeconds", o.DelaySeconds, 0, 900); err != nil {
		return err
	}
	if err := token("MessageGroupId", o.MessageGroupId); err != nil {
		return err
	}
	if err := token("MessageDeduplicationId", o.MessageDeduplicationId); err != nil {
		return err
	}
	return s.acceptsInOrder(o)
}

// acceptsInOrder checks what makes a message one of a FIFO queue.
func (s *spec) acceptsInOrder(o *outgoing) error {
	switch {
	case !s.fifo() && o.MessageDeduplicationId != "":
		return invalid("MessageDeduplicationId", o.MessageDeduplicationId, "The request includes a parameter that is not valid for this queue type.")
	case !s.fifo():
		return nil // a group is allowed, for fair queues
	case o.DelaySeconds != nil && *o.DelaySeconds == 0:
		o.DelaySeconds = nil // a FIFO queue has one delay for all; 0 is what clients send for "none said"
	}
	switch {
	case o.MessageGroupId == "":
		return missing("MessageGroupId")
	case o.DelaySeconds != nil && *o.DelaySeconds != s.number(delaySeconds):
		return invalid("DelaySeconds", *o.DelaySeconds, "The request include parameter that is not valid for this queue type.")
	case o.MessageDeduplicationId != "":
		return nil
	case s.get(contentDedup) != "true":
		return no.invalidParameter.because("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
	}
	sum := sha256.Sum256([]byte(o.MessageBody))
	o.MessageDeduplicationId = hex.EncodeToString(sum[:])
	return nil
}

// size is what counts against the limits: the body, and names, types and values
// of the attributes.
func (o outgoing) size() int {
	n := len(o.MessageBody)
	for name, a := range o.MessageAttributes {
		n += len(name) + len(a.DataType) + len(a.text()) + len(a.BinaryValue)
	}
	return n
}

// characters reports whether s holds only what XML 1.0 can write.
func characters(s string) bool {
	for _, r := range s {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r < utf8.RuneError, r >= 0x10000:
		case r == utf8.RuneError: // U+FFFD itself; what is no UTF-8 was refused or replaced before
		default:
			return false
		}
	}
	return utf8.ValidString(s)
}
