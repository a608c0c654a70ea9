package queue

import (
	"errors"
	"fmt"
	"time"
)

// Settings of a queue. The zero value is a queue in memory that holds 100 000
// messages and refuses more. A change holds for what comes after it.
type Settings struct {
	// Durable keeps the queue, and the persistent messages in it, in Options.Dir.
	Durable bool
	// TTL is how long a message may wait before it is buried; 0 = for ever.
	TTL time.Duration
	// Expires is how long the queue may be unused, that is without a consumer, a
	// Get, a Receive or a Declare, before it is deleted; 0 = for ever.
	Expires time.Duration
	// MaxLength bounds the messages that wait; 0 = 100 000, and more are refused
	// whatever Overflow says.
	MaxLength int
	// MaxBytes bounds the bodies and properties that wait, in bytes; 0 = no bound
	// but the engine's.
	MaxBytes int64
	// Overflow says what happens at a bound.
	Overflow Overflow
	// MaxPriority is the highest priority of a message, higher ones count as this;
	// 0 = all are equal.
	MaxPriority uint8
	// MaxTries is how often a message is handed out before it is buried; 0 = no
	// limit.
	MaxTries int
	// Visibility is how long a message may be in hand before it is handed out
	// again; 0 = until its holder ends.
	Visibility time.Duration
	// Delay is how long a message is kept back at first.
	Delay time.Duration
	// FIFO keeps the messages of each Message.Group in order: none is handed out
	// while an earlier one is in hand. It also knows again what has a
	// Message.Dedup seen in the last five minutes. Such a queue has no priorities
	// and refuses what is too much.
	FIFO bool
	// Meta is the owner's own, and kept with the rest.
	Meta []byte
}

// Overflow is what happens when a message is too much.
type Overflow uint8

const (
	DropHead Overflow = iota // the first one is buried to make room
	Reject                   // Put fails with ErrFull
)

func (o Overflow) String() string { return [...]string{"drop-head", "reject"}[o] }

const defaultLength = 100_000

func (s Settings) validate() error {
	switch {
	case min(s.TTL, s.Expires, s.Visibility, s.Delay) < 0:
		return errors.New("a time is below zero")
	case s.MaxLength < 0 || s.MaxBytes < 0 || s.MaxTries < 0:
		return errors.New("a limit is below zero")
	case s.Overflow > Reject:
		return fmt.Errorf("there is no overflow %d", s.Overflow)
	case s.FIFO && s.MaxPriority > 0:
		return errors.New("a FIFO queue has no priorities")
	default:
		return nil
	}
}

// Settings are as they were declared, or set last.
func (q *Queue) Settings() Settings {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	return q.settings
}

// SetSettings changes the settings of a queue for what comes after. Durable, FIFO
// and MaxPriority stay what they were declared.
func (q *Queue) SetSettings(s Settings) error {
	q.engine.mu.Lock()
	defer q.engine.unlock()
	if q.gone() {
		return ErrClosed
	}
	if old := q.settings; s.Durable != old.Durable || s.FIFO != old.FIFO || s.MaxPriority != old.MaxPriority {
		return fmt.Errorf("queue %q: durable, FIFO and priorities cannot be changed", q.name)
	}
	if err := s.validate(); err != nil {
		return fmt.Errorf("queue %q: %w", q.name, err)
	}
	q.settings = s
	if s.Durable {
		q.engine.keep(&q.place, q)
	}
	q.used()
	return nil
}
