package lab_test

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// Each arm does every job once, the caller does not wait for a broker's consumer, and
// the bytes of a job are at least the text that it carries on each hop.
func TestArmsDoTheSameJob(t *testing.T) {
	const payload = 1000
	arms, err := lab.OpenArms(t.Context(), lab.Comparable(), payload)
	if err != nil {
		t.Fatal(err)
	}
	defer arms.Close()
	sizes, err := arms.Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range arms.Each() {
		b, err := a.Offer(t.Context(), 200, 50*time.Millisecond)
		if err != nil || b.Failed > 0 || b.Jobs == 0 || len(b.Caller) != b.Jobs || len(b.Done) != b.Jobs {
			t.Errorf("%s: %d jobs, %d taken, %d done, %d failed: %v", a.Name(), b.Jobs, len(b.Caller), len(b.Done), b.Failed, err)
		}
		full, err := a.Saturate(t.Context(), 2, 20*time.Millisecond)
		if err != nil || full.Failed > 0 || full.Jobs < 2 {
			t.Errorf("%s saturated: %+v, %v", a.Name(), full, err)
		}
		guarantees, builtIn := arms.Says(i)
		hops := int64(1)
		if builtIn {
			hops = 2
		}
		size := sizes[i]
		if size.Payload < hops*payload || size.Payload > hops*(payload+100) || size.Headers == 0 || size.Framing <= 0 {
			t.Errorf("%s: %+v for %d bytes over %d hops", a.Name(), size, payload, hops)
		}
		if guarantees == (sim.Promise{}) {
			t.Errorf("%s promises nothing", a.Name())
		}
	}
}

func TestAnArmThatIsNone(t *testing.T) {
	_, err := lab.OpenArms(t.Context(), []string{"rest", "kafak"}, 0)
	if e := sim.AsError(err); e.Code != sim.NotFound && e.Code != sim.Invalid {
		t.Errorf("%v", err)
	}
}
