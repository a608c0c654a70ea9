package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// sqs finds what SQS carried, whose protocol is requests over HTTP/1.1: a message
// is sent in one, received in the answer to another, and deleted by a third, which
// names the receipt handle. The span stands in the attributes of a message.
type sqs struct{}

const (
	sqsPrefix = "AmazonSQS." // begins the name of an operation, in the header X-Amz-Target
	sqsMost   = 10           // messages in one answer
	sqsConns  = 1000         // of a link, of which it is known who opened them

	sqsRest = "headers"   // the attribute with all that has none of its own, as JSON; there are ten at most
	sqsForm = "body-form" // in there, how the body is written where it is no text
)

// sqsMessage is a message in a request or in an answer.
type sqsMessage struct {
	ReceiptHandle     string
	Body, MessageBody string // in an answer, and in a request
	MessageAttributes map[string]struct{ StringValue string }
}

// sqsBody is a request or an answer, as far as it is of interest here.
type sqsBody struct {
	sqsMessage
	Entries, Messages []sqsMessage
}

// beginsSQS reports whether a write begins a request to SQS.
func beginsSQS(way direction, p []byte) bool {
	return way == out && beginsRequest(p) && bytes.Contains(p[:min(len(p), 2<<10)], []byte(sqsPrefix))
}

// request is one request to SQS with its answer.
type request struct {
	turn
	who, operation string
}

// find returns what crossed for a span, in no order; whose are the connections to
// SQS and who opened them.
func (sqs) find(byConn map[uint32][]turn, whose map[uint32]string, span sim.SpanID) (all []sim.Exchange) {
	hex := []byte(span.String())
	requests := requestsToSQS(byConn, whose)
	for _, r := range requests {
		if !bytes.Contains(r.out.raw, hex) && !bytes.Contains(r.in.raw, hex) || len(all) == mostListed {
			continue
		}
		x := exchange(r.turn)
		sent := readSQS(x.Request.Body)
		for _, m := range append(sent.Entries, sent.sqsMessage) {
			if m.of(span) {
				all = append(all, r.sent(x, m))
			}
		}
		got := readSQS(x.Response.Body).Messages
		for _, m := range got {
			if m.of(span) {
				y := r.received(x, m, settlement(requests, m.ReceiptHandle))
				if len(got) > 1 {
					y.Request.Notes = append(y.Request.Notes, fmt.Sprintf("one of %d messages in this answer", len(got)))
				}
				all = append(all, y)
			}
		}
	}
	return all
}

func requestsToSQS(byConn map[uint32][]turn, whose map[uint32]string) (all []request) {
	for conn, who := range whose {
		for i, t := range byConn[conn] {
			_, after, ok := bytes.Cut(t.out.raw, []byte(sqsPrefix))
			operation, _, _ := bytes.Cut(after[:min(len(after), 64)], []byte("\r"))
			if ok && beginsRequest(t.out.raw) {
				all = append(all, request{whole(byConn[conn][i:]), who, string(operation)})
			}
		}
	}
	return all
}

// settlement is the request that says what became of a received message: it was
// deleted or, as long as it is not, hidden anew; nil when there is none.
func settlement(requests []request, handle string) (best *request) {
	if handle == "" {
		return nil
	}
	for i, r := range requests {
		deletes := strings.HasPrefix(r.operation, "DeleteMessage")
		if !deletes && (!strings.HasPrefix(r.operation, "ChangeMessageVisibility") || best != nil && best.out.first > r.out.first) {
			continue
		}
		m, _, _ := DecodeHTTP1Request(r.out.raw)
		b := readSQS(m.Body)
		if slices.ContainsFunc(append(b.Entries, b.sqsMessage), func(m sqsMessage) bool { return m.ReceiptHandle == handle }) {
			if best = &requests[i]; deletes {
				return best
			}
		}
	}
	return best
}

const sqsProtocol = "SQS over HTTP/1.1"

// sent shows a message on its way to SQS.
func (r request) sent(x sim.Exchange, m sqsMessage) sim.Exchange {
	x.Protocol, x.From, x.To = sqsProtocol, r.who, "sqs"
	x.Request = m.in(shownSQS(x.Request, r.operation))
	x.Response = shownSQS(x.Response, "answer to "+r.operation)
	return x
}

