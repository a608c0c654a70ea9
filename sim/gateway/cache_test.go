package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// origin is a service behind a cache. It responds with its n-th response, the last
// one again and again, and counts how often it was asked.
type origin struct {
	*clock
	sim.Handler
	responses []string // "200|Cache-Control: max-age=3600|Expires: +60"
	asked     int
	seen      sim.Header
}

func cached(responses ...string) *origin {
	o := &origin{clock: start(), responses: responses}
	o.Handler = at(o.clock, func(_ context.Context, _ string, m sim.Message) (sim.Message, error) {
		o.seen = m.Header
		m = o.respond(o.responses[min(o.asked, len(o.responses)-1)])
		o.asked++
		if status := sim.RawStatus(m); status >= 400 {
			e := refusal(status, "no")
			e.Remote, e.Answer = true, &m
			return sim.Message{}, e
		}
		return m, nil
	}, []string{"cache"}, "all path=/** to=origin")
	return o
}

func (o *origin) respond(text string) sim.Message {
	lines := strings.Split(text, "|")
	h, status := sim.Header{}, 200
	_, _ = fmt.Sscan(lines[0], &status)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		var after int
		if n, err := fmt.Sscanf(value, "in %d s", &after); err == nil && n == 1 {
			value = o.Add(time.Duration(after) * time.Second).UTC().Format(http.TimeFormat)
		}
		name = strings.ToLower(name)
		h[name] = append(h[name], value)
	}
	if h["date"] == nil {
		h["date"] = []string{o.UTC().Format(http.TimeFormat)}
	}
	return sim.RawResponse(status, "text/plain", h, []byte(fmt.Sprint("response ", o.asked+1)))
}

func (o *origin) get(t *testing.T, header ...string) sim.Message {
	t.Helper()
	return answer(o.Handler(t.Context(), get("/a", header...)))
}

