package queue

import "github.com/nats-io/nats.go"

// published is how many bytes a message takes to the server:
// HPUB subject reply header-bytes all-bytes CR LF header data CR LF.
func published(m *nats.Msg) int64 {
	head := m.Size() - len(m.Subject) - len(m.Reply) - len(m.Data)
	line := len("HPUB   \r\n\r\n") + len(m.Subject) + len(m.Reply) + len(itoa(head)) + 1 + len(itoa(head+len(m.Data)))
	return int64(line + head + len(m.Data))
}

// delivered is how many bytes a message took from the server:
// MSG subject sid [reply] bytes CR LF data CR LF, or HMSG with a header before
// the data.
func delivered(m *nats.Msg) int64 {
	inside := m.Size() - len(m.Subject) - len(m.Reply)
	line := len("MSG  1 \r\n\r\n") + len(m.Subject) + len(m.Reply) + len(itoa(inside))
	if len(m.Header) > 0 {
		line += len("H") + 1 + len(itoa(inside-len(m.Data)))
	}
	if m.Reply != "" {
		line++
	}
	return int64(line + inside)
}
