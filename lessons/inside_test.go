package lessons

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

func TestPeople(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
	}{
		{210 * time.Microsecond, "0.21 ms"},
		{7, "7"},
		{int64(-1234567), "-1,234,567"},
		{1000, "1,000"},
		{0.234567, "0.23"},
		{2.5, "2.5"},
		{12.0, "12"},
		{12.34, "12.3"},
		{1234.5, "1,235"},
		{0.0, "0"},
		{0.0 / zero(), "…"},
		{true, "yes"},
		{"a\x1b]52;c;x\x07", "a␛]52;c;x␇"},
		{"abc\u202edef", "abc·def"},
	} {
		if got := people(tt.v); got != tt.want {
			t.Errorf("people(%v) = %q, want %q", tt.v, got, tt.want)
		}
	}
}

func zero() float64 { return 0 }

func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "0", 0.234: "23", 0.5: "50", 0.999: "99.9", 0.004: "0.4", 1: "100"} {
		if got := percent(share); got != want+"\u00a0%" {
			t.Errorf("percent(%v) = %q, want %s %%", share, got, want)
		}
	}
}

func TestTypedValues(t *testing.T) {
	for _, tt := range []struct {
		want  any
		given string
		like  likeness
		what  string
	}{
		{"103", " 103 ", same, ""},
		{"103", "0103", same, ""},
		{"103", "103 bytes", same, ""},
		{"103", "103B", same, ""},
		{"103", "Content-Length: 103", same, ""},
		{"103", "104", different, ""},
		{"103", "104 bytes", different, ""},
		{"103", "-103", different, ""},
		{"103", "", different, ""},
		{103, "103", same, ""},
		{404, "404 Not Found", same, ""},
		{1, "one", same, ""},
		{1, "One message", same, ""},
		{3, "one", different, ""},
		{1234, "1 234", same, ""},
		{4979206, "4979206", same, ""},
		{4979206, "4,979,206", same, ""},
		{"4979206", "4979 206", same, ""},
		{"4979206u", "4979206U", same, ""},
		{"4979206u", "4979206", near, "the whole value"},
		{0.5, ".5", same, ""},
		{"application/problem+json", "Application/Problem+JSON; charset=utf-8", same, ""},
		{"application/problem+json", "problem+json", near, "the whole media type"},
		{"application/problem+json", "application/json", different, ""},
		{"PreviewOrder", "previeworder", same, ""},
		{"PreviewOrder", "Preview Order", same, ""},
		{"PreviewOrder", "/shop.order.v1.Orders/PreviewOrder", near, "only the value"},
		{"shop.order.v1.OrderPlaced", "OrderPlaced", same, ""},
		{"/orders/o-1", "/orders/O-1", same, ""},
		{"/orders/o-1", "/orders/o-2", different, ""},
		{"/orders/o-1", "o-1", near, "the whole value"},
		{"GET, HEAD, OPTIONS", "get,head, options", same, ""},
		{"GET, HEAD, OPTIONS", "GET", near, "the whole value"},
		{"08 96 01", "0x089601", same, ""},
		{"08 96 01", "08 96", near, "the whole value"},
		{`"3a90"`, "3a90", same, ""},
		{`"3a90"`, `"3a90"`, same, ""},
		{210 * time.Microsecond, "0.21 ms", same, ""},
		{210 * time.Microsecond, "0,21 MS", same, ""},
		{210 * time.Microsecond, "210 microseconds", same, ""},
		{210 * time.Microsecond, "210µs", same, ""},
		{210 * time.Microsecond, "0.21", near, "add the unit"},
		{210 * time.Microsecond, "0.22ms", different, ""},
		{true, "yes", same, ""},
		{true, "True", same, ""},
		{true, "no", different, ""},
	} {
		if got, what := compared(tt.want, tt.given); got != tt.like || what != tt.what {
			t.Errorf("compared(%v, %q) = %v %q, want %v %q", tt.want, tt.given, got, what, tt.like, tt.what)
		}
	}
}