// Cases of our own for what RFC 9111 and RFC 9110 ask of a shared cache, under the
// ids that the public suite has for the same: one response, some time, and whether
// a second request may be answered with it.
func TestCacheFreshness(t *testing.T) {
	const year = "Cache-Control: max-age=3600"
	for id, c := range map[string]struct {
		response string
		wait     time.Duration
		first    []string
		second   []string
		reuse    bool
	}{
		"freshness-max-age-stale":                           {"200|Cache-Control: max-age=2", 3 * time.Second, nil, nil, false},
		"freshness-max-age-fresh":                           {"200|Cache-Control: max-age=2", time.Second, nil, nil, true},
		"freshness-max-age-0":                               {"200|Cache-Control: max-age=0", 0, nil, nil, false},
		"freshness-max-age-age":                             {"200|Cache-Control: max-age=3600|Age: 7200", 0, nil, nil, false},
		"freshness-max-age-0-expires":                       {"200|Cache-Control: max-age=0|Expires: in 3600 s", 0, nil, nil, false},
		"freshness-max-age-negative":                        {"200|Cache-Control: max-age=-7200", 0, nil, nil, false},
		"freshness-s-maxage-shared":                         {"200|Cache-Control: s-maxage=3600", 0, nil, nil, true},
		"freshness-max-age-s-maxage-shared-longer":          {"200|Cache-Control: max-age=3600, s-maxage=1", 2 * time.Second, nil, nil, false},
		"freshness-max-age-s-maxage-shared-longer-reversed": {"200|Cache-Control: s-maxage=1, max-age=3600", 2 * time.Second, nil, nil, false},
		"freshness-max-age-s-maxage-shared-longer-multiple": {"200|Cache-Control: max-age=3600|Cache-Control: s-maxage=1", 2 * time.Second, nil, nil, false},
		"freshness-max-age-ignore-quoted":                   {`200|Cache-Control: extension="max-age=3600", max-age=1`, 2 * time.Second, nil, nil, false},
		"freshness-max-age-ignore-quoted-rev":               {`200|Cache-Control: max-age=1, extension="max-age=3600"`, 2 * time.Second, nil, nil, false},
		"freshness-max-age-leading-zero":                    {"200|Cache-Control: max-age=003600", 0, nil, nil, true},
		"freshness-max-age-single-quoted":                   {"200|Cache-Control: max-age='3600'", 0, nil, nil, false},
		"age-parse-nonnumeric":                              {"200|" + year + "|Age: abc", 0, nil, nil, true},
		"age-parse-negative":                                {"200|" + year + "|Age: -7200", 0, nil, nil, true},
		"age-parse-large-minus-one":                         {"200|" + year + "|Age: 2147483647", 0, nil, nil, false},
		"age-parse-large":                                   {"200|" + year + "|Age: 2147483648", 0, nil, nil, false},
		"age-parse-larger":                                  {"200|" + year + "|Age: 99999999999999999999", 0, nil, nil, false},
		"age-parse-prefix":                                  {"200|" + year + "|Age: 0, 7200", 0, nil, nil, true},
		"age-parse-suffix-twoline":                          {"200|" + year + "|Age: 7200|Age: 0", 0, nil, nil, false},
		"age-parse-prefix-twoline":                          {"200|" + year + "|Age: 0|Age: 7200", 0, nil, nil, true},
		"age-parse-dup-0":                                   {"200|" + year + "|Age: 0, 0", 0, nil, nil, true},
		"age-parse-dup-0-twoline":                           {"200|" + year + "|Age: 0|Age: 0", 0, nil, nil, true},
		"age-parse-dup-old":                                 {"200|" + year + "|Age: 3|Age: 3", 0, nil, nil, true},
		"freshness-expires-future":                          {"200|Expires: in 3600 s", 0, nil, nil, true},
		"freshness-expires-past":                            {"200|Expires: in -3600 s", 0, nil, nil, false},
		"freshness-expires-present":                         {"200|Expires: in 0 s", 0, nil, nil, false},
		"freshness-expires-invalid":                         {"200|Expires: 0", 0, nil, nil, false},
		"freshness-expires-age-slow-date":                   {"200|Date: in -10 s|Expires: in 10 s|Age: 25", 0, nil, nil, false},
		"freshness-expires-invalid-2-digit-year":            {"200|Expires: Thu, 18 Aug 50 02:01:18 GMT", 0, nil, nil, false},
		"freshness-expires-invalid-multiple-spaces":         {"200|Expires: Thu, 18  Aug  2050  02:01:18  GMT", 0, nil, nil, false},
		"freshness-expires-invalid-date-dashes":             {"200|Expires: Thu, 18-Aug-2050 02:01:18 GMT", 0, nil, nil, false},
		"freshness-expires-invalid-time-periods":            {"200|Expires: Thu, 18 Aug 2050 02.01.18 GMT", 0, nil, nil, false},
		"freshness-expires-invalid-1-digit-hour":            {"200|Expires: Thu, 18 Aug 2050 2:01:18 GMT", 0, nil, nil, false},
		"freshness-expires-invalid-multiple-lines":          {"200|Expires: in 3600 s|Expires: in 60 s", 0, nil, nil, false},
		"cc-resp-private-shared":                            {"200|Cache-Control: private, max-age=3600", 0, nil, nil, false},
		"cc-resp-no-store":                                  {"200|Cache-Control: no-store", 0, nil, nil, false},
		"cc-resp-no-store-case-insensitive":                 {"200|Cache-Control: nO-StOrE|Expires: in 60 s", 0, nil, nil, false},
		"cc-resp-no-store-fresh":                            {"200|Cache-Control: no-store, max-age=3600|Expires: in 3600 s", 0, nil, nil, false},
		"cc-resp-no-cache":                                  {"200|Cache-Control: no-cache, max-age=3600|Expires: in 3600 s", 0, nil, nil, false},
		"cc-resp-no-cache-case-insensitive":                 {"200|Cache-Control: No-CaChE, max-age=3600", 0, nil, nil, false},
		"cc-resp-must-revalidate-stale":                     {`200|Cache-Control: max-age=2, must-revalidate, stale-if-error=60|ETag: "a"`, 3 * time.Second, nil, nil, false},
		"heuristic-200-cached":                              {"200|Last-Modified: in -100000 s", 0, nil, nil, true},
		"vary-match":                                        {"200|" + year + "|Vary: Foo", 0, []string{"foo", "1"}, []string{"foo", "1"}, true},
		"vary-no-match":                                     {"200|" + year + "|Vary: Foo", 0, []string{"foo", "1"}, []string{"foo", "2"}, false},
		"vary-omit-stored":                                  {"200|" + year + "|Vary: Foo", 0, nil, []string{"foo", "2"}, false},
		"vary-omit":                                         {"200|" + year + "|Vary: Foo", 0, []string{"foo", "1"}, nil, false},
		"vary-2-no-match":                                   {"200|" + year + "|Vary: Foo, Bar", 0, []string{"foo", "1", "bar", "a"}, []string{"foo", "2", "bar", "a"}, false},
		"vary-2-match-omit":                                 {"200|" + year + "|Vary: Foo, Bar", 0, []string{"foo", "1"}, []string{"foo", "1", "bar", "a"}, false},
		"vary-3-no-match":                                   {"200|" + year + "|Vary: Foo, Bar, Baz", 0, []string{"foo", "1", "bar", "a", "baz", "x"}, []string{"foo", "1", "bar", "a", "baz", "y"}, false},
		"vary-3-order":                                      {"200|" + year + "|Vary: Baz|Vary: Foo, Bar", 0, []string{"foo", "1", "bar", "a", "baz", "x"}, []string{"baz", "x", "bar", "b", "foo", "1"}, false},
		"vary-star":                                         {"200|" + year + "|Vary: *", 0, nil, nil, false},
		"vary-syntax-star":                                  {"200|" + year + "|Vary: *", 0, nil, nil, false},
		"vary-syntax-star-star-lines":                       {"200|" + year + "|Vary: *|Vary: *", 0, nil, nil, false},
		"vary-syntax-foo-star":                              {"200|" + year + "|Vary: Foo, *", 0, nil, nil, false},
		"other-authorization":                               {"200|" + year, 0, []string{"authorization", "Bearer a"}, nil, false},
		"other-authorization-public":                        {"200|Cache-Control: public, max-age=3600", 0, []string{"authorization", "Bearer a"}, nil, true},
		"an API key is an authorization":                    {"200|" + year, 0, []string{headerKey, "a"}, nil, false},
		"ccreq-no-store":                                    {"200|" + year, 0, []string{"cache-control", "no-store"}, nil, false},
		"ccreq-no-cache":                                    {"200|" + year, 0, nil, []string{"cache-control", "no-cache"}, false},
		"ccreq-max-age":                                     {"200|" + year + "|Age: 100", 0, nil, []string{"cache-control", "max-age=60"}, false},
		"ccreq-min-fresh":                                   {"200|Cache-Control: max-age=60", 0, nil, []string{"cache-control", "min-fresh=90"}, false},
		"ccreq-pragma":                                      {"200|" + year, 0, nil, []string{"pragma", "no-cache"}, false},
		"cdn-fresh-cc-nostore":                              {"200|CDN-Cache-Control: max-age=60|Cache-Control: no-store", 0, nil, nil, true},
		"cdn-no-store-cc-fresh":                             {"200|CDN-Cache-Control: no-store|" + year, 0, nil, nil, false},
		"cdn-cc-invalid-sh-type-unknown":                    {"200|CDN-Cache-Control: max-age=&&&&&|" + year, 0, nil, nil, true},
		"cdn-cc-invalid-sh-type-wrong":                      {`200|CDN-Cache-Control: max-age="3600"|Cache-Control: no-store`, 0, nil, nil, false},
		"status-599-must-understand":                        {"599|Cache-Control: no-store, must-understand, max-age=60", 0, nil, nil, false},
		"status-200-must-understand":                        {"200|Cache-Control: no-store, must-understand, max-age=60", 0, nil, nil, true},
	} {
		o := cached(c.response)
		o.get(t, c.first...)
		o.Time = o.Add(c.wait)
		m := o.get(t, c.second...)
		if _, body := sim.RawBody(m); (o.asked == 1) != c.reuse || (string(body) == "response 1") != c.reuse {
			t.Errorf("%s: asked %d times, then %s %v; reuse is %v", id, o.asked, body, m.Header, c.reuse)
		}
	}
}

