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
