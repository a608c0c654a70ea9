package lab_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// drawn tells which of many requests a fault hit: "x.x…".
func drawn(l *lab.Lab, n int) string {
	var b strings.Builder
	for _, s := range pay(l, n) {
		b.WriteByte(".x"[count([]seen{s}, notCharged)])
	}
	return b.String()
}

// Two faults without a seed of their own draw independently of each other, and
// the same commands in another world with the same seed draw the same again.
func TestFaultsDrawIndependently(t *testing.T) {
	var runs [2][2]string
	for i := range runs {
		l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
		for j := range runs[i] {
			say(t, l, "inject client:payment error code=500 share=50%")
			runs[i][j] = drawn(l, 64)
			say(t, l, "clear all")
		}
	}
	if runs[0] != runs[1] {
		t.Errorf("the same world drew %q, then %q", runs[0], runs[1])
	}
	first, second := runs[0][0], runs[0][1]
	same := 0
	for i := range first {
		if first[i] == second[i] {
			same++
		}
	}
	// 64 fair coins: mean 32, deviation 4; five of them either way.
	if same < 12 || same > 52 {
		t.Errorf("%d of 64 draws are alike:\n%s\n%s", same, first, second)
	}
}

// The code that was asked for is the code that arrives (doc/statuscodes.md of
// gRPC; google.rpc.Code names the HTTP statuses).
func TestInjectedCodesArriveExactly(t *testing.T) {
	https := map[codes.Code]int{
		codes.Canceled: 499, codes.Unimplemented: http.StatusNotImplemented, codes.Unauthenticated: http.StatusUnauthorized,
		codes.PermissionDenied: http.StatusForbidden, codes.Unavailable: http.StatusServiceUnavailable, codes.Aborted: http.StatusConflict,
	}
	for _, transport := range []string{"rest", "grpc"} {
		l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
		status := func(line string) int {
			cursor := say(t, l, line).Seq
			pay(l, 1)
			e := await(t, l, cursor, func(e sim.Event) bool {
				switch e.Fact.(type) {
				case sim.Answered, sim.Failed:
					return true
				}
				return false
			})
			say(t, l, "clear all")
			switch f := e.Fact.(type) {
			case sim.Answered:
				return f.Status
			case sim.Failed:
				return f.Status
			}
			return 0
		}
		for n := codes.Canceled; n <= codes.Unauthenticated; n++ {
			_, name, _ := strings.Cut(sim.StatusText(int(n)), " ")
			for _, target := range []string{"client:payment", "payment"} {
				want, known := int(n), true
				if transport == "rest" {
					want, known = https[n]
				}
				if got := status("inject " + target + " error code=" + name); known && got != want {
					t.Errorf("%s at %s over %s arrived as %s", name, target, transport, sim.StatusText(got))
				}
			}
		}
	}
}

// A caller from outside meets a duplicate too: one request, and its work is done
// twice, unless it has a key.
func TestDuplicateAtAService(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	o := newPasserby(t, l)
	cursor := say(t, l, "inject payment duplicate first=1").Seq
	if s, _ := o.pay(); s != http.StatusCreated {
		t.Fatalf("got %d", s)
	}
	awaitN(t, l, cursor, 2, fact[sim.Effect]("payment"))
	if r := receipt(t, l, "f1"); r.Hit != 1 || !r.Spent {
		t.Errorf("%+v", r)
	}
}

// Requests from outside are counted where they arrive, a kill in between included.
func TestRequestsFromOutsideAreCounted(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	o := newPasserby(t, l)
	for range 3 {
		o.pay()
	}
	say(t, l, "inject payment error code=503 first=1")
	o.pay()
	cursor := say(t, l, "inject payment drop direction=in first=1").Seq
	o.client.Timeout = 0
	killed := make(chan int)
	go func() { // ends when the connection is reset
		status, _ := o.pay()
		killed <- status
	}()
	await(t, l, cursor, fact[sim.Hit]("payment"))
	say(t, l, "kill payment")
	if status := <-killed; status != 0 {
		t.Errorf("a killed service answered %d", status)
	}
	say(t, l, "start payment")
	settle(t, l)
	s := l.LinkStats("outside:payment")
	if s.Calls != 5 || s.Sent != 5 || s.Answered != 3 || s.Failed != 2 || s.InFlight != 0 || s.Ended != 4 || s.Took <= 0 {
		t.Errorf("%+v", s)
	}
	var found bool
	for _, v := range say(t, l, "show services").Data.([]lab.Service) {
		if v.Name == "payment" {
			found = v.Outside == 5 && v.GRPC != "" && v.Addr != ""
		}
	}
	if !found {
		t.Errorf("%+v", say(t, l, "show services").Data)
	}
	say(t, l, "reset")
	if s := l.LinkStats("outside:payment"); s.Calls != 0 {
		t.Errorf("after reset: %+v", s)
	}
}
