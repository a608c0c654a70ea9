package gateway

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// entry is one stored response. It never changes: one that was revalidated takes
// its place.
type entry struct {
	status  int
	header  sim.Header
	kind    string
	body    []byte
	rules   directives
	vary    map[string][]string // what the request had under the names of Vary
	life    time.Duration       // how long it is fresh
	initial time.Duration       // how old it was when it came
	came    time.Time
}

// understood are the statuses whose caching rules are understood here.
var understood = []int{200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 414, 500, 501, 502, 503, 504}

// guessed are those of which a response may be fresh without saying so (RFC 9110 §15.1).
var guessed = []int{200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}

// newEntry makes an entry of a response, or nil when a shared cache may not keep it
// (RFC 9111 §3). asked and came are when the request left and the response was here.
func newEntry(request sim.Header, m sim.Message, asked, came time.Time) *entry {
	e := &entry{status: sim.RawStatus(m), came: came}
	e.kind, e.body = sim.RawBody(m)
	var targeted bool
	e.rules, targeted = ruling(m.Header)
	clear := slices.Contains(understood, e.status)
	mustUnderstand := e.rules.has("must-understand")
	switch {
	case e.status < 200 || e.status == http.StatusPartialContent || e.status == http.StatusNotModified,
		e.rules.has("no-store") && !(mustUnderstand && clear),
		mustUnderstand && !clear,
		e.rules.has("private"),
		parseDirectives(request["cache-control"]).has("no-store"):
		return nil
	case (request["authorization"] != nil || request[headerKey] != nil) && !e.rules.has("public") && !e.rules.has("s-maxage") && !e.rules.has("must-revalidate"): // §3.5
		return nil
	}
	for _, line := range m.Header["vary"] {
		for _, name := range commas(strings.ToLower(line)) {
			if name == "*" {
				return nil
			}
			if e.vary == nil {
				e.vary = map[string][]string{}
			}
			e.vary[name] = request[name]
		}
	}
	e.header = make(sim.Header, len(m.Header))
	for k, v := range m.Header {
		if k != "age" && k != "cache-status" {
			e.header[k] = v
		}
	}
	e.measure(m.Header, targeted, asked)
	if e.life <= 0 && e.header["etag"] == nil && e.header["last-modified"] == nil { // it could neither be used nor revalidated
		return nil
	}
	return e
}

// measure works out how old the response was when it came (RFC 9111 §4.2.3) and how
// long it is fresh (§4.2.1).
func (e *entry) measure(h sim.Header, targeted bool, asked time.Time) {
	made, dated := date(h["date"])
	if !dated {
		made = e.came
	}
	e.initial = max(e.came.Sub(made), age(h)+e.came.Sub(asked), 0)
	if life, ok := e.rules.lasts("s-maxage"); ok {
		e.life = life
		return
	}
	if life, ok := e.rules.lasts("max-age"); ok {
		e.life = life
		return
	}
	if lines := h["expires"]; len(lines) > 0 && !targeted {
		if at, ok := date(lines); ok {
			e.life = at.Sub(made)
		}
		return
	}
	if changed, ok := date(h["last-modified"]); ok && (slices.Contains(guessed, e.status) || e.rules.has("public")) && h["set-cookie"] == nil {
		e.life = min(max(made.Sub(changed)/10, 0), 24*time.Hour) // §4.2.2
	}
}

// age is how old the response is now.
func (e *entry) age(now time.Time) time.Duration { return e.initial + now.Sub(e.came) }

func (e *entry) fresh(now time.Time) bool { return e.age(now) < e.life && !e.rules.has("no-cache") }

// fits reports whether a stored response answers a request (RFC 9111 §4.1).
func (e *entry) fits(request sim.Header) bool {
	for name, values := range e.vary {
		if !slices.Equal(normal(values), normal(request[name])) {
			return false
		}
	}
	return true
}

// normal are the members of a list header, however it was cut into lines.
func normal(values []string) (all []string) {
	for _, line := range values {
		all = append(all, commas(line)...)
	}
	return all
}

// mayBeStale reports whether it may be used although it is no longer fresh, while
// the service fails (RFC 5861 §4).
func (e *entry) mayBeStale(now time.Time) bool {
	window, ok := e.rules.lasts("stale-if-error")
	for _, name := range []string{"must-revalidate", "proxy-revalidate", "s-maxage", "no-cache"} {
		ok = ok && !e.rules.has(name)
	}
	return ok && e.age(now) < e.life+window
}

// response is the entry as a response, with its age.
func (e *entry) response(now time.Time) sim.Message {
	h := make(sim.Header, len(e.header)+2)
	for k, v := range e.header {
		h[k] = v
	}
	h["age"] = []string{seconds(e.age(now).Truncate(time.Second))}
	return sim.RawResponse(e.status, e.kind, h, e.body)
}

// notUpdated are headers that a 304 does not change (RFC 9111 §3.2).
var notUpdated = map[string]bool{
	"content-length": true, "content-encoding": true, "content-type": true, "content-range": true, "content-md5": false, "etag": false, sim.HeaderStatus: true, "vary": false,
}

// renewed is the entry with the headers of a 304 that confirmed it.
func (e *entry) renewed(request, confirmed sim.Header, asked, came time.Time) *entry {
	h := make(sim.Header, len(e.header)+len(confirmed))
	for k, v := range e.header {
		h[k] = v
	}
	for k, v := range confirmed {
		if !notUpdated[k] {
			h[k] = v
		}
	}
	if confirmed["age"] == nil {
		delete(h, "age")
	}
	return newEntry(request, sim.RawResponse(e.status, e.kind, h, e.body), asked, came)
}

// size is about how many bytes it takes.
func (e *entry) size() int { return len(e.body) + size(e.header) + 512 }
