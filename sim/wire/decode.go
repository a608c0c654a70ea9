package wire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// DecodeHTTP1Request reads the HTTP/1.x request that raw begins with and says
// how many bytes it takes. It forgives what can be shown all the same and notes
// it. When raw ends first, the error is [io.ErrUnexpectedEOF] and m is what was
// there; when raw is no request, it is [sim.Invalid]. m refers to raw.
func DecodeHTTP1Request(raw []byte) (m sim.Captured, n int, err error) {
	return decode(raw, isRequest, func(c *cursor) bool { return c.body(false) })
}

// DecodeHTTP1Response does the same for the response to a request with the
// given method ("" = not known): what HEAD asks for has no body, whatever its
// headers announce. A body without length ends where raw ends.
func DecodeHTTP1Response(raw []byte, method string) (m sim.Captured, n int, err error) {
	return decode(raw, isResponse, func(c *cursor) bool {
		return method == http.MethodHead || bodiless(statusOf(c.m.Start)) || c.body(true)
	})
}

func decode(raw []byte, starts func(string) bool, body func(*cursor) bool) (sim.Captured, int, error) {
	c := &cursor{raw: raw}
	err := error(nil)
	switch start, ended := c.startLine(); {
	case ended && !starts(start):
		return sim.Captured{}, 0, sim.Invalidf("it begins with %q", sim.Visible(start))
	case !ended || !c.fields() || !body(c):
		err = io.ErrUnexpectedEOF
	}
	c.m.Raw, c.m.Total = raw[:c.at], int64(c.at)
	return c.m, c.at, err
}

// cursor reads a message from front to back.
type cursor struct {
	raw []byte
	at  int
	m   sim.Captured
}

// line reads up to the next newline and drops a carriage return before it. When
// none comes, it gives what is there and false.
func (c *cursor) line() (string, bool) {
	line, _, ended := bytes.Cut(c.raw[c.at:], []byte("\n"))
	c.at += len(line)
	if ended {
		c.at++
	}
	return string(bytes.TrimSuffix(line, []byte("\r"))), ended
}

// startLine passes over empty lines before it (RFC 9112 §2.2).
func (c *cursor) startLine() (line string, ended bool) {
	for ended = true; line == "" && ended; {
		line, ended = c.line()
	}
	c.m.Start = line
	return line, ended
}

// fields reads header lines up to the empty line.
func (c *cursor) fields() bool {
	for {
		line, ended := c.line()
		switch name, value, colon := strings.Cut(line, ":"); {
		case !ended:
			return false
		case line == "":
			return true
		case (line[0] == ' ' || line[0] == '\t') && len(c.m.Lines) > 0: // folded, RFC 9112 §5.2
			c.m.Lines[len(c.m.Lines)-1].Value += " " + strings.TrimSpace(line)
		default:
			if !colon {
				c.note("a header line without a colon")
			}
			c.m.Lines = append(c.m.Lines, sim.Field{Name: name, Value: strings.TrimSpace(value)})
		}
	}
}

// body reads the body as RFC 9112 §6.3 measures it; untilEnd says what is meant
// when nothing measures it. It reports false when raw ends first.
func (c *cursor) body(untilEnd bool) bool {
	length := c.m.Header("Content-Length")
	switch size, err := strconv.ParseUint(length, 10, 62); {
	case chunked(c.m.Header("Transfer-Encoding")):
		return c.chunks()
	case err == nil:
		c.m.Body = c.take(size)
		return uint64(len(c.m.Body)) == size
	case length != "":
		c.note("a Content-Length that is no number")
	case !untilEnd:
		return true
	}
	c.m.Body = c.take(uint64(len(c.raw)))
	return true
}

// chunks joins a chunked body (RFC 9112 §7.1): a size in hexadecimal, that many
// bytes, and so on until the size is 0; header lines may follow.
func (c *cursor) chunks() bool {
	var body []byte
	for n := 0; ; n++ {
		line, ended := c.line()
		digits, _, _ := strings.Cut(line, ";")
		size, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 62)
		c.m.Body = body
		switch {
		case !ended:
			return false
		case err != nil:
			c.note("a chunk without a size")
			c.take(uint64(len(c.raw)))
			return true
		case size == 0:
			c.note(fmt.Sprintf("chunks joined: %d", n))
			return c.fields()
		}
		piece := c.take(size)
		body = append(body, piece...)
		c.m.Body = body
		if end, ended := c.line(); uint64(len(piece)) < size || !ended {
			return false
		} else if end != "" {
			c.note("a chunk that is longer than its size")
		}
	}
}

// take reads up to n bytes.
func (c *cursor) take(n uint64) []byte {
	b := c.raw[c.at:]
	b = b[:min(uint64(len(b)), n)]
	c.at += len(b)
	return b
}

func (c *cursor) note(text string) { c.m.Notes = append(c.m.Notes, text) }

func isRequest(line string) bool {
	word := strings.Split(line, " ")
	return len(word) == 3 && word[0] != "" && word[1] != "" && strings.HasPrefix(word[2], "HTTP/1.")
}

func isResponse(line string) bool { return strings.HasPrefix(line, "HTTP/1.") && statusOf(line) >= 0 }

// statusOf reads the status of a response's start line; -1 when there is none.
func statusOf(start string) int {
	_, rest, _ := strings.Cut(start, " ")
	digits, _, _ := strings.Cut(rest, " ")
	status, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || len(digits) != 3 {
		return -1
	}
	return int(status)
}

// bodiless reports whether responses with this status never have a body (RFC 9110 §6.4.1).
func bodiless(status int) bool {
	return status/100 == 1 || status == http.StatusNoContent || status == http.StatusNotModified
}

// chunked reports whether the last transfer coding is chunked.
func chunked(codings string) bool {
	last := codings[strings.LastIndex(codings, ",")+1:]
	return strings.EqualFold(strings.TrimSpace(last), "chunked")
}
