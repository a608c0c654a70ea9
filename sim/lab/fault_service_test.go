package lab_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

// passerby is a plain HTTP client that pays, and knows nothing of us. A new
// connection for each request, so that a lost one is not another's.
type passerby struct {
	url    string
	client *http.Client
}

func newPasserby(t *testing.T, l *lab.Lab) *passerby {
	tr := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &passerby{"http://" + addr(t, l, "payment") + "/payments", &http.Client{Transport: tr, Timeout: patience}}
}

// pay sends one request and says how it ended: a status, or 0 for none.
func (o *passerby) pay() (status int, took time.Duration) {
	began := time.Now()
	res, err := o.client.Post(o.url, "application/json", strings.NewReader(`{"order_id":"o-1","customer_id":"c-1","amount":{"currency":"EUR","cents":100}}`))
	if err != nil {
		return 0, time.Since(began)
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if err != nil {
		return 0, time.Since(began)
	}
	return res.StatusCode, time.Since(began)
}

// serviceFaults is every fault that can be aimed at a service, as somebody
// outside counts it over five requests.
var serviceFaults = []struct {
	line string
	felt func(status int, took time.Duration) bool
	want int64 // 0 = twice
	hits int64 // of its receipt, where units are not requests; 0 = as felt
	mute bool  // nothing comes back, so he who asks waits only for a moment
	slow bool  // felt by the clock: on a busy machine others may take as long
}{
	{line: "error code=503 first=2", felt: status(503)},
	{line: "latency delay=60ms first=2", felt: longer(50 * time.Millisecond), slow: true},
	{line: "latency delay=30ms on=wire direction=out first=2", felt: longer(25 * time.Millisecond), slow: true},
	{line: "delay delay=60ms direction=in first=2", felt: longer(50 * time.Millisecond), slow: true},
	{line: "delay delay=60ms direction=out first=2", felt: longer(50 * time.Millisecond), slow: true},
	{line: "drop direction=in first=2", felt: status(0), mute: true},
	{line: "drop direction=out first=2", felt: status(0), mute: true},
	{line: "refuse first=2", felt: status(0)},
	{line: "reset first=2", felt: status(0)},
	{line: "reset direction=in first=2", felt: status(0)},
	{line: "cut direction=out after=10B first=2", felt: status(0)},
	{line: "blackhole first=2", felt: status(0), mute: true},
	{line: "blackhole direction=in first=2", felt: status(0), mute: true},
	{line: "partition direction=in first=2", felt: status(0), mute: true},
	{line: "bandwidth rate=3KiB/s direction=out", felt: longer(25 * time.Millisecond), want: 5, slow: true},
	{line: "slice size=16B delay=5ms direction=out", felt: longer(20 * time.Millisecond), want: 5, slow: true},
	{line: "garble direction=in first=2", felt: func(s int, _ time.Duration) bool { return s != 201 }},
	{line: "slowstart delay=60ms ramp=10m first=2", felt: longer(50 * time.Millisecond), slow: true},
	{line: "kill", felt: status(0), want: 5, hits: -1},
	{line: "pause", felt: status(0), want: 5, hits: -1, mute: true},
}

func status(want int) func(int, time.Duration) bool {
	return func(got int, _ time.Duration) bool { return got == want }
}

func longer(than time.Duration) func(int, time.Duration) bool {
	return func(_ int, took time.Duration) bool { return took >= than }
}

// Every fault of a service as somebody outside counts it; after clear he is
// served as before.
func TestEveryServiceFault(t *testing.T) {
	for _, f := range serviceFaults {
		t.Run(f.line, func(t *testing.T) {
			l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
			o := newPasserby(t, l)
			if s, _ := o.pay(); s != 201 {
				t.Fatalf("before: %d", s)
			}
			say(t, l, "inject payment "+f.line)
			id := say(t, l, "show faults").Data.([]world.Receipt)[0].ID
			if f.mute {
				o.client.Timeout = 150 * time.Millisecond
			}
			var felt int64
			for range 5 {
				if f.felt(o.pay()) {
					felt++
				}
			}
			r := receipt(t, l, id)
			want := f.want
			if want == 0 {
				want = 2
			}
			if f.mute || f.slow { // on a busy machine others may miss their answer, or get it late, as well
				felt = min(felt, want)
			}
			hits := want
			if f.hits < 0 {
				hits = 0 // nobody of this world was on his way there
			}
			if felt != want || r.Hit != hits {
				t.Errorf("felt %d times, want %d; %+v", felt, want, r)
			}
			if spent := strings.Contains(f.line, "first="); r.Spent != spent || !r.Armed {
				t.Errorf("spent %v, want %v: %+v", r.Spent, spent, r)
			}
			say(t, l, "clear "+id)
			o = newPasserby(t, l) // a killed one comes back elsewhere
			for i := range 21 {
				if s, _ := o.pay(); s != 201 {
					t.Errorf("request %d after clear: %d", i+1, s)
				}
			}
			if r := receipt(t, l, id); !r.Verified {
				t.Errorf("%+v", r)
			}
		})
	}
}

// serviceElsewhere are the faults of a service that cannot be felt one by one.
var serviceElsewhere = map[string]string{
	"busy": "TestBusy", "pressure": "TestPressureMarksRequests", "skew": "TestSkew", "crash": "TestCrash", "slowclose": "TestSlowClose of sim/wire",
	"duplicate": "TestDuplicateAtAService",
}

func TestNoServiceFaultIsForgotten(t *testing.T) {
	for _, row := range form.All(fault.Forms()) {
		here := !row.Aims(form.Service) || serviceElsewhere[row.Word] != ""
		for _, f := range serviceFaults {
			word, _, _ := strings.Cut(f.line, " ")
			here = here || word == row.Word
		}
		if !here {
			t.Errorf("%s is tried on no service", row.Word)
		}
	}
}

// What was sent to a killed or paused instance carries the id of the kill, also
// what was under way when it came. clear brings the instance back.
func TestKillIsAFault(t *testing.T) {
	l := openSpec(t, parse(t, slowPayment), lab.Options{})
	done := make(chan sim.Result, 1)
	go func() {
		r, _ := l.Do(context.WithoutCancel(t.Context()), sim.Send{UseCase: "pay", N: 1})
		done <- r
	}()
	await(t, l, 0, fact[sim.Received]("payment"))
	say(t, l, "kill payment")
	<-done
	say(t, l, "send pay 2")
	r := receipt(t, l, "k1")
	if r.Kind != "kill" || !r.Armed || r.Hit != 3 || l.LinkStats("client:payment").FaultsHit != 3 {
		t.Errorf("%+v, %d on the link", r, l.LinkStats("client:payment").FaultsHit)
	}
	say(t, l, "clear k1")
	if got := say(t, l, "send pay").Text; got != "charged" {
		t.Errorf("after clear the customer saw %q", got)
	}
	say(t, l, "kill payment")
	say(t, l, "start payment")
	if r := receipt(t, l, "k2"); r.Armed || !r.Cleared {
		t.Errorf("start did not clear the kill: %+v", r)
	}
	say(t, l, "pause payment")
	say(t, l, "resume payment")
	if r := receipt(t, l, "p1"); r.Armed || !r.Cleared {
		t.Errorf("resume did not clear the pause: %+v", r)
	}
}

func TestKillEndsByItself(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	before := last(t, l)
	say(t, l, "inject payment kill for=20ms")
	await(t, l, before, fact[sim.Started]("payment"))
	eventually(t, "payment answers again", func() bool { return pay(l, 1)[0].text == "charged" })
}

func TestTwoPausesHoldTogether(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject payment pause")
	say(t, l, "inject payment pause")
	say(t, l, "clear p1")
	if s := hasty(l, 1)[0]; s.text != "no response" {
		t.Errorf("with one pause left the customer saw %q", s.text)
	}
	say(t, l, "clear p2")
	if s := pay(l, 1)[0]; s.text != "charged" {
		t.Errorf("with no pause left the customer saw %q", s.text)
	}
}

// The instance dies when the work is done: the effect is in the log, the answer
// is not, and the caller cannot know.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"before-ack", "after-commit"} {
		for _, transport := range transports {
			t.Run(transport+"/"+at, func(t *testing.T) {
				t.Parallel()
				l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
				pay(l, 1)
				say(t, l, "inject payment crash first=1 at="+at)
				if s := pay(l, 1)[0]; s.text == "charged" {
					t.Error("the customer got an answer from the dead")
				}
				r := receipt(t, l, "f1")
				if r.Hit != 1 || r.SideEffect == nil || r.SideEffect.After != 1 {
					t.Errorf("%+v %+v", r, r.SideEffect)
				}
				effects, replies := 0, 0
				for _, e := range events(t, l) {
					switch e.Fact.(type) {
					case sim.Effect:
						effects++
					case sim.Replied:
						replies++
					}
				}
				if effects != 2 || replies != 1 {
					t.Errorf("%d effects and %d answers, want 2 and 1", effects, replies)
				}
				say(t, l, "clear f1")
				if s := pay(l, 1)[0]; s.text != "charged" {
					t.Errorf("after clear the customer saw %q", s.text)
				}
			})
		}
	}
}

