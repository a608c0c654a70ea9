package lab_test

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// relays are the services of ours that call three foreign programs for every request:
// what the public test harness of W3C Trace Context wants of a service.
var relays = map[string]string{
	"service": `
name: relay
services:
  edge: {kind: generic, calls: [b1, b2, b3]}
  b1:   {kind: generic, at: "BACK"}
  b2:   {kind: generic, at: "BACK"}
  b3:   {kind: generic, at: "BACK"}
`,
	"gateway": `
name: relay
services:
  edge: {kind: gateway, routes: ["all path=/edge/x parts=a=b1:/x,b=b2:/x,c=b3:/x"]}
  b1:   {kind: generic, at: "BACK"}
  b2:   {kind: generic, at: "BACK"}
  b3:   {kind: generic, at: "BACK"}
`,
}

// relay is one of them.
type relay struct {
	t    *testing.T
	addr string

	mu   sync.Mutex
	came []http.Header
}

func newRelay(t *testing.T, world string) *relay {
	r := &relay{t: t}
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.came = append(r.came, q.Header)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(back.Close)
	l := openSpec(t, parse(t, strings.ReplaceAll(world, "BACK", back.URL)), lab.Options{})
	r.addr = addr(t, l, "edge")
	return r
}

// send makes one request with these header lines, each as it stands, and returns
// what the three calls carried.
func (r *relay) send(lines ...string) (parents [3][]string, state string) {
	r.t.Helper()
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	head := "GET /edge/x HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n"
	for _, l := range lines {
		head += l + "\r\n"
	}
	if _, err := c.Write([]byte(head + "\r\n")); err != nil {
		r.t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = res.Body.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.came) != 3 {
		r.t.Fatalf("%d calls came (status %d)", len(r.came), res.StatusCode)
	}
	for i, h := range r.came {
		if len(h["Traceparent"]) != 1 || len(h["Tracestate"]) > 1 || h.Get("Tracestate") != r.came[0].Get("Tracestate") {
			r.t.Errorf("call %d carried %q, %q", i, h["Traceparent"], h["Tracestate"])
		}
		parents[i] = strings.Split(h.Get("Traceparent"), "-")
	}
	state = r.came[0].Get("Tracestate")
	r.came = nil
	return parents, state
}

// tracedRequest is one request of a case.
type tracedRequest struct {
	lines []string
	trace bool   // the trace goes on, or a fresh one begins
	state string // what is carried on
}

