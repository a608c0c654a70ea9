package stomp

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// mail is a message on its way into queues.
type mail struct {
	headers    headers // as consumers will see them, but for where it was sent
	block      []byte  // the same, encoded
	body       []byte
	ttl, delay time.Duration
	persistent bool
	original   string // a composite destination or a virtual topic that it was sent to
}

// Headers that a sender cannot set for a consumer, and such that mean something
// here and are written anew.
var notForConsumers = []string{
	"destination", "expires", "timestamp", "priority", "persistent", "receipt", "transaction", "message-id", "redelivered",
	"subscription", "ack", "JMSXUserID", "original-destination", "reply-to", scheduledDelay,
}

const scheduledDelay = "AMQ_SCHEDULED_DELAY"

// newMail reads a SEND.
func (c *conn) newMail(f frame) (*mail, error) {
	m := &mail{body: f.body, persistent: f.headers.get("persistent") == "true"}
	now := time.Now()
	expires, err := number(f.headers, "expires", 0)
	if err != nil {
		return nil, err
	}
	priority, err := number(f.headers, "priority", 4)
	if err != nil {
		return nil, err
	}
	stamp, err := number(f.headers, "timestamp", now.UnixMilli())
	if err != nil {
		return nil, err
	}
	if m.delay, err = delayed(f.headers); err != nil {
		return nil, err
	}
	if expires != 0 {
		m.ttl = max(time.UnixMilli(expires).Sub(now), 1)
	}
	c.messages++
	m.headers = headers{
		{"message-id", fmt.Sprintf("%s:-1:1:%d", c.id, c.messages)},
		{"expires", strconv.FormatInt(expires, 10)},
		{"priority", strconv.FormatInt(min(max(priority, 0), 9), 10)},
		{"timestamp", strconv.FormatInt(stamp, 10)},
	}
	if m.persistent {
		m.headers = append(m.headers, header{"persistent", "true"})
	}
	if to, ok := f.headers.find("reply-to"); ok {
		if to, err = c.replyTo(to); err != nil {
			return nil, err
		}
		m.headers = append(m.headers, header{"reply-to", to})
	}
	m.headers = append(m.headers, f.headers.without(notForConsumers...)...)
	m.block = appendHeaders(nil, m.headers, v12)
	return m, nil
}

// replyTo is how others write a destination where an answer is expected. What is
// no destination is kept as it is.
func (c *conn) replyTo(s string) (string, error) {
	if d, mine := parseOne(s); mine {
		name, err := c.temp(d.kind, d.name)
		return dest{d.kind, name}.String(), err
	}
	return s, nil
}

func number(h headers, key string, otherwise int64) (int64, error) {
	text, ok := h.find(key)
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		c := fatal("For input string: %q", text)
		c.class = "java.lang.NumberFormatException"
		return 0, c
	}
	return n, nil
}

// delayed is how long a message is to be kept back.
func delayed(h headers) (time.Duration, error) {
	for _, other := range []string{"AMQ_SCHEDULED_PERIOD", "AMQ_SCHEDULED_REPEAT", "AMQ_SCHEDULED_CRON"} {
		if _, ok := h.find(other); ok {
			return 0, wrong("%s is not supported here, only %s", other, scheduledDelay)
		}
	}
	ms, err := number(h, scheduledDelay, 0)
	if ms = max(ms, 0); err == nil && ms > maxBeat.Milliseconds() {
		err = wrong("%s is longer than a day", scheduledDelay)
	}
	return time.Duration(ms) * time.Millisecond, err
}

// message is what is put into the queue of d.
func (m *mail) message(d dest) queue.Message {
	h := headers{{"destination", d.String()}}
	if m.original != "" {
		h = append(h, header{"original-destination", m.original})
	}
	return queue.Message{
		Props: append(appendHeaders(nil, h, v12), m.block...), Body: m.body,
		TTL: m.ttl, Delay: m.delay, Persistent: m.persistent,
	}
}

// headersOf reads the headers of a message in a queue.
func headersOf(props []byte) headers {
	h := make(headers, 0, bytes.Count(props, []byte{'\n'}))
	for line := range strings.Lines(string(props)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		h = append(h, header{key, unescape(value, v12)})
	}
	return h
}

// headerIn finds one header without reading all.
func headerIn(props []byte, key string) string {
	for line := range bytes.Lines(props) {
		if value, ok := bytes.CutPrefix(line, []byte(key+":")); ok {
			return unescape(string(bytes.TrimSuffix(value, []byte{'\n'})), v12)
		}
	}
	return ""
}