func TestBusy(t *testing.T) {
	l := openSpec(t, parse(t, strings.Replace(fmt.Sprintf(payWorld, "rest"), "kind: payment}", "kind: payment, time: fixed 20ms}", 1)), lab.Options{})
	say(t, l, "inject payment busy workers=1")
	o := newPasserby(t, l)
	var mu sync.Mutex
	got := map[int]int{}
	var home sync.WaitGroup
	for range 8 {
		home.Go(func() {
			s, _ := o.pay()
			mu.Lock()
			defer mu.Unlock()
			got[s]++
		})
	}
	home.Wait()
	r := receipt(t, l, "f1")
	if got[503] == 0 || got[201] < 2 || got[503]+got[201] != 8 || r.Of != 8 || r.Hit < int64(got[503]) {
		t.Errorf("%v; %+v", got, r)
	}
}

func TestPressureMarksRequests(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "inject payment pressure cpu=20 memory=1MiB")
	pay(l, 3)
	if r := receipt(t, l, "f1"); r.Hit != 3 || l.LinkStats(pays).FaultsHit != 3 {
		t.Errorf("%+v", r)
	}
	say(t, l, "clear f1")
}

// Notification writes down when it sent something, payment does not look at its
// clock: the one is wrong, the other was wrong for nobody, and its receipt says so.
func TestSkew(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	say(t, l, "inject notification skew offset=-5m")
	say(t, l, "inject payment skew offset=5m")
	say(t, l, "send order.place 3")
	if r := receipt(t, l, "f1"); r.Hit != 3 || r.Unit != "clock reading" {
		t.Errorf("%+v", r)
	}
	if r := receipt(t, l, "f2"); r.Hit != 0 {
		t.Errorf("%+v", r)
	}
	say(t, l, "clear all")
	say(t, l, "send order.place")
	if r := receipt(t, l, "f1"); r.Of != 3 {
		t.Errorf("after clear: %+v", r)
	}
}

