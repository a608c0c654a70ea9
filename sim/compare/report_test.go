package compare_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/compare"
)

// drawn is an arm whose jobs take drawn times, by no clock.
type drawn struct {
	name string
	mean time.Duration
	r    *rand.Rand
}

func (d drawn) Name() string { return d.name }

func (d drawn) Offer(context.Context, sim.Rate, time.Duration) (b compare.Block, err error) {
	for range 60 {
		t := time.Duration(float64(d.mean) * (0.9 + 0.2*d.r.Float64()))
		b.Caller, b.Done = append(b.Caller, t), append(b.Done, 2*t)
	}
	b.Jobs, b.Lasted = 60, 300*time.Millisecond
	return b, nil
}

func (d drawn) Saturate(context.Context, int, time.Duration) (compare.Block, error) {
	jobs := int(1e9/float64(d.mean)) + d.r.IntN(9)
	return compare.Block{Jobs: jobs, Lasted: time.Second, CPU: time.Duration(jobs) * d.mean / 10}, nil
}

func measured(t *testing.T) compare.Report {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	all, err := compare.Run(t.Context(), []compare.Arm{drawn{"fast", time.Millisecond, r}, drawn{"slow", 2 * time.Millisecond, r}, drawn{"same", time.Millisecond, r}}, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return compare.Conclude(all, 300*time.Millisecond)
}

func TestADifferenceHasAWinnerAndEqualArmsHaveNone(t *testing.T) {
	r := measured(t)
	want := map[string]string{"fast slow": "fast", "slow same": "same", "fast same": ""}
	for _, v := range r.Verdicts {
		winner := ""
		if v.Winner != nil {
			winner = *v.Winner
		}
		if v.Metric != "cpu_us" && winner != want[v.A+" "+v.B] {
			t.Errorf("%s of %s and %s: winner %q, want %q (%s)", v.Metric, v.A, v.B, winner, want[v.A+" "+v.B], v.Why)
		}
		if (v.Winner != nil) != (v.Result == compare.Different) {
			t.Errorf("%+v: a winner without a difference, or the reverse", v)
		}
		if winner != "" && !strings.HasPrefix(v.Sentence(), winner+" is better than") {
			t.Errorf("%q does not begin with the winner %s", v.Sentence(), winner)
		}
	}
	if m := r.Arms[1]; m.Caller.Low > m.Caller.P50 || m.Caller.High < m.Caller.P50 || m.Caller.P50 < 1.8 || m.Caller.P50 > 2.2 {
		t.Errorf("p50 of slow is %.2f, between %.2f and %.2f", m.Caller.P50, m.Caller.Low, m.Caller.High)
	}
}

func TestThePageNamesEveryArmAndVerdict(t *testing.T) {
	var page bytes.Buffer
	r := measured(t)
	r.Arms[0].Name = "rest"
	if err := compare.WriteHTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", ">slow<", "slow and same", "general APIs"} {
		want = strings.ReplaceAll(want, "slow and same", "same is better than slow")
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"NaN", "ZgotmplZ", "http://", "https://", "%!"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestRunEndsWithItsContextAndChecksBounds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := compare.Saturate(ctx, 4, time.Hour, func(context.Context) error { return nil }, func(context.Context) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled block: %v", err)
	}
	for _, o := range []compare.Options{{Pairs: 7}, {Pairs: 21}, {Rate: 0.1}, {Rate: 2001}, {Callers: 257}, {During: time.Minute}} {
		if _, err := compare.Run(t.Context(), []compare.Arm{drawn{}}, o); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