func TestCacheByStatus(t *testing.T) {
	for _, status := range []int{200, 203, 204, 299, 301, 302, 307, 308, 404, 410, 500, 503, 599} {
		o := cached(fmt.Sprint(status, "|Cache-Control: max-age=10"))
		o.get(t)
		if m := o.get(t); o.asked != 1 || sim.RawStatus(m) != status {
			t.Errorf("%d fresh: asked %d times, %d", status, o.asked, sim.RawStatus(m))
		}
		o.Time = o.Add(11 * time.Second) // status-…-stale
		if o.get(t); o.asked != 2 {
			t.Errorf("%d stale: asked %d times", status, o.asked)
		}
	}
	for _, status := range []int{201, 202, 403, 502, 503, 504, 599} { // heuristic-…-not_cached
		o := cached(fmt.Sprint(status, "|Last-Modified: in -100000 s"))
		o.get(t)
		if o.get(t); o.asked != 2 {
			t.Errorf("%d is kept without having said for how long", status)
		}
	}
}

func TestCacheRevalidates(t *testing.T) {
	o := cached(`200|Cache-Control: max-age=10|ETag: "a"|Test-Header: old|Content-Length: 10|Vary: Foo`, `304|Cache-Control: max-age=20|ETag: "a"|Test-Header: new|Content-Length: 7`, "200|X: another")
	o.get(t, "foo", "1")
	first := o.UTC().Format(http.TimeFormat)
	o.Time = o.Add(5 * time.Second)
	m := o.get(t, "foo", "1")
	if m.Header.Get("age") != "5" || m.Header.Get("date") != first || m.Header.Get("cache-status") != "msc-sim; hit" { // other-age-gen, other-age-update-max-age, other-date-update
		t.Errorf("a hit: %v", m.Header)
	}
	m = o.get(t, "foo", "1", "if-none-match", `"a"`, "if-modified-since", first)
	if sim.RawStatus(m) != 304 || m.Header.Get("etag") != `"a"` { // conditional-304-etag
		t.Errorf("the client has it: %d %v", sim.RawStatus(m), m.Header)
	}
	if m := o.get(t, "foo", "1", "if-none-match", `"b"`, "if-modified-since", first); sim.RawStatus(m) != 200 { // conditional-etag-precedence
		t.Errorf("another tag counts more than a date: %d", sim.RawStatus(m))
	}
	o.Time = o.Add(6 * time.Second)
	m = o.get(t, "foo", "1")
	_, body := sim.RawBody(m)
	if o.seen.Get("if-none-match") != `"a"` || o.seen.Get("foo") != "1" { // conditional-etag-vary-headers
		t.Errorf("the service was asked with %v", o.seen)
	}
	if string(body) != "response 1" || m.Header.Get("test-header") != "new" || m.Header["content-length"] != nil || m.Header.Get("cache-status") != "msc-sim; fwd=stale; fwd-status=304; stored" {
		t.Errorf("confirmed by 304: %s %v", body, m.Header)
	}
	o.Time = o.Add(15 * time.Second)
	if o.get(t, "foo", "1"); o.asked != 2 {
		t.Errorf("the 304 named a longer time: asked %d times", o.asked)
	}
	o = cached("200|Last-Modified: in -100 s|Cache-Control: max-age=1|Test-Header: kept", "304|Cache-Control: max-age=1")
	o.get(t)
	o.Time = o.Add(2 * time.Second)
	if m := o.get(t); m.Header.Get("test-header") != "kept" || o.seen["if-modified-since"] == nil { // 304-lm-use-stored-Test-Header
		t.Errorf("%v, asked with %v", m.Header, o.seen)
	}
	o = cached("200|Expires: in 60 s") // other-age-update-expires, other-date-update-expires
	o.get(t)
	o.Time = o.Add(7 * time.Second)
	if m := o.get(t); m.Header.Get("age") != "7" || m.Header.Get("date") != first {
		t.Errorf("%v", m.Header)
	}
}

