package stomp

import (
	"strconv"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Letter is a dead letter, for people.
type Letter struct {
	ID      string // of the message
	Queue   string // where it was
	Headers [][2]string
	Body    []byte
	Why     string
	Tries   int // how often it was handed out by the broker
}

// most bounds how far dead letters are searched.
const most = 100_000

// Peek returns up to n dead letters of a queue, the oldest first; of all queues
// for "". They stay where they are.
func (s *Server) Peek(name string, n int) []Letter {
	dead, ok := s.engine.Queue(DeadQueue)
	if !ok {
		return nil
	}
	var found []Letter
	for _, m := range dead.Peek(most) {
		if len(found) == n {
			break
		}
		if l := letterOf(m); name == "" || l.Queue == name {
			found = append(found, l)
		}
	}
	return found
}

func letterOf(m queue.Message) Letter {
	h := headersOf(m.Props)
	from, _ := parseOne(h.get(wasFor))
	l := Letter{ID: h.get("message-id"), Queue: from.queueName(), Body: m.Body, Why: h.get(cause)}
	if l.Why == "" {
		l.Why = "refused with NACK"
	}
	l.Tries, _ = strconv.Atoi(h.get(tries))
	l.Headers = h.pairs()
	return l
}

// ReadHeader decodes what a [queue.Move] knows of a message.
func ReadHeader(props []byte) [][2]string { return headersOf(props).pairs() }

func (h headers) pairs() (all [][2]string) {
	for _, one := range h {
		all = append(all, [2]string{one.key, one.value})
	}
	return all
}

// Redrive moves the dead letters of a queue back into it, as if they had just
// been sent, and says how many. They do not expire any more. An error ends it;
// what was not moved is still there.
func (s *Server) Redrive(name string) (n int, err error) {
	dead, ok := s.engine.Queue(DeadQueue)
	if !ok {
		return 0, nil
	}
	all := s.engine.Hold()
	defer all.Close() // what is not for this queue goes back to its place
	for left, _ := dead.Len(); left > 0; left-- {
		d, ok := all.Get(dead, false)
		if !ok {
			break
		}
		from, _ := parseOne(headerIn(d.Props, wasFor))
		if from.queueName() != name {
			continue
		}
		if err := s.revive(d, from); err != nil {
			return n, err
		}
		n++
	}
	return n, s.engine.Flush()
}

// revive puts a dead letter back. It is stored there before it is forgotten here.
func (s *Server) revive(d *queue.Delivery, to dest) error {
	m := &mail{body: d.Body, persistent: d.Persistent}
	m.block = appendHeaders(nil, headersOf(d.Props).without("destination", wasFor, wasExpires, cause, tries), v12)
	if err := s.routes.sendOne(to, m); err != nil {
		return err
	}
	if err := s.engine.Flush(); err != nil {
		return err
	}
	d.Ack()
	return nil
}
