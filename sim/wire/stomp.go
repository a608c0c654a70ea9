package wire

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// stompWire reads STOMP 1.0 to 1.2: a command, header lines, an empty line, and a
// body that ends with NUL; its length may be said. Line ends between frames are
// heart-beats, except for the first one after a frame, which ActiveMQ writes.
//
//	SEND LF destination:/queue/orders LF content-length:2 LF LF {} NUL
//
// What was sent is confirmed by a RECEIPT, if it asked for one; a MESSAGE is
// acknowledged by its own id.
type stompWire struct {
	posts    *posts
	who      string
	out, in  stompLane
	receipts map[string]*post // by the id that was asked for
	acks     map[string]*post // by the id to acknowledge
}

// stompLane is one direction.
type stompLane struct {
	cutter
	wire    *stompWire
	way     direction
	at      time.Duration
	fields  []sim.Field // of the frame under way
	command string
	keep    func(at time.Duration, b []byte) // what takes the frame under way; nil = nobody
	after   func(at time.Duration, b []byte) // what takes a line end that comes next
}

func beginsSTOMP(way direction, p []byte) bool {
	return way == out && (bytes.HasPrefix(p, []byte("CONNECT\n")) || bytes.HasPrefix(p, []byte("STOMP\n")) ||
		bytes.HasPrefix(p, []byte("CONNECT\r\n")) || bytes.HasPrefix(p, []byte("STOMP\r\n")))
}

func newSTOMP(who string, k *posts) *stompWire {
	w := &stompWire{posts: k, who: who, receipts: map[string]*post{}, acks: map[string]*post{}}
	w.out, w.in = stompLane{wire: w, way: out}, stompLane{wire: w, way: in}
	return w
}

func (w *stompWire) decode(way direction, at time.Duration, p []byte) {
	l := &w.out
	if way == in {
		l = &w.in
	}
	l.at = at
	if l.cut(p, l) {
		w.posts.unread++
	}
}

// head is a command with its header lines or, where no length is said, a whole
// frame; or a single line end.
func (l *stompLane) head(p []byte) (n int, body int64, err error) {
	switch {
	case p[0] == '\n':
		return 1, 0, nil
	case p[0] == '\r' && len(p) == 1:
		return 0, 0, nil
	case p[0] == '\r' && p[1] == '\n':
		return 2, 0, nil
	}
	n = endOfSTOMPHeader(p)
	if n == 0 {
		return 0, 0, nil
	}
	l.command, l.fields = readSTOMPHeader(p[:n])
	if length := headerOf(l.fields, "content-length"); length != "" {
		size, err := strconv.ParseInt(length, 10, 40)
		if err != nil || size < 0 {
			return 0, 0, sim.Invalidf("no length: %q", sim.Visible(length))
		}
		return n, size + 1, nil
	}
	if end := bytes.IndexByte(p[n:], 0); end >= 0 {
		return n + end + 1, 0, nil
	}
	return 0, 0, nil
}

// endOfSTOMPHeader is where the empty line ends; 0 when it has not come.
func endOfSTOMPHeader(p []byte) int {
	plain, returns := bytes.Index(p, []byte("\n\n")), bytes.Index(p, []byte("\n\r\n"))
	switch {
	case plain >= 0 && (returns < 0 || plain < returns):
		return plain + 2
	case returns >= 0:
		return returns + 3
	}
	return 0
}

func (l *stompLane) begin(head []byte) {
	if head[0] == '\n' || head[0] == '\r' {
		if l.after != nil {
			l.after(l.at, head)
		}
		l.keep, l.after = nil, nil
		return
	}
	command, fields := l.command, l.fields
	l.keep, l.after = nil, nil
	switch {
	case l.way == out && command == "SEND":
		p := l.wire.posts.open(l.wire.who, out, stompSpeech{})
		id := headerOf(fields, "receipt")
		if l.keep, p.silent = p.says, id == ""; !p.silent {
			remember(l.wire.receipts, id, p)
		}
	case l.way == out && (command == "ACK" || command == "NACK"):
		l.keep = answerOf(l.wire.acks, headerOf(fields, "id"))
		if l.keep == nil {
			l.keep = answerOf(l.wire.acks, headerOf(fields, "message-id")) // before 1.2
		}
	case l.way == in && command == "MESSAGE":
		p := l.wire.posts.open(l.wire.who, in, stompSpeech{})
		id := headerOf(fields, "ack")
		if l.keep, p.silent = p.says, id == ""; p.silent {
			id = headerOf(fields, "message-id") // before 1.2 nobody says whether it is asked for
		}
		if id != "" {
			remember(l.wire.acks, id, p)
		}
	case l.way == in && (command == "RECEIPT" || command == "ERROR"):
		l.keep = answerOf(l.wire.receipts, headerOf(fields, "receipt-id"))
	}
	if l.way == in {
		l.after = l.keep
	}
	l.part(head)
}

// answerOf takes the post that waits for an answer and returns what takes it; nil
// when none does.
func answerOf(waiting map[string]*post, id string) func(time.Duration, []byte) {
	p := waiting[id]
	if p == nil {
		return nil
	}
	delete(waiting, id)
	return p.hears
}

func (l *stompLane) part(p []byte) {
	if l.keep != nil {
		l.keep(l.at, p)
	}
}

func (l *stompLane) end() { l.keep = nil }

// readSTOMPHeader reads a command and its header lines, up to the empty line.
func readSTOMPHeader(head []byte) (command string, fields []sim.Field) {
	for line := range strings.SplitSeq(string(head), "\n") {
		line = strings.TrimSuffix(line, "\r")
		switch {
		case command == "":
			command = line
		case line == "":
			return command, fields
		default:
			name, value, _ := strings.Cut(line, ":")
			if strings.Contains(line, `\`) {
				name, value = unescaped.Replace(name), unescaped.Replace(value)
			}
			fields = append(fields, sim.Field{Name: name, Value: value})
		}
	}
	return command, fields
}

// unescaped reads what STOMP 1.2 writes with a backslash.
var unescaped = strings.NewReplacer(`\\`, `\`, `\c`, ":", `\n`, "\n", `\r`, "\r")

// headerOf is the first value of a header: of several, the first one counts.
func headerOf(fields []sim.Field, name string) string {
	return sim.Captured{Lines: fields}.Header(name)
}

// stompSpeech shows frames of STOMP.
type stompSpeech struct{}

func (stompSpeech) text(p *post) []byte { return p.message.raw }

func (stompSpeech) read(p *post) sim.Exchange { return p.exchange("STOMP", "activemq", readSTOMP) }

// readSTOMP reads one frame.
func readSTOMP(r run) (m sim.Captured) {
	n := endOfSTOMPHeader(r.raw)
	if n == 0 {
		m.Notes = []string{"no end of the header was kept"}
		n = len(r.raw)
	}
	m.Start, m.Lines = readSTOMPHeader(r.raw[:n])
	m.Body = r.raw[n:]
	after := int(r.total) - n
	size := max(after, 0)
	if length, err := strconv.Atoi(m.Header("content-length")); err == nil && length >= 0 && length <= size {
		size = length
	} else if end := bytes.IndexByte(m.Body, 0); end >= 0 {
		size = end
	}
	m.Body = m.Body[:min(size, len(m.Body))]
	m.Frames = []sim.Frame{
		{Name: m.Start, Flags: "command and headers", Size: n},
		{Name: "body", Flags: fmt.Sprintf("%s and the end of the frame", counted(size, "byte")), Size: max(after, 0)},
	}
	return m
}