func TestKeyBytes(t *testing.T) {
	for body, want := range map[string]int{
		`{"id":"101","price":{"cents" : 18}}`: len(`"id"`) + len(`"price"`) + len(`"cents"`),
		`{"a\"b":"x:y","":[":"]}`:             len(`"a\"b"`) + len(`""`),
		`["a","b"]`:                           0,
		`{"cut`:                               0,
		``:                                    0,
	} {
		if got := keyBytes([]byte(body)); got != want {
			t.Errorf("keyBytes(%s) = %d, want %d", body, got, want)
		}
	}
}

func TestRank(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, tt := range []struct {
		p    float64
		of   []time.Duration
		want time.Duration
	}{
		{0.50, hundred, 50},
		{0.99, hundred, 99},
		{0.99, hundred[:1], 1},
		{0.50, hundred[:3], 2},
	} {
		if got := rank(tt.of, tt.p); got != tt.want {
			t.Errorf("rank(%d values, %v) = %d, want %d", len(tt.of), tt.p, got, tt.want)
		}
	}
}

// noBytes is a world of which nothing was captured.
type noBytes struct{ World }

func (noBytes) Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool) { return sim.Exchange{}, false }

// story is evidence of a few attempts along a:b. The one from the time before the
// step must not be seen.
func story() *evidence {
	w := newWindow(2)
	seq := sim.Seq(0)
	say := func(span sim.SpanID, f sim.Fact) {
		seq++
		node := sim.Instance{Service: "a", N: 1}
		if f.Kind() == sim.KindEffect || f.Kind() == sim.KindReceived {
			node.Service = "b"
		}
		w.apply(sim.Event{Seq: seq, Trace: sim.TraceID{byte(span)}, Span: span, Node: node, Link: "a:b", Fact: f})
	}
	say(1, sim.Begun{UseCase: "old.one"})
	say(1, sim.Sent{Label: "GET /old", Try: 1})
	say(1, sim.Answered{Status: 200, Took: time.Hour, BytesOut: 1})
	for i := sim.SpanID(2); i < 12; i++ {
		say(i, sim.Begun{UseCase: "thing.get"})
		say(i, sim.Called{Type: "shop.b.v1.GetThing"})
		say(i, sim.Sent{Label: fmt.Sprintf("GET /things/%d?x=1", i), Try: 1})
		say(i, sim.Received{Label: "GET", Peer: "msc-sim/a"})
		say(i, sim.Answered{Status: 200, Took: time.Duration(i) * time.Millisecond, Connect: time.Duration(i % 2), BytesOut: 10, BytesIn: 20})
		say(i, sim.Ended{UseCase: "thing.get", Outcome: sim.WasAnswered, Text: "done"})
	}
	say(20, sim.Sent{Label: "POST /things", Try: 2})
	say(20, sim.Failed{Code: sim.Timeout, Took: time.Second, Reason: "no answer in time", BytesOut: 10})
	say(21, sim.Sent{Label: "POST /things", Try: 1})
	say(21, sim.Failed{Code: sim.Unavailable, Status: 503, Took: time.Millisecond, Reason: "connection refused"})
	say(22, sim.Sent{Label: "POST /things", Try: 1})
	say(22, sim.Lost{Took: time.Millisecond})
	say(23, sim.Sent{Label: "POST /things", Try: 1}) // still waiting
	say(21, sim.Effect{Text: "charged c-1"})
	return &evidence{
		window: w, world: noBytes{}, kept: map[string]any{"wait": 3 * time.Millisecond}, mine: "long",
		addresses: map[string]string{"b": "127.0.0.1:1"}, predicted: map[string]prediction{"took": {2, "long", true}},
		setup: setup{12, 2, 1},
	}
}

func storyScope() *scope {
	return &scope{
		words:       worldWords{Names: sim.Names{Services: []string{"a", "b"}, Links: []string{"a:b"}, UseCases: []string{"thing.get"}}},
		kept:        map[string]any{"wait": time.Duration(0), "never": 0},
		predictions: []string{"took"},
	}
}

