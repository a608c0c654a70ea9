package lab_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// say does what lines of the door say and returns what the last one answered.
func say(t *testing.T, l *lab.Lab, lines ...string) (r sim.Result) {
	t.Helper()
	for _, line := range lines {
		c, err := door.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		r = do(t, l, c)
	}
	return r
}

// story tells what happened on a link, one word an event.
func story(t *testing.T, l *lab.Lab, link sim.LinkID) (words []string) {
	t.Helper()
	for _, e := range events(t, l) {
		if e.Link != link {
			continue
		}
		switch f := e.Fact.(type) {
		case sim.Called:
			words = append(words, "called")
		case sim.Sent:
			words = append(words, "sent")
		case sim.Failed:
			words = append(words, "failed "+f.Reason)
		case sim.Waited:
			words = append(words, "waited: "+f.Why)
		case sim.Answered:
			words = append(words, "answered")
		case sim.Rejected:
			words = append(words, "rejected by "+f.By)
		case sim.Degraded:
			words = append(words, "degraded")
		case sim.Moved:
			words = append(words, f.From+" to "+f.To+": "+f.Why)
		case sim.Guarded:
			words = append(words, "guarded: "+f.Policies)
		}
	}
	return words
}

// counted checks the identity of counting, and returns the numbers.
func counted(t *testing.T, l *lab.Lab, link sim.LinkID) sim.LinkStats {
	t.Helper()
	s := l.LinkStats(link)
	if s.Sent != s.Answered+s.Accepted+s.Failed+s.InFlight+s.Lost {
		t.Errorf("%s: the sum does not hold: %+v", link, s)
	}
	return s
}

// Two failures, two waits, one answer, whatever carries them.
func TestRetryMakesAnOrderSucceed(t *testing.T) {
	for transport, failure := range map[string]string{"rest": "503 Service Unavailable", "grpc": "14 UNAVAILABLE"} {
		t.Run(transport, func(t *testing.T) {
			l := open(t, "checkout", lab.Options{})
			r := say(t, l,
				"swap order:payment "+transport,
				"guard order:payment retry tries=3 base=1ms",
				"inject order:payment error code=503 first=2",
				"send order.place")
			if r.Text != "confirmed" {
				t.Errorf("the customer saw %q, want confirmed", r.Text)
			}
			want := []string{
				"guarded: retry(call)", "called",
				"sent", "failed " + failure, "waited: key o-1",
				"sent", "failed " + failure, "waited: key o-1",
				"sent", "answered",
			}
			if d := cmp.Diff(want, story(t, l, "order:payment")); d != "" {
				t.Error(d)
			}
			s := counted(t, l, "order:payment")
			if s.Calls != 1 || s.Sent != 3 || s.Failed != 2 || s.Answered != 1 || s.Retries != 2 || s.Policies != "retry(call)" || s.Breaker != "none" {
				t.Errorf("%+v", s)
			}
		})
	}
}

// A breaker that opens between two tries: the call had attempts and is rejected
// all the same, and the sum of attempts holds.
func TestBreakerOpensBetweenTries(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l,
		"guard order:payment retry tries=3 base=0s",
		"guard order:payment breaker row=2 open=1m",
		"inject order:payment error code=503",
		"send order.place")
	want := []string{
		"guarded: retry(call)", "guarded: retry(breaker(call))", "called",
		"sent", "failed 503 Service Unavailable", "waited: key o-1",
		"sent", "failed 503 Service Unavailable", "closed to open: 2 failed in a row", "waited: key o-1",
		"rejected by breaker",
	}
	if d := cmp.Diff(want, story(t, l, "order:payment")); d != "" {
		t.Error(d)
	}
	s := counted(t, l, "order:payment")
	if s.Calls != 1 || s.Sent != 2 || s.Failed != 2 || s.Rejected != 1 || s.Breaker != "open" || s.Policies != "retry(breaker(call))" {
		t.Errorf("%+v", s)
	}
	say(t, l, "send order.place") // now nothing leaves at all
	if s := counted(t, l, "order:payment"); s.Calls != 2 || s.Sent != 2 || s.Rejected != 2 {
		t.Errorf("%+v", s)
	}
}

