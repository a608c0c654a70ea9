package sqs

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Letter is a dead letter, for people to read.
type Letter struct {
	ID      string      // the message id that its sender was given
	Headers [][2]string // message attributes, by name; bytes in hex
	Body    []byte
	Why     string // in a few words
	Tries   int    // how often it was received
	At      time.Time
}

// Peek looks at up to n dead letters of a queue, the oldest first, and leaves
// them where they are. A queue without a RedrivePolicy has none.
func (s *Server) Peek(queue string, n int) (letters []Letter) {
	dead := s.deadLetters(queue)
	if dead == nil {
		return nil
	}
	ready, _ := dead.Len()
	for _, m := range dead.Queue.Peek(ready) {
		e := readEnvelope(m)
		if e.Source != queue || len(letters) == n {
			continue
		}
		letters = append(letters, Letter{
			ID: e.ID, Headers: e.headers(), Body: m.Body, Tries: e.Tries, At: m.PutAt,
			Why: fmt.Sprintf("received %d times and not deleted", e.Tries),
		})
	}
	return letters
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

// Redrive moves the dead letters of a queue back into it, and says how many. It
// does at once what StartMessageMoveTask begins.
func (s *Server) Redrive(queue string) (n int, err error) {
	to, err := s.named(queue)
	if err != nil {
		return 0, fmt.Errorf("queue %q: %w", queue, err)
	}
	dead := s.deadLetters(queue)
	if dead == nil {
		return 0, fmt.Errorf("queue %q has no dead letters: it has no RedrivePolicy", queue)
	}
	hold := s.engine.Hold()
	defer hold.Close()
	for ready, _ := dead.Len(); n < ready; n++ {
		moved, err := s.moveOne(hold, dead, to, queue)
		if !moved || err != nil {
			return n, err
		}
	}
	return n, nil
}

// deadLetters is where the dead letters of a queue go; nil = nowhere.
func (s *Server) deadLetters(queue string) *box {
	b, ok := s.box(queue)
	if !ok {
		return nil
	}
	r := b.spec.Load().redrive
	if r == nil {
		return nil
	}
	dead, _ := s.box(r.target)
	return dead
}