func TestExpressions(t *testing.T) {
	e, sc := story(), storyScope()
	for source, want := range map[string]any{
		`count("sent")`:     14,
		`count("answered")`: 10,
		`count("answered", {link: "a:b", status: 200})`:            10,
		`count("answered", {path: "/things/3"})`:                   1,
		`count("answered", {path: "/things/3?x=1"})`:               1,
		`count("answered", {path: "/things/*"})`:                   10,
		`count("answered", {path: "/old"})`:                        0,
		`count("answered", {method: "POST"})`:                      0,
		`count("answered", {type: "GetThing"})`:                    10,
		`count("answered", {type: "shop.b.v1.GetThing"})`:          10,
		`count("answered", {type: "Thing"})`:                       0,
		`count("answered", {opened: true})`:                        5,
		`count("answered", {use_case: "thing.get"})`:               10,
		`count("received", {peer: "MSC"})`:                         10,
		`count("failed")`:                                          2,
		`count("failed", {outcome: "timed_out"})`:                  1,
		`count("failed", {status: 503})`:                           1,
		`count("failed", {text: "refused"})`:                       1,
		`count("sent", {try: 2})`:                                  1,
		`count("sent", {node: "a"})`:                               14,
		`count("lost")`:                                            1,
		`count("begun", {use_case: "thing.get"})`:                  10,
		`count("ended", {outcome: "answered", text: "done"})`:      10,
		`count("called", {type: "GetThing"})`:                      10,
		`count("effect", {node: "b", text: "Charged"})`:            1,
		`count("effect", {status: 200})`:                           0,
		`first("a:b").took`:                                        2 * time.Millisecond,
		`last("a:b", {outcome: "answered"}).took`:                  11 * time.Millisecond,
		`last("a:b").outcome`:                                      "lost",
		`first("a:b", {outcome: "failed"}).reason`:                 "connection refused",
		`first("a:b").opened`:                                      false,
		`first("a:b", {path: "/things/3"}).opened`:                 true,
		`first("a:b").bytes`:                                       30,
		`first("a:b").method + " " + first("a:b").path`:            "GET /things/2?x=1",
		`link("a:b").sent`:                                         14,
		`link("a:b").ended`:                                        13,
		`link("a:b").samples`:                                      10,
		`link("a:b").failed`:                                       3,
		`link("a:b").timed_out`:                                    1,
		`link("a:b").in_flight`:                                    1,
		`link("a:b").p50`:                                          6 * time.Millisecond,
		`link("a:b").max`:                                          11 * time.Millisecond,
		`link("a:b", {method: "GET"}).availability`:                1.0,
		`link("a:b").bytes`:                                        310,
		`ratio(link("a:b").max, first("a:b").took)`:                5.5,
		`percent(0.25)`:                                            "25\u00a0%",
		`ms(2.5)`:                                                  2500 * time.Microsecond,
		`wait > ms(2) ? "slow" : "quick"`:                          "slow",
		`mine`:                                                     "long",
		`predicted("took").right && predicted("took").choice == 2`: true,
		`address("b")`:                                             "127.0.0.1:1",
		`world_lines + world_services + world_links`:               15,
	} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.eval(x); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s = %v (%v), want %v", source, got, err, want)
		}
	}
}