// The customer's own link: what was rejected counts as rejected, what a fallback
// gave as degraded, never as answered.
func TestWhatTheCustomerSaw(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	u := l.Spec().UseCases[0]
	link := string(sim.Link(u.From, u.To))
	ended := func() (last sim.Ended) {
		for _, e := range events(t, l) {
			if f, ok := e.Fact.(sim.Ended); ok {
				last = f
			}
		}
		return last
	}
	say(t, l, "guard "+link+" fallback use=last", "send "+u.Name)
	if got := ended(); got.Outcome != sim.WasAnswered {
		t.Errorf("%+v", got)
	}
	say(t, l, "guard "+link+" breaker state=open", "send "+u.Name)
	if got := ended(); got.Outcome != sim.WasDegraded {
		t.Errorf("%+v, want degraded", got)
	}
	say(t, l, "unguard "+link+" fallback", "send "+u.Name)
	if got := ended(); got.Outcome != sim.WasRejected || !strings.Contains(got.Text, "breaker is open") {
		t.Errorf("%+v, want rejected", got)
	}
	if s := counted(t, l, sim.LinkID(link)); s.Breaker != "forced_open" || s.Sent != 1 || s.Rejected != 2 {
		t.Errorf("%+v", s)
	}
}

// What is left of a timeout travels with the message: payment hears of it.
func TestDeadlineTravels(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l, "guard order:payment timeout after=700ms", "send order.place")
	e := await(t, l, 0, func(e sim.Event) bool {
		_, ok := e.Fact.(sim.Answered)
		return ok && e.Link == "order:payment"
	})
	x, ok := l.Exchange(e.Link, e.Span)
	if !ok {
		t.Fatal("no bytes were kept")
	}
	left, err := time.ParseDuration(x.Request.Header("Request-Timeout-Ms") + "ms")
	if err != nil || left <= 0 || left > 700*time.Millisecond {
		t.Errorf("payment heard that %s are left (%v), want at most 700 ms", left, err)
	}
}

// A timeout ends the wait for payment long before the customer's patience.
func TestTimeoutOnALink(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l, "guard order:payment timeout after=20ms", "inject order:payment latency delay=2s")
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; !strings.HasPrefix(got, "error: ") {
		t.Errorf("order answered 504 in time, and its customer saw %q", got)
	}
	s := counted(t, l, "order:payment")
	if s.TimedOut != 1 || s.Max == nil || *s.Max > 1000 {
		t.Errorf("%+v", s)
	}
}

// One policy is guarded again: it starts anew, the others keep their state.
func TestGuardKeepsTheStateOfOthers(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l, "guard order:payment breaker row=1 open=1m", "inject order:payment error code=503 first=1", "send order.place")
	if s := l.LinkStats("order:payment"); s.Breaker != "open" {
		t.Fatalf("%+v", s)
	}
	say(t, l, "guard order:payment timeout after=1s", "guard order:payment timeout after=2s")
	if s := l.LinkStats("order:payment"); s.Breaker != "open" || s.Policies != "breaker(timeout(call))" {
		t.Errorf("another policy changed it: %+v", s)
	}
	say(t, l, "guard order:payment breaker row=1 open=1m")
	if s := l.LinkStats("order:payment"); s.Breaker != "closed" {
		t.Errorf("guarded again: %+v", s)
	}
	told := story(t, l, "order:payment")
	if d := cmp.Diff([]string{"guarded: breaker(timeout(call))", "open to closed: by hand"}, told[len(told)-2:]); d != "" {
		t.Error(d)
	}
	if got := say(t, l, "unguard order:payment").Text; got != "order:payment: call" {
		t.Errorf("%q", got)
	}
	if got := say(t, l, "unguard order:payment retry").Text; got != "order:payment had no retry" {
		t.Errorf("%q", got)
	}
}

