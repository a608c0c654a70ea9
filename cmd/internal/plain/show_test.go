package plain_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

func TestReceiptsAndGaugesAreToldInSentences(t *testing.T) {
	w := tuitest.New()
	w.SetUnder(tuitest.Broken())
	var out bytes.Buffer
	if err := plain.Watch(t.Context(), strings.NewReader("show faults\nshow policies\nq\n"), &out, w, plain.Options{Width: -1}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(),
		"f1, latency delay=300ms share=30% at order:product: armed, hit 7 of 20, counted per message, 13 missed because of share.",
		"f3, reset first=2 at order:product: cleared, verified",
		"before the side effect 1, during 0, after 1.",
		"k1, kill for=10s at order: armed, has hit nothing.",
		"client:order: no policy.",
		"order:product: fallback(retry(budget(breaker(",
		"retry: tries 3 (1 + 2), full jitter, 1 refused.",
		", open for 2.1 more seconds, 6 of 10 failed, 9 refused.",
	)
}

// Every word about failure works here too, in a real world.
func TestFailureByWords(t *testing.T) {
	spec, err := worldfile.Load("checkout")
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Open(t.Context(), spec, lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	script := []string{
		"guard order:payment retry tries=3 base=1ms", "inject order:payment error code=503 first=2", "send order.place",
		"show faults", "show order:payment", "clear f1", "swap order:payment grpc", "show policies", "unguard order:payment", "show services", "q",
	}
	var out bytes.Buffer
	if err := plain.Watch(t.Context(), strings.NewReader(strings.Join(script, "\n")+"\n"), &out, l, plain.Options{Width: -1}); err != nil {
		t.Fatal(err)
	}
	says(t, out.String(),
		"policies: retry(call)", "fault f1 armed: order:payment error code=503 first=2",
		"fault f1 hit: 503", "before attempt 2", "hit 2 of 3",
		"order:payment over rest: 1 calls, sent 3", "hit by faults 2",
		"fault f1 cleared", "takes grpc from now on", "order:payment: retry(call)", `"name": "payment"`,
	)
}
