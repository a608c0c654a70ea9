package lab_test

import (
	"runtime"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// A field of a load may vary, so that requests are not all about one thing.
func TestFieldsOfALoadVary(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	const line = "load 100/s order.place customer=~1000"
	if again := door.Format(parseLine(t, line)); again != line {
		t.Errorf("it is written as %q", again)
	}
	say(t, l, line)
	if now := say(t, l, "show load").Data.(*lab.LoadStatus); now.Fields["customer"] != "~1000" {
		t.Errorf("show load has %v", now.Fields)
	}
	for l.LinkStats("order:payment").Answered < 20 {
		if t.Context().Err() != nil {
			t.Fatal("no order came to payment")
		}
		runtime.Gosched()
	}
	say(t, l, "load off")
	seen := map[string]bool{}
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Effect); ok && e.Node.Service == "payment" {
			seen[f.Text] = true
		}
	}
	if len(seen) < 10 {
		t.Errorf("payment charged %v", seen)
	}
	for _, bad := range []string{"load 10/s order.place customer=~x", "load 10/s order.place customr=~10"} {
		if _, err := l.Do(t.Context(), parseLine(t, bad)); sim.CodeOf(err) != sim.Invalid && sim.CodeOf(err) != sim.NotFound {
			t.Errorf("%s gives %v", bad, err)
		}
	}
}