func TestExpressionsWithoutAValue(t *testing.T) {
	e, sc := story(), storyScope()
	for source, want := range map[string]error{
		`first("a:b", {status: 404}).took > ms(1)`:      errNothing,
		`!(first("a:b", {status: 404}).took > ms(1))`:   errNothing,
		`link("a:b").p99 > ms(1)`:                       errNothing, // of ten
		`link("a:b", {status: 404}).p50 > ms(1)`:        errNothing,
		`link("a:b", {status: 404}).availability > 0.5`: errNothing,
		`never > 0`:           errNothing,
		`address("a") == "x"`: errNothing,
		`first("a:b").response.header("Content-Length") == ""`: errUnread,
		`count("answered", {header: "X"}) > 0`:                 errUnread,
	} {
		x, err := sc.boolean(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if yes, err := e.holds(x); yes || !errors.Is(err, want) {
			t.Errorf("%s = %v (%v), want false, because %v", source, yes, err, want)
		}
	}
}

func TestWindowHoldsOnlySoMuch(t *testing.T) {
	w := newWindow(0)
	for i := range sim.Seq(maxEvents + maxHops + 10) {
		e := sim.Event{Seq: i + 1, Span: sim.SpanID(i + 1), Trace: sim.TraceID{byte(i), byte(i >> 8), byte(i >> 16)}, Link: "a:b"}
		for _, f := range []sim.Fact{sim.Begun{}, sim.Called{}, sim.Sent{}, sim.Answered{}} {
			e.Fact = f
			w.apply(e)
		}
	}
	if len(w.hops) != maxHops || len(w.spans) != maxHops || len(w.events) != maxEvents || len(w.uses) > maxHops {
		t.Errorf("%d attempts, %d spans, %d events, %d use cases", len(w.hops), len(w.spans), len(w.events), len(w.uses))
	}
}

func TestText(t *testing.T) {
	e, sc := story(), storyScope()
	for _, tt := range []struct{ text, want string }{
		{"one line\nand another", "one line and another"},
		{"one\n\ntwo", "one\n\ntwo"},
		{"a list:\n- one\n- two", "a list:\n- one\n- two"},
		{"took {{wait}}.", "took 3.00 ms."},
		{"{{if wait > ms(1)}}slow{{else}}quick{{end}}", "slow"},
		{"{{if wait > ms(9)}}slow{{else}}quick{{end}}", "quick"},
		{"{{if wait > ms(9)}}slow{{end}}", ""},
		{"before\n{{if wait > ms(9)}}slow{{end}}\nafter", "before after"},
		{"before\n{{if wait > ms(1)}}slow{{end}}\nafter", "before slow after"},
		{"{{if wait > ms(1)}}{{if wait > ms(9)}}a{{else}}b{{end}}{{end}}c", "bc"},
		{"it is {{never}}", "it is …"},
		{"{{if never > 1}}x{{else}}y{{end}}", ""},
		{"a } b {c}", "a } b {c}"},
	} {
		c, err := sc.text(piece{text: tt.text})
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		got, err := c.fill(e)
		if got = flow(got); got != tt.want {
			t.Errorf("%q is told as %q, want %q", tt.text, got, tt.want)
		}
		if missing := strings.Contains(tt.text, "never"); (err != nil) != missing {
			t.Errorf("%q: error %v", tt.text, err)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	deep := strings.Repeat("{{if true}}", MaxNested+1) + strings.Repeat("{{end}}", MaxNested+1)
	if _, err := storyScope().text(piece{text: deep}); err == nil {
		t.Error("there is no end to {{if}} within {{if}}")
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"took {{wait}}.", "{{if wait > ms(1)}}a{{else}}b{{end}}", "{{", "}}", "{{if}}", "{{else}}", "{{end}}",
		`{{first("a:b").response.header("x")}}`, "{{1 / 0}}", "{{-9223372036854775808 % -1}}", "{{2 ** 4000000}}",
		`{{"a" * 3}}`, "{{{{}}}}", "é{{wiat}}", "{{[1,2][5]}}", "{{mine[1:99]}}", `{{wait.String()}}`,
	} {
		f.Add(s)
	}
	e, sc := story(), storyScope()
	f.Fuzz(func(t *testing.T, s string) {
		c, err := sc.text(piece{text: s, at: spot{"f", 1, 1}})
		if err != nil {
			if at := sim.AsError(err); at.Code != sim.Invalid || !strings.HasPrefix(at.Message, "f:") {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if got, _ := c.fill(e); len(got) > 100*len(s)+1000 {
			t.Errorf("%q grows to %d bytes", s, len(got))
		}
	})
}
