package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// problem is how an error looks on the wire (RFC 9457). Its type is always
// about:blank: the status says everything, and title is the status in words.
// Fix is an extension of ours: what the person can do next.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"` // the path that was asked for
	Fix      string `json:"fix,omitempty"`
}

// problemOf makes the problem that e is, for a request of path.
func problemOf(e *sim.Error, path string) problem {
	return problem{
		Type:     "about:blank",
		Title:    http.StatusText(e.Status()),
		Status:   e.Status(),
		Detail:   e.Message,
		Instance: path,
		Fix:      e.Fix,
	}
}

// appendTo writes p as compact JSON.
func (p problem) appendTo(b *bytes.Buffer) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // strings and a number always encode
	b.Truncate(b.Len() - 1)
}

// errorOf makes the error that an answer with this status means. It reads
// problem+json, and is content with anything else that a foreign server may
// send. Foreign text goes through [sim.Visible]. now is for a Retry-After date.
func errorOf(status int, header http.Header, body []byte, now time.Time) *sim.Error {
	e := &sim.Error{Code: codeOf(status), Remote: true, RetryAfter: retryAfter(header.Get("Retry-After"), now)}
	if status >= 400 && status != e.Code.HTTP() {
		e.HTTP = status
	}
	var p problem
	if isJSON(header.Get("Content-Type")) && json.Unmarshal(body, &p) == nil {
		e.Message, e.Fix = share.Visible(p.Detail), share.Visible(p.Fix)
		if e.Message == "" {
			e.Message = share.Visible(p.Title)
		}
	}
	if e.Message == "" {
		e.Message = strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
	}
	return e
}

// codeOf is [sim.CodeOfHTTP], but a redirect, which is not followed, is no answer.
func codeOf(status int) sim.Code {
	if status >= 300 && status < 400 {
		return sim.Internal
	}
	return sim.CodeOfHTTP(status)
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110 §10.2.3).
// What cannot be read, and the past, is 0; more than a day is a day.
func retryAfter(v string, now time.Time) time.Duration {
	var d time.Duration
	if s, err := strconv.ParseUint(v, 10, 32); err == nil {
		d = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), 24*time.Hour)
}

// writeRetryAfter says when asking again makes sense, in whole seconds and at
// least one, where the status invites it and the error knows.
func writeRetryAfter(h http.Header, e *sim.Error) {
	if s := e.Status(); e.RetryAfter <= 0 || s != http.StatusServiceUnavailable && s != http.StatusTooManyRequests {
		return
	}
	seconds := (e.RetryAfter + time.Second - 1) / time.Second
	h.Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
}
