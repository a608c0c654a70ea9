package lab_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// The example that everybody types first.
func TestErrorBitesExactlyTwice(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	r := say(t, l, "inject order:payment error code=503 first=2")
	if want := "f1 armed: order:payment error code=503 first=2"; r.Text != want {
		t.Errorf("%q, want %q", r.Text, want)
	}
	for i, want := range []bool{false, false, true, true} {
		if got := say(t, l, "send order.place").Text == "confirmed"; got != want {
			t.Errorf("order %d: confirmed %v, want %v", i+1, got, want)
		}
	}
	if f := receipt(t, l, "f1"); f.Hit != 2 || f.Of != 4 || f.Missed != 2 || f.MissedBecause["first"] != 2 || !f.Spent {
		t.Errorf("%+v", f)
	}
	spent := 0
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Spent); ok && f.Fault == "f1" && e.Link == "order:payment" {
			spent++
		}
	}
	if spent != 1 {
		t.Errorf("the log says %d times that it hits no more", spent)
	}
	if s := l.LinkStats("order:payment"); s.Failed != 2 || s.FaultsHit != 2 || s.Sent != 4 {
		t.Errorf("%+v", s)
	}
}

// Every touched message carries the id, between its departure and its end.
func TestTouchedMessagesCarryTheID(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	pay(l, 1)
	say(t, l, "inject client:payment reset direction=in first=1")
	pay(l, 2)
	var about []string
	var span sim.SpanID
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Hit); ok {
			span = e.Span
			about = append(about, f.Fault+": "+f.What)
		}
	}
	if len(about) != 1 || about[0] != "f1: connection reset after the side effect" || span == 0 {
		t.Fatalf("hits %q of span %v", about, span)
	}
	order := ""
	for _, e := range events(t, l) {
		if e.Span == span {
			order += fmt.Sprintf("%T ", e.Fact)
		}
	}
	if want := "sim.Called sim.Sent sim.Received sim.Effect sim.Replied sim.Hit sim.Failed "; order != want {
		t.Errorf("of the touched attempt the log says\n%s\nwant\n%s", order, want)
	}
}

