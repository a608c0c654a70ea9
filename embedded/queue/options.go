package queue

import (
	"errors"
	"time"
)

// Options of an engine. The zero value works and keeps everything in memory.
type Options struct {
	// Dir is where durable queues and their persistent messages are kept, and
	// survive a killed process. It is made if need be. "" = memory only.
	Dir string
	// Sync says what Flush promises.
	Sync Sync
	// Observe hears what moves in the queues, in order; nil = nobody listens. It
	// must not block.
	Observe func(Move)
	// Bury is called for each message that leaves its queue unconsumed, so that it
	// can be taken elsewhere. Only after it returned is the message removed: a
	// crash in between buries it twice, never not at all. nil = it is removed.
	Bury func(Burial)
	// Expired hears of a queue that was unused for as long as its settings allow
	// and is gone; nil = nobody listens.
	Expired func(*Queue)
	// ExpireAtHead lets a message expire only when it is the first in its queue, as
	// RabbitMQ does: one with a short TTL behind one with a long TTL waits for that.
	// It does not hold for FIFO queues.
	ExpireAtHead bool
	// Now is the clock; nil = time.Now.
	Now func() time.Time
	// MaxBytes bounds the bodies and properties kept in all queues together, in
	// bytes; 0 = 256 MiB. What does not fit is refused with ErrFull.
	MaxBytes int64
}

// Sync says how safe a message is when Flush has returned.
type Sync uint8

const (
	Written Sync = iota // handed to the operating system: survives a killed process
	Always              // on the disk: survives a power cut, and takes milliseconds
)

func (s Sync) String() string { return [...]string{"written", "always"}[s] }

// Errors of an engine. They may be wrapped.
var (
	ErrFull      = errors.New("the queue is full")
	ErrClosed    = errors.New("the queue is gone or its engine is closed")
	ErrExclusive = errors.New("the queue has an exclusive consumer, or others when exclusive use is asked for")
)

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 256 << 20
	}
	return o
}