// The cases of the W3C Trace Context harness (test/test.py of w3c/trace-context,
// strict level 2), by their names, at a service that calls others. Each line is
// one request.
func TestTraceContextHarness(t *testing.T) {
	const (
		id     = "12345678901234567890123456789012"
		parent = "1234567890123456"
		p      = "traceparent: 00-" + id + "-" + parent + "-00"
		s      = "tracestate: "
	)
	const (
		kept  = true // the trace goes on
		fresh = false
	)
	req := func(trace bool, state string, lines ...string) tracedRequest {
		return tracedRequest{lines, trace, state}
	}
	tp := func(v string) string { return "traceparent: " + v }
	simple := "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
	value := func() string {
		var b strings.Builder
		for c := byte(' '); c <= '~'; c++ {
			if c != ',' && c != '=' {
				b.WriteByte(c)
			}
		}
		return b.String()
	}()
	z := strings.Repeat
	ten := func(from int) string {
		var all []string
		for i := from; i < from+10; i++ {
			n := string(rune('0'+i/10)) + string(rune('0'+i%10))
			all = append(all, "bar"+n+"="+n)
		}
		return strings.Join(all, ",")
	}
	cases := map[string][]tracedRequest{
		"both_traceparent_and_tracestate_missing":    {req(fresh, "")},
		"traceparent_included_tracestate_missing":    {req(kept, "", tp("00-"+id+"-"+parent+"-01"))},
		"traceparent_duplicated":                     {req(fresh, "", tp("00-"+id[:31]+"1-"+parent+"-01"), tp("00-"+id+"-"+parent+"-01"))},
		"traceparent_header_name":                    {req(fresh, "", "trace-parent: 00-"+id+"-"+parent+"-01"), req(fresh, "", "trace.parent: 00-"+id+"-"+parent+"-01")},
		"traceparent_header_name_valid_casing":       {req(kept, "", "TraceParent: 00-"+id+"-"+parent+"-01"), req(kept, "", "TrAcEpArEnT: 00-"+id+"-"+parent+"-01"), req(kept, "", "TRACEPARENT: 00-"+id+"-"+parent+"-01")},
		"traceparent_version_0x00":                   {req(fresh, "", tp("00-"+id+"-"+parent+"-01.")), req(fresh, "", tp("00-"+id+"-"+parent+"-01-what-the-future-will-be-like"))},
		"traceparent_version_0xcc":                   {req(kept, "", tp("cc-"+id+"-"+parent+"-01")), req(kept, "", tp("cc-"+id+"-"+parent+"-01-what-the-future-will-be-like")), req(fresh, "", tp("cc-"+id+"-"+parent+"-01.what-the-future-will-be-like"))},
		"traceparent_version_0xff":                   {req(fresh, "", tp("ff-"+id+"-"+parent+"-01"))},
		"traceparent_version_illegal_characters":     {req(fresh, "", tp(".0-"+id+"-"+parent+"-01")), req(fresh, "", tp("0.-"+id+"-"+parent+"-01"))},
		"traceparent_version_too_long":               {req(fresh, "", tp("000-"+id+"-"+parent+"-01")), req(fresh, "", tp("0000-"+id+"-"+parent+"-01"))},
		"traceparent_version_too_short":              {req(fresh, "", tp("0-"+id+"-"+parent+"-01"))},
		"traceparent_trace_id_all_zero":              {req(fresh, "", tp("00-"+z("0", 32)+"-"+parent+"-01"))},
		"traceparent_trace_id_illegal_characters":    {req(fresh, "", tp("00-."+id[1:]+"-"+parent+"-01")), req(fresh, "", tp("00-"+id[:31]+".-"+parent+"-01"))},
		"traceparent_trace_id_too_long":              {req(fresh, "", tp("00-"+id+"3-"+parent+"-01"))},
		"traceparent_trace_id_too_short":             {req(fresh, "", tp("00-"+id[:31]+"-"+parent+"-01"))},
		"traceparent_parent_id_all_zero":             {req(fresh, "", tp("00-"+id+"-"+z("0", 16)+"-01"))},
		"traceparent_parent_id_illegal_characters":   {req(fresh, "", tp("00-"+id+"-."+parent[1:]+"-01")), req(fresh, "", tp("00-"+id+"-"+parent[:15]+".-01"))},
		"traceparent_parent_id_too_long":             {req(fresh, "", tp("00-"+id+"-"+parent+"7-01"))},
		"traceparent_parent_id_too_short":            {req(fresh, "", tp("00-"+id+"-"+parent[:15]+"-01"))},
		"traceparent_trace_flags_illegal_characters": {req(fresh, "", tp("00-"+id+"-"+parent+"-.0")), req(fresh, "", tp("00-"+id+"-"+parent+"-0."))},
		"traceparent_trace_flags_too_long":           {req(fresh, "", tp("00-"+id+"-"+parent+"-001"))},
		"traceparent_trace_flags_too_short":          {req(fresh, "", tp("00-"+id+"-"+parent+"-1"))},
		"traceparent_ows_handling": {
			req(kept, "", tp(" 00-"+id+"-"+parent+"-01")), req(kept, "", tp("\t00-"+id+"-"+parent+"-01")), req(kept, "", tp("00-"+id+"-"+parent+"-01 ")),
			req(kept, "", tp("00-"+id+"-"+parent+"-01\t")), req(kept, "", tp("\t 00-"+id+"-"+parent+"-01 \t")),
		},
		"tracestate_included_traceparent_missing":    {req(fresh, "", s+"foo=1"), req(fresh, "", s+"foo=1,bar=2")},
		"tracestate_included_traceparent_included":   {req(kept, "foo=1,bar=2", p, s+"foo=1,bar=2")},
		"tracestate_header_name":                     {req(kept, "", p, "trace-state: foo=1"), req(kept, "", p, "trace.state: foo=1")},
		"tracestate_header_name_valid_casing":        {req(kept, "foo=1", p, "TraceState: foo=1"), req(kept, "foo=1", p, "TrAcEsTaTe: foo=1"), req(kept, "foo=1", p, "TRACESTATE: foo=1")},
		"tracestate_empty_header":                    {req(kept, "", p, s), req(kept, "foo=1", p, s+"foo=1", s), req(kept, "foo=1", p, s, s+"foo=1")},
		"tracestate_multiple_headers_different_keys": {req(kept, "foo=1,bar=2,rojo=1,congo=2,baz=3", p, s+"foo=1,bar=2", s+"rojo=1,congo=2", s+"baz=3")},
		"tracestate_duplicated_keys":                 {req(kept, "", p, s+"foo=1,foo=1"), req(kept, "", p, s+"foo=1,foo=2"), req(kept, "", p, s+"foo=1", s+"foo=1"), req(kept, "", p, s+"foo=1", s+"foo=2")},
		"tracestate_all_allowed_characters":          {req(kept, simple+"="+value, p, s+simple+"="+value), req(kept, simple+"@a-z0-9_-*/="+value, p, s+simple+"@a-z0-9_-*/="+value)},
		"tracestate_ows_handling": {
			req(kept, "foo=1,bar=2,baz=3", p, s+"foo=1 \t , \t bar=2, \t baz=3"), req(kept, "foo=1,bar=2,baz=3", p, s+"foo=1\t \t,\t \tbar=2,\t \tbaz=3"),
			req(kept, "foo=1", p, s+" foo=1"), req(kept, "foo=1", p, s+"\tfoo=1"), req(kept, "foo=1", p, s+"foo=1 "), req(kept, "foo=1", p, s+"foo=1\t"), req(kept, "foo=1", p, s+"\t foo=1 \t"),
		},
		"tracestate_key_illegal_characters":    {req(kept, "", p, s+"foo =1"), req(kept, "", p, s+"FOO=1"), req(kept, "", p, s+"foo.bar=1")},
		"tracestate_key_illegal_vendor_format": {req(kept, "", p, s+"foo@=1,bar=2"), req(kept, "", p, s+"@foo=1,bar=2"), req(kept, "", p, s+"foo@@bar=1,bar=2"), req(kept, "", p, s+"foo@bar@baz=1,bar=2")},
		"tracestate_member_count_limit": {
			req(kept, ten(1)+","+ten(11)+","+ten(21)+",bar31=31,bar32=32", p, s+ten(1), s+ten(11), s+ten(21), s+"bar31=31,bar32=32"),
			req(kept, "", p, s+ten(1), s+ten(11), s+ten(21), s+"bar31=31,bar32=32,bar33=33"),
		},
		"tracestate_key_length_limit": {
			req(kept, "foo=1,"+z("z", 256)+"=1", p, s+"foo=1", s+z("z", 256)+"=1"), req(kept, "", p, s+"foo=1", s+z("z", 257)+"=1"),
			req(kept, "foo=1,"+z("t", 241)+"@"+z("v", 14)+"=1", p, s+"foo=1", s+z("t", 241)+"@"+z("v", 14)+"=1"),
			req(kept, "", p, s+"foo=1", s+z("t", 242)+"@v=1"), req(kept, "", p, s+"foo=1", s+"t@"+z("v", 15)+"=1"),
		},
		"tracestate_value_illegal_characters": {req(kept, "", p, s+"foo=bar=baz"), req(kept, "", p, s+"foo=,bar=3")},

		"multiple_requests_with_valid_traceparent":   {req(kept, "", tp("00-"+id+"-"+parent+"-01"))},
		"multiple_requests_without_traceparent":      {req(fresh, "")},
		"multiple_requests_with_illegal_traceparent": {req(fresh, "", tp("00-"+z("0", 32)+"-"+parent+"-01"))},
	}
	for by, world := range relays {
		t.Run(by, func(t *testing.T) { traced(t, newRelay(t, world), cases, parent) })
	}
}