// counter is a foreign service that counts what reaches it.
func counter(t *testing.T) (url string, n *atomic.Int64, bodies func() []string) {
	n = &atomic.Int64{}
	var mu sync.Mutex
	var all []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		mu.Lock()
		all = append(all, b.String())
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"id":"p-1","status":"CHARGED"}`))
	}))
	t.Cleanup(s.Close)
	return s.URL, n, func() []string { mu.Lock(); defer mu.Unlock(); return append([]string(nil), all...) }
}

// openForeign is the world of payments with a foreign payment service.
func openForeign(t *testing.T, url string) *lab.Lab {
	yaml := strings.Replace(fmt.Sprintf(payWorld, "rest"), "payment: {kind: payment}", "payment: {kind: payment, at: "+url+"}", 1)
	return openSpec(t, parse(t, yaml), lab.Options{})
}

// Attempts in the log are attempts that the server saw, whatever is lost on the
// way: those that a fault kept from leaving are the difference.
func TestResetBeforeAndAfterTheServerActed(t *testing.T) {
	for _, c := range []struct {
		line string
		kept int64 // attempts that never reached the server
	}{
		{"reset direction=out first=2", 2},
		{"reset direction=in first=2", 0},
		{"drop direction=out first=2", 2},
		{"drop direction=in first=2", 0},
		{"cut after=10B first=2", 0},
	} {
		t.Run(c.line, func(t *testing.T) {
			url, n, _ := counter(t)
			l := openForeign(t, url)
			pay(l, 1)
			say(t, l, "inject client:payment "+c.line)
			failed := count(hasty(l, 5), notCharged)
			s := l.LinkStats(pays)
			if failed != 2 || s.Sent != 6 || n.Load() != s.Sent-c.kept {
				t.Errorf("failed %d, sent %d, the server saw %d; want 2, 6, %d", failed, s.Sent, n.Load(), 6-c.kept)
			}
		})
	}
}

// A response that was lost has no status for its caller.
func TestALostResponseHasNoStatus(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
			say(t, l, "inject client:payment drop direction=in first=1")
			hasty(l, 1)
			e := await(t, l, 0, fact[sim.Failed]("client"))
			if f := e.Fact.(sim.Failed); f.Code != sim.Timeout || f.Status != 0 {
				t.Errorf("failed with %s, status %d, want a timeout without a status", f.Code, f.Status)
			}
		})
	}
}

func TestSideEffectIsSaid(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"reset direction=out first=2": "before", "reset direction=in first=2": "after",
		"drop direction=out first=2": "before", "drop direction=in first=2": "after",
	} {
		for _, transport := range transports {
			if transport != "rest" && line == "reset direction=in first=2" {
				continue // what comes in first may be a frame of the connection, and no answer
			}
			t.Run(transport+"/"+line, func(t *testing.T) {
				t.Parallel()
				l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
				pay(l, 1)
				say(t, l, "inject client:payment "+line)
				hasty(l, 4)
				s := receipt(t, l, "f1").SideEffect
				if s == nil || want == "before" && (s.Before == 0 || s.After != 0) || want == "after" && s.After == 0 {
					t.Errorf("%+v, want all %s", s, want)
				}
			})
		}
	}
}

func TestDuplicateArrivesTwice(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
			say(t, l, "inject client:payment duplicate first=2")
			if n := count(pay(l, 5), notCharged); n != 0 {
				t.Errorf("the customer missed %d answers", n)
			}
			awaitN(t, l, 0, 7, fact[sim.Replied]("payment"))
			if r := receipt(t, l, "f1"); r.Hit != 2 || l.LinkStats(pays).Sent != 5 {
				t.Errorf("%+v, sent %d", r, l.LinkStats(pays).Sent)
			}
		})
	}
}

func TestDuplicateAsTheServerCounts(t *testing.T) {
	url, n, _ := counter(t)
	l := openForeign(t, url)
	say(t, l, "inject client:payment duplicate first=3")
	pay(l, 5)
	eventually(t, "the server has seen three copies", func() bool { return n.Load() == 8 })
}

func TestCorruptChangesTheBytes(t *testing.T) {
	url, _, bodies := counter(t)
	l := openForeign(t, url)
	pay(l, 1)
	say(t, l, "inject client:payment corrupt first=2")
	pay(l, 4)
	changed := 0
	for _, b := range bodies()[1:] {
		if b != bodies()[0] {
			changed++
		}
	}
	if r := receipt(t, l, "f1"); changed != 2 || r.Hit != 2 {
		t.Errorf("%d of %q are changed; %+v", changed, bodies(), r)
	}
}

func TestCorruptAnswer(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject client:payment corrupt direction=in first=1 seed=3")
	pay(l, 2)
	if r := receipt(t, l, "f1"); r.Hit != 1 {
		t.Errorf("%+v", r)
	}
}

// A held message goes on when the next ones have overtaken it.
func TestReorder(t *testing.T) {
	url, _, bodies := counter(t)
	l := openForeign(t, url)
	say(t, l, "inject client:payment reorder window=2 delay=10s first=1")
	first := make(chan sim.Result, 1)
	go func() {
		r, _ := l.Do(context.WithoutCancel(t.Context()), sim.Send{UseCase: "pay", N: 1})
		first <- r
	}()
	await(t, l, 0, fact[sim.Sent]("client"))
	eventually(t, "the first one is held", func() bool { return receipt(t, l, "f1").Of == 1 })
	pay(l, 2)
	if got := (<-first).Text; got != "charged" {
		t.Errorf("the held one saw %q", got)
	}
	if r := receipt(t, l, "f1"); r.Hit != 1 || r.Of != 3 || len(bodies()) != 3 {
		t.Errorf("%+v", r)
	}
}

func TestReorderWithNobodyToOvertake(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject client:payment reorder delay=5ms")
	pay(l, 1)
	if r := receipt(t, l, "f1"); r.Hit != 0 || r.MissedBecause["too few came to overtake it"] != 1 {
		t.Errorf("a fault that did not hit does not say so: %+v", r)
	}
}

// 30 % of many, drawn with a seed: the same every time, and about a third.
func TestShareOfMany(t *testing.T) {
	hits := func(params string) int64 {
		l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
		say(t, l, "inject client:payment error code=500 "+params)
		felt := count(pay(l, 500), notCharged)
		if r := receipt(t, l, "f1"); r.Hit != felt || r.Of != 500 || r.MissedBecause["share"] != 500-felt {
			t.Errorf("felt %d: %+v", felt, r)
		}
		return felt
	}
	// 500 draws with p = 0.3: mean 150, deviation 10.2; five of them either way.
	a, b, c := hits("share=30% seed=7"), hits("share=30% seed=7"), hits("share=30% seed=8")
	if a != b || a < 99 || a > 201 || c < 99 || c > 201 {
		t.Errorf("seed 7: %d and %d, seed 8: %d", a, b, c)
	}
	if n := hits("share=0%"); n != 0 {
		t.Errorf("share=0%% hit %d times", n)
	}
}

func TestEveryAndFor(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject client:payment error every=3")
	var felt []int
	for i, s := range pay(l, 9) {
		if notCharged(s) {
			felt = append(felt, i+1)
		}
	}
	if fmt.Sprint(felt) != "[3 6 9]" {
		t.Errorf("every=3 hit %v", felt)
	}
	say(t, l, "inject client:payment latency delay=1ms for=20ms")
	await(t, l, 0, func(e sim.Event) bool { f, ok := e.Fact.(sim.Cleared); return ok && f.Fault == "f2" })
	if r := receipt(t, l, "f2"); r.Armed || !r.Cleared {
		t.Errorf("%+v", r)
	}
}

// Until twenty units have come through, nobody knows.
func TestVerifiedByTraffic(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject client:payment latency delay=1ms")
	pay(l, 2)
	say(t, l, "clear f1")
	pay(l, 7)
	if got := receipt(t, l, "f1").State; got != "cleared, not yet verified (7 of 20)" {
		t.Errorf("%q", got)
	}
	pay(l, 12)
	if got := receipt(t, l, "f1").State; got != "cleared, not yet verified (19 of 20)" {
		t.Errorf("%q", got)
	}
	pay(l, 1)
	if got := receipt(t, l, "f1").State; got != "cleared, verified" {
		t.Errorf("%q", got)
	}
	var verified []bool
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Cleared); ok {
			verified = append(verified, f.Verified)
		}
	}
	if fmt.Sprint(verified) != "[false true]" {
		t.Errorf("the log says verified: %v", verified)
	}
}

func TestResetClearsAll(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject client:payment blackhole")
	say(t, l, "inject payment skew")
	say(t, l, "kill payment")
	say(t, l, "reset")
	if n := count(pay(l, 3), notCharged); n != 0 {
		t.Errorf("after reset the customer missed %d answers", n)
	}
	if rs := say(t, l, "show faults").Data; fmt.Sprint(rs) != "[]" {
		t.Errorf("receipts after reset: %v", rs)
	}
}

func TestInjectRefusesNonsense(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	for _, c := range []struct{ line, says string }{
		{"inject order:payment latencey", "latency"},
		{"inject order:payment latency dealy=1s", "delay"},
		{"inject order:payment latency delay=2m", "between 0s and 1m0s"},
		{"inject order:payment latency delay=fast", "between 0s and 1m0s, such as delay=300ms"},
		{"inject order:payment kill", "inject payment kill"},
		{"inject payment reorder", "inject order:payment reorder"},
		{"inject order:paiment latency", "order:payment"},
		{"inject paymnt kill", "payment"},
		{"inject client kill", "a client only sends"},
		{"inject order:payment error code=200", "400 to 599"},
		{"inject order:payment error code=UNAVALABLE", "UNAVAILABLE"},
		{"clear f9", "f9"},
	} {
		cmd := parseLine(t, c.line)
		_, err := l.Do(t.Context(), cmd)
		if e := sim.AsError(err); e == nil || !strings.Contains(e.Message+" "+e.Fix, c.says) {
			t.Errorf("%s: %+v; want a word of %q", c.line, e, c.says)
		}
	}
	say(t, l, "inject order:payment latency delay=1ms")
	if _, err := l.Do(t.Context(), parseLine(t, "clear f99")); sim.AsError(err) == nil || sim.AsError(err).Fix != "there are: f1" {
		t.Errorf("clear f99: %v", err)
	}
	say(t, l, "clear all")
	if got := say(t, l, "clear all").Text; got != "no fault is armed" {
		t.Errorf("%q", got)
	}
}

// latencies that overlap end one after the other, and the ids go on counting.
func TestFaultsStack(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject client:payment latency delay=30ms")
	say(t, l, "inject client:payment latency delay=40ms")
	if s := pay(l, 1)[0]; s.took < 70*time.Millisecond {
		t.Errorf("two delays took %s", s.took)
	}
	if got := say(t, l, "clear client:payment").Text; got != "cleared f1, f2" {
		t.Errorf("%q", got)
	}
	if got := say(t, l, "inject client:payment drop").Text; !strings.HasPrefix(got, "f3 ") {
		t.Errorf("%q", got)
	}
}
