package amqp

import "fmt"

// Fill makes a queue of the default vhost refuse what is published to it, as one
// that has reached its x-max-length-bytes with x-overflow reject-publish does.
// Undo lets hold what held before.
func (s *Server) Fill(queue string) (undo func(), err error) {
	q, ok := s.broker.queue(queue)
	if !ok {
		return nil, fmt.Errorf("there is no queue %q", queue)
	}
	return s.broker.engine.Fill(q.Queue.Name())
}