// What a newer response says counts, also when it may not be kept.
func TestCacheForgets(t *testing.T) {
	for _, newer := range []string{"200|Cache-Control: no-store", "200|Cache-Control: no-store, max-age=0"} { // cc-resp-no-store-old-…
		o := cached("200|Cache-Control: max-age=3600", newer)
		o.get(t)
		o.get(t, "cache-control", "no-cache")
		if o.get(t); o.asked != 3 {
			t.Errorf("%s: the older one is used", newer)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "M-SEARCH"} { // invalidate-…
		for status, kept := range map[string]bool{"200": false, "404": true} {
			o := cached("200|Cache-Control: max-age=3600", status)
			o.get(t)
			m := get("/a")
			m.Header[sim.HeaderMethod] = []string{method}
			_, _ = o.Handler(t.Context(), m)
			if o.get(t); (o.asked == 2) != kept {
				t.Errorf("after %s, %s: asked %d times", method, status, o.asked)
			}
		}
	}
	o := cached("200|Cache-Control: max-age=3600") // query-args-different
	o.get(t)
	if _, _ = o.Handler(t.Context(), get("/a?b=1")); o.asked != 2 {
		t.Error("another query is another path")
	}
	if m := answer(o.Handler(t.Context(), get("/never", "cache-control", "only-if-cached"))); sim.RawStatus(m) != 504 {
		t.Errorf("only-if-cached: %d", sim.RawStatus(m))
	}
}

func TestCacheKeepsHeaders(t *testing.T) {
	stored := []string{
		"Test-Header", "X-Test-Header", "Content-Foo", "X-Content-Foo", "Content-Encoding", "Content-Location", "Content-MD5", "Content-Range",
		"Content-Security-Policy", "Clear-Site-Data", "ETag", "Expires", "Public-Key-Pins", "Set-Cookie2", "X-Frame-Options", "X-XSS-Protection",
	}
	dropped := []string{"Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Proxy-Connection", "TE", "Upgrade", "Named"}
	text := "200|Cache-Control: max-age=3600|Connection: close, Named"
	for _, name := range append(stored, dropped...) {
		text += "|" + name + ": v"
	}
	o := cached(text)
	o.get(t)
	m := o.get(t)
	for _, name := range stored {
		if m.Header.Get(strings.ToLower(name)) != "v" {
			t.Errorf("%s is lost", name)
		}
	}
	for _, name := range append(dropped, "Connection") {
		if m.Header[strings.ToLower(name)] != nil {
			t.Errorf("%s is about a connection, and was kept", name)
		}
	}
	if kind, _ := sim.RawBody(m); kind != "text/plain" || o.asked != 1 || m.Header.Get("cache-control") != "max-age=3600" {
		t.Errorf("%s %v", kind, m.Header)
	}
}

func TestCacheWhileTheServiceFails(t *testing.T) {
	o := cached("200|Cache-Control: max-age=1, stale-if-error=60", "503")
	o.get(t)
	o.Time = o.Add(30 * time.Second)
	if m := o.get(t); sim.RawStatus(m) != 200 || !strings.Contains(m.Header.Get("cache-status"), "stale-if-error") {
		t.Errorf("within the window: %d %v", sim.RawStatus(m), m.Header)
	}
	o.Time = o.Add(40 * time.Second)
	if m := o.get(t); sim.RawStatus(m) != 503 {
		t.Errorf("after it: %d", sim.RawStatus(m))
	}
}

func TestCacheIsBounded(t *testing.T) {
	r := newResponses(100_000)
	for n := range 10_000 {
		r.put(fmt.Sprint("/", n), &entry{body: make([]byte, 1000), vary: map[string][]string{"a": {fmt.Sprint(n)}}}, sim.Header{})
		r.put("/same", &entry{body: make([]byte, 10), vary: map[string][]string{"a": {fmt.Sprint(n)}}}, sim.Header{"a": {fmt.Sprint(n)}})
		if r.used > r.most || r.age.Len() != len(r.all) {
			t.Fatalf("%d bytes of %d in %d paths", r.used, r.most, len(r.all))
		}
	}
	if s := r.all["/same"].Value.(*shelf); len(s.variants) != mostVariants {
		t.Errorf("%d variants", len(s.variants))
	}
	for key := range r.all {
		r.forget(key)
	}
	if r.used != 0 {
		t.Errorf("%d bytes are counted of nothing", r.used)
	}
}

func FuzzCacheHeaders(f *testing.F) {
	f.Add(`max-age=3600, extension="a,b"`, "Thu, 18 Aug 2050 02:01:18 GMT", "7, 8", "Foo, *")
	f.Fuzz(func(t *testing.T, control, expires, age, vary string) {
		h := sim.Header{"cache-control": {control}, "cdn-cache-control": {control}, "expires": {expires}, "age": {age}, "vary": {vary}, "etag": {control}}
		now := start().Time
		if e := newEntry(h, sim.RawResponse(200, "", h, nil), now, now); e != nil {
			_ = e.response(now)
			_ = e.fits(h)
			_ = unchanged(sim.Header{"if-none-match": {control}, "if-modified-since": {expires}}, e)
			if e.life < 0 && e.fresh(now) || e.initial < 0 {
				t.Errorf("%+v", e)
			}
		}
	})
}