// received shows a message on its way from SQS: the answer to a request that may
// have waited for it, and what its receiver said of it.
func (r request) received(x sim.Exchange, m sqsMessage, settled *request) sim.Exchange {
	x = sim.Exchange{
		Protocol: sqsProtocol, From: "sqs", To: r.who, SentAt: r.in.first,
		Request: m.in(shownSQS(x.Response, "answer to "+r.operation)),
	}
	if settled == nil {
		x.Response.Notes = []string{"nothing acknowledged it, so far"}
		return x
	}
	s := exchange(settled.turn)
	x.Response, x.DoneAt = shownSQS(s.Request, settled.operation), settled.out.last
	if s.Response.Start != "" {
		x.Response.Notes = append(x.Response.Notes, "SQS answered "+s.Response.Start)
	}
	return x
}

// readSQS reads as much of a body as there is: it may be cut off.
func readSQS(body []byte) (b sqsBody) {
	if json.Unmarshal(body, &b) == nil || len(body) == 0 {
		return b
	}
	d := json.NewDecoder(bytes.NewReader(body))
	for t, err := d.Token(); err == nil; t, err = d.Token() {
		if list, ok := t.(string); ok && (list == "Messages" || list == "Entries") {
			if open, err := d.Token(); err != nil || open != json.Delim('[') {
				return b
			}
			for d.More() {
				var m sqsMessage
				if d.Decode(&m) != nil {
					return b
				}
				b.Messages, b.Entries = append(b.Messages, m), append(b.Entries, m)
			}
		}
	}
	return b
}

// of reports whether a message belongs to a span.
func (m sqsMessage) of(span sim.SpanID) bool {
	_, id, ok := sim.ParseTraceparent(m.MessageAttributes["traceparent"].StringValue)
	return ok && id == span
}

// in shows the message itself, inside the HTTP that carried it: its attributes
// after the headers, and its body alone.
func (m sqsMessage) in(c sim.Captured) sim.Captured {
	rest, first := map[string][]string{}, len(c.Lines)
	c.Body = []byte(m.Body + m.MessageBody)
	for _, name := range slices.Sorted(maps.Keys(m.MessageAttributes)) {
		value := m.MessageAttributes[name].StringValue
		if list, err := strconv.Unquote(value); name == sqsRest && err == nil && json.Unmarshal([]byte(list), &rest) == nil {
			continue
		}
		c.Lines = append(c.Lines, sim.Field{Name: name, Value: value})
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		for _, value := range rest[name] {
			c.Lines = append(c.Lines, sim.Field{Name: name, Value: value})
		}
	}
	if len(c.Lines) > first {
		c.Notes = append(c.Notes, "attributes: from the last "+c.Lines[first].Name+" on, inside the body of HTTP")
	}
	switch c.Header(sqsForm) {
	case "none":
		c.Body = nil
	case "base64":
		if plain, err := base64.StdEncoding.DecodeString(string(c.Body)); err == nil {
			c.Body = plain
			c.Notes = append(c.Notes, "the body crossed in base64: SQS takes text alone")
		}
	}
	return c
}

// shownSQS names the pieces of a message over HTTP, and hides what proves who asks.
func shownSQS(m sim.Captured, name string) sim.Captured {
	if m.Total == 0 {
		return m
	}
	for i, f := range m.Lines {
		if name := strings.ToLower(f.Name); name == "authorization" || name == "x-amz-security-token" {
			m.Raw = bytes.ReplaceAll(m.Raw, []byte(f.Value), bytes.Repeat([]byte("*"), len(f.Value)))
			m.Lines[i].Value = "***"
		}
	}
	head := len(m.Raw)
	if end := bytes.Index(m.Raw, []byte("\r\n\r\n")); end >= 0 {
		head = end + 4
	}
	m.Frames = []sim.Frame{
		{Name: name, Flags: "start line and headers", Size: head},
		{Name: "body", Flags: "JSON", Size: int(m.Total) - head},
	}
	return m
}
