package wire

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// natsWire reads the protocol of NATS clients: a line, and after those that
// announce one a message of so many bytes.
//
//	HPUB subject [reply] header-bytes all-bytes CR LF header message CR LF
//	HMSG subject sid [reply] header-bytes all-bytes CR LF header message CR LF
//	MSG  subject sid [reply] bytes CR LF message CR LF
//
// A message with a reply subject is confirmed by JetStream to that subject; one
// that JetStream hands out is acknowledged to its own. Messages without headers
// belong to no span and are passed over.
type natsWire struct {
	posts    *posts
	out, in  natsLane
	confirms map[string]*post // by the subject where the confirmation comes
	acks     map[string]*post // by the subject where the acknowledgement goes
}

// natsLane is one direction.
type natsLane struct {
	cutter
	wire *natsWire
	way  direction
	who  string
	at   time.Duration
	line natsLine                         // of the frame under way; no verb = no message follows
	keep func(at time.Duration, b []byte) // what takes the frame under way; nil = nobody
	ack  []byte                           // an acknowledgement under way
	to   *post                            // whose it is
}

// beginsNATS reports whether a connection whose first bytes are p is to a
// nats-server, which speaks first.
func beginsNATS(way direction, p []byte) bool {
	return way == in && bytes.HasPrefix(p, []byte("INFO {"))
}

func newNATS(who string, k *posts) *natsWire {
	w := &natsWire{posts: k, confirms: map[string]*post{}, acks: map[string]*post{}}
	w.out = natsLane{wire: w, way: out, who: who}
	w.in = natsLane{wire: w, way: in, who: who}
	return w
}

func (w *natsWire) decode(way direction, at time.Duration, p []byte) {
	l := &w.out
	if way == in {
		l = &w.in
	}
	l.at = at
	if l.cut(p, l) {
		w.posts.unread++
	}
}

// natsLine is a line that is followed by a message.
type natsLine struct {
	verb, subject, reply string
	header, all          int // bytes
}

// readNATSLine reads a line with its end; ok is false when no message follows it.
func readNATSLine(line []byte) (l natsLine, ok bool) {
	words := strings.Fields(string(line))
	if len(words) < 3 {
		return l, false
	}
	l.verb = strings.ToUpper(words[0])
	l.subject = words[1]
	numbers := 1 // at the end
	words = words[2:]
	switch l.verb {
	case "PUB":
	case "HPUB":
		numbers = 2
	case "MSG":
		words = words[1:]
	case "HMSG":
		words, numbers = words[1:], 2
	default:
		return l, false
	}
	if len(words) == numbers+1 {
		l.reply, words = words[0], words[1:]
	}
	if len(words) != numbers {
		return l, false
	}
	var err error
	if l.all, err = strconv.Atoi(words[numbers-1]); err != nil || l.all < 0 {
		return l, false
	}
	if numbers == 2 {
		l.header, err = strconv.Atoi(words[0])
	}
	return l, err == nil && l.header >= 0 && l.header <= l.all
}

func (l *natsLane) head(p []byte) (n int, body int64, err error) {
	end := bytes.IndexByte(p, '\n') + 1
	if end == 0 {
		return 0, 0, nil
	}
	l.line = natsLine{}
	if !announces(p) {
		return end, 0, nil
	}
	line, ok := readNATSLine(p[:end])
	if !ok {
		return 0, 0, sim.Invalidf("no length in %q", sim.Visible(string(p[:min(end, 80)])))
	}
	l.line = line
	return end, int64(line.all) + int64(len("\r\n")), nil
}

// announces reports whether p begins with a word that a message must follow.
func announces(p []byte) bool {
	for _, word := range [...]string{"PUB ", "HPUB ", "MSG ", "HMSG "} {
		if len(p) >= len(word) && strings.EqualFold(string(p[:len(word)]), word) {
			return true
		}
	}
	return false
}

func (l *natsLane) begin(head []byte) {
	l.keep = nil
	line := l.line
	switch {
	case line.verb == "":
	case l.way == out && line.verb == "HPUB":
		p := l.wire.posts.open(l.who, out, natsSpeech{})
		l.keep, p.silent = p.says, line.reply == ""
		if !p.silent {
			remember(l.wire.confirms, line.reply, p)
		}
	case l.way == out:
		if l.to = l.wire.acks[line.subject]; l.to != nil {
			l.ack = l.ack[:0]
			l.keep = func(_ time.Duration, b []byte) { l.ack = append(l.ack, b[:min(len(b), longestHead-len(l.ack))]...) }
		}
	case l.wire.confirms[line.subject] != nil:
		l.keep = l.wire.confirms[line.subject].hears
		delete(l.wire.confirms, line.subject)
	case line.verb == "HMSG":
		p := l.wire.posts.open(l.who, in, natsSpeech{})
		l.keep, p.silent = p.says, line.reply == ""
		if !p.silent {
			remember(l.wire.acks, line.reply, p)
		}
	}
	l.part(head)
}

func (l *natsLane) part(p []byte) {
	if l.keep != nil {
		l.keep(l.at, p)
	}
}

// end gives an acknowledgement to its message, unless it says only that the
// consumer is still at work.
func (l *natsLane) end() {
	if l.to != nil && !bytes.Contains(l.ack, []byte("+WPI")) {
		l.to.hears(l.at, l.ack)
	}
	l.to, l.keep = nil, nil
}

// natsSpeech shows messages of NATS.
type natsSpeech struct{}

func (natsSpeech) text(p *post) []byte { return p.message.raw }

func (natsSpeech) read(p *post) sim.Exchange { return p.exchange("NATS", "nats", readNATS) }

// readNATS reads one message of NATS.
func readNATS(r run) (m sim.Captured) {
	end := bytes.IndexByte(r.raw, '\n') + 1
	line, ok := readNATSLine(r.raw[:end])
	if !ok {
		m.Notes = []string{"not readable as NATS"}
		return m
	}
	m.Start = strings.TrimRight(string(r.raw[:end]), "\r\n")
	m.Frames = []sim.Frame{{Name: line.verb, Flags: "subject " + line.subject, Size: end}}
	rest := r.raw[end:]
	if line.header > 0 {
		m.Frames = append(m.Frames, sim.Frame{Name: "headers", Size: line.header})
		m.Lines = natsHeader(rest[:min(line.header, len(rest))])
		rest = rest[min(line.header, len(rest)):]
	}
	size := line.all - line.header
	m.Body = rest[:min(size, len(rest))]
	m.Frames = append(m.Frames, sim.Frame{Name: "body", Flags: fmt.Sprintf("%d bytes and the end of the line", size), Size: size + len("\r\n")})
	return m
}

// natsHeader reads a header block: "NATS/1.0", with a status perhaps, then lines
// as in HTTP.
func natsHeader(b []byte) (fields []sim.Field) {
	for i, line := range strings.Split(string(b), "\r\n") {
		name, value, colon := strings.Cut(line, ":")
		switch {
		case i == 0:
			if status := strings.TrimSpace(strings.TrimPrefix(line, "NATS/1.0")); status != "" {
				fields = append(fields, sim.Field{Name: "Status", Value: status})
			}
		case colon:
			fields = append(fields, sim.Field{Name: name, Value: strings.TrimSpace(value)})
		}
	}
	return fields
}