// A world's file guards its links; reset gives them back, in their first state.
func TestPoliciesOfAWorldFile(t *testing.T) {
	l := openSpec(t, parse(t, `
name: guarded
services:
  client:  {kind: client}
  product: {kind: product}
links:
  "client:product": {policies: ["retry tries=2 base=0s", "breaker row=2 open=1m"]}
use_cases:
  get: {from: client, ask: product.GetProduct, body: {id: "101"}}
`), lab.Options{})
	if s := l.LinkStats("client:product"); s.Policies != "retry(breaker(call))" {
		t.Fatalf("%+v", s)
	}
	say(t, l, "inject client:product error code=503 first=2", "send get", "guard client:product timeout")
	if s := l.LinkStats("client:product"); s.Breaker != "open" || s.Policies != "retry(breaker(timeout(call)))" {
		t.Fatalf("%+v", s)
	}
	say(t, l, "reset")
	if s := l.LinkStats("client:product"); s.Breaker != "closed" || s.Policies != "retry(breaker(call))" {
		t.Errorf("after a reset: %+v", s)
	}
	if got := say(t, l, "send get").Text; got != "answered" {
		t.Errorf("the customer saw %q", got)
	}
}

func TestShowPolicies(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l, "guard order:payment preset=hystrix scale=classroom", "send order.place")
	raw, err := json.Marshal(say(t, l, "show policies").Data)
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Link, Nesting, Preset string
		Policies              []map[string]any
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if g.Link != "order:payment" {
			if g.Nesting != "call" || len(g.Policies) != 0 {
				t.Errorf("%+v", g)
			}
			continue
		}
		if g.Nesting != "breaker(bulkhead(timeout(call)))" || !strings.HasPrefix(g.Preset, "hystrix at classroom scale: ") {
			t.Errorf("%+v", g)
		}
		b := g.Policies[0]
		if b["policy"] != "breaker" || b["state"] != "closed" || b["of"] != 1.0 || b["left_ms"] != nil || b["passed"] != 1.0 {
			t.Errorf("%v", b)
		}
	}
	if len(all) != len(l.Spec().Links) {
		t.Errorf("%d links of %d", len(all), len(l.Spec().Links))
	}
}

func TestGuardRefusesNonsense(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	for _, tt := range []struct{ line, message, fix string }{
		{"guard order:paymnt retry", `there is no link "order:paymnt"`, "did you mean order:payment?"},
		{"guard order:payment retri", `there is no policy "retri"`, "did you mean retry?"},
		{"unguard order:payment retri", `there is no policy "retri"`, "did you mean retry?"},
		{"unguard a:b", `there is no link "a:b"`, ""},
	} {
		c, err := door.Parse(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		_, err = l.Do(t.Context(), c)
		if e := sim.AsError(err); e == nil || e.Message != tt.message || tt.fix != "" && e.Fix != tt.fix {
			t.Errorf("%s: %v", tt.line, err)
		}
	}
	if got := story(t, l, "order:payment"); got != nil {
		t.Errorf("nothing should have happened: %v", got)
	}
}

// Policies change under load, and every attempt is accounted for.
func TestGuardUnderLoad(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l, "inject order:payment error code=503 share=30%", "load 100/s order.place")
	cursor := sim.Seq(0)
	for _, line := range []string{
		"guard order:payment retry tries=3 base=1ms", "guard order:payment preset=hystrix scale=classroom",
		"guard order:payment budget", "unguard order:payment breaker", "unguard order:payment", "guard order:payment bulkhead max=1",
	} {
		cursor = awaitN(t, l, cursor, 5, fact[sim.Ended]("client"))
		say(t, l, line)
		counted(t, l, "order:payment")
	}
	say(t, l, "load off")
	settle(t, l)
	if s := counted(t, l, "order:payment"); s.Lost != 0 || s.InFlight != 0 || s.Calls == 0 {
		t.Errorf("%+v", s)
	}
}