// A connection fault marks the call in flight on that connection, and no other.
func TestOnlyTheCallOnTheConnectionIsMarked(t *testing.T) {
	l := openSpec(t, parse(t, strings.Replace(slowPayment, "300ms", "100ms", 1)), lab.Options{})
	var home sync.WaitGroup
	send := func() { home.Go(func() { _, _ = l.Do(context.Background(), sim.Send{UseCase: "pay", N: 1}) }) }
	send()
	first := await(t, l, 0, fact[sim.Received]("payment"))
	send()
	await(t, l, first.Seq, fact[sim.Received]("payment"))
	say(t, l, "inject client:payment reset direction=in first=1")
	home.Wait()
	s := l.LinkStats("client:payment")
	if s.FaultsHit != 1 || s.Failed != 1 || s.Answered != 1 {
		t.Errorf("%d hits, %d failed, %d answered; want one of each", s.FaultsHit, s.Failed, s.Answered)
	}
	hit, failed := sim.SpanID(1), sim.SpanID(2)
	for _, e := range events(t, l) {
		switch e.Fact.(type) {
		case sim.Hit:
			hit = e.Span
		case sim.Failed:
			failed = e.Span
		}
	}
	if hit != failed {
		t.Errorf("%s was marked, %s failed", hit, failed)
	}
}

// Faults come and go under load, and the counts hold.
func TestFaultsUnderLoad(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "load 200/s hasty")
	cursor := sim.Seq(0)
	for _, line := range []string{
		"client:payment latency delay=20ms jitter=10ms share=50%", "client:payment latency delay=5ms on=wire",
		"client:payment reset share=30%", "payment reset direction=in share=30%", "client:payment blackhole share=20%",
		"payment error share=30%", "client:payment slowclose delay=20ms", "client:payment duplicate share=30%",
		"payment partition", "payment kill", "payment crash share=10%", "client:payment reorder", "client:payment bandwidth",
	} {
		r := say(t, l, "inject "+line)
		id, _, _ := strings.Cut(r.Text, " ")
		cursor = awaitN(t, l, r.Seq, 20, fact[sim.Ended]("client"))
		say(t, l, "clear "+id)
	}
	say(t, l, "load off")
	eventually(t, "all calls are home", func() bool { return l.LinkStats(pays).InFlight == 0 })
	s := l.LinkStats(pays)
	if s.Sent != s.Answered+s.Failed+s.Lost || s.FaultsHit == 0 || cursor == 0 {
		t.Errorf("%+v", s)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	eventually(t, "payment answers", func() bool {
		r, err := l.Do(ctx, sim.Send{UseCase: "pay", N: 1})
		return errors.Is(ctx.Err(), context.DeadlineExceeded) || err == nil && r.Text == "charged"
	})
}
