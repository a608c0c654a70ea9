package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// http1 finds exchanges of HTTP/1.x, where a connection carries one request and
// its response at a time.
type http1 struct{}

func (http1) find(turns []turn, span sim.SpanID) (sim.Exchange, bool) {
	hex := []byte(span.String())
	for i := len(turns) - 1; i >= 0; i-- {
		if !bytes.Contains(turns[i].out.raw, hex) {
			continue // not worth decoding
		}
		request, _, err := DecodeHTTP1Request(turns[i].out.raw)
		_, id, ok := sim.ParseTraceparent(request.Header("traceparent"))
		if ok && id == span && !malformed(err) {
			return exchange(whole(turns[i:])), true
		}
	}
	return sim.Exchange{}, false
}

// whole joins what belongs to the first turn. A response may begin before its
// request has ended: after "100 Continue", or when it is refused half-way. What
// goes out then does not begin with a request line.
func whole(turns []turn) turn {
	t := turns[0]
	for _, next := range turns[1:] {
		if beginsRequest(next.out.raw) {
			break
		}
		t.out, t.in = t.out.join(next.out), t.in.join(next.in)
	}
	return t
}

// beginsRequest looks at the first bytes only: a request line may be longer than what is kept.
func beginsRequest(raw []byte) bool {
	method, target, ok := bytes.Cut(raw, []byte(" "))
	upper := bytes.IndexFunc(method, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
	return ok && upper && len(method) > 0 && len(target) > 0 && strings.IndexByte("/*h", target[0]) >= 0
}

func exchange(t turn) sim.Exchange {
	request, n, err := DecodeHTTP1Request(t.out.raw)
	method, _, _ := strings.Cut(request.Start, " ")
	x := sim.Exchange{
		Protocol: "http/1.1",
		Request:  captured(t.out, request, n, err),
		SentAt:   t.out.first,
		DoneAt:   t.in.last,
	}
	if t.in.total == 0 {
		x.Response.Notes = []string{"no answer came, so far"}
		return x
	}
	response, n, err := decodeFinal(t.in.raw, method)
	x.Response = captured(t.in, response, n, err)
	return x
}

// decodeFinal passes over interim responses (1xx, RFC 9110 §15.2), with a note.
func decodeFinal(raw []byte, method string) (m sim.Captured, n int, err error) {
	var before []string
	for {
		var used int
		m, used, err = DecodeHTTP1Response(raw[n:], method)
		n += used
		if err != nil || !interim(statusOf(m.Start)) || n == len(raw) {
			m.Notes = append(before, m.Notes...)
			return m, n, err
		}
		before = append(before, "after "+m.Start)
	}
}

func interim(status int) bool {
	return status/100 == 1 && status != http.StatusSwitchingProtocols
}

// captured completes a decoded message with what is known of its run; used is
// how many bytes of the run the message took, err what the decoder said.
func captured(r run, m sim.Captured, used int, err error) sim.Captured {
	m.Raw, m.Total = r.raw, r.total
	switch {
	case r.cut():
		m.Notes = append(m.Notes, fmt.Sprintf("cut after %d bytes: %d crossed", len(r.raw), r.total))
	case malformed(err):
		m.Notes = append(m.Notes, "not readable as HTTP/1.1: "+err.Error())
	case err != nil:
		m.Notes = append(m.Notes, "not complete, so far")
	case used < len(r.raw):
		m.Notes = append(m.Notes, fmt.Sprintf("%d bytes more came after it", len(r.raw)-used))
	}
	return m
}

func malformed(err error) bool { return err != nil && !errors.Is(err, io.ErrUnexpectedEOF) }
