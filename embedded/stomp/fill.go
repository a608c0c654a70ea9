package stomp

// Fill makes a queue refuse what is sent to it, as one that has reached its memory
// limit does where sendFailIfNoSpace is set. Undo lets hold what held before.
func (s *Server) Fill(queue string) (undo func(), err error) { return s.engine.Fill(queue) }