// traced sends the cases through one relay.
func traced(t *testing.T, r *relay, cases map[string][]tracedRequest, parent string) {
	const id = "12345678901234567890123456789012"
	for name, requests := range cases {
		for _, q := range requests {
			parents, state := r.send(q.lines...)
			ids := map[string]bool{}
			for _, got := range parents {
				if len(got) != 4 || (got[1] == id) != q.trace || got[1] == strings.Repeat("0", 32) || got[2] == parent || got[1] != parents[0][1] {
					t.Errorf("%s: %q carried on as %q", name, q.lines, got)
				}
				ids[got[2]] = true
			}
			if len(ids) != 3 {
				t.Errorf("%s: three calls with the parent ids %v", name, ids)
			}
			if state != q.state {
				t.Errorf("%s: %q carried on %q, want %q", name, q.lines, state, q.state)
			}
		}
	}
}

// Flags that the standard knows go on, reserved ones are zero (§3.2.2.5 of W3C
// Trace Context level 2).
func TestTraceFlags(t *testing.T) {
	r := newRelay(t, relays["service"])
	for came, want := range map[string]string{"00": "00", "01": "01", "02": "02", "03": "03", "ff": "03", "fc": "00"} {
		parents, _ := r.send("traceparent: 00-12345678901234567890123456789012-1234567890123456-" + came)
		if got := parents[0][3]; got != want {
			t.Errorf("flags %s went on as %s, want %s", came, got, want)
		}
	}
	if parents, _ := r.send(); parents[0][3] != "01" {
		t.Errorf("a trace that begins here has the flags %s", parents[0][3])
	}
}
