package export_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/export"
)

func ms(v float64) *float64 { return &v }

func write(t *testing.T, s export.Snapshot) string {
	t.Helper()
	var b bytes.Buffer
	if err := export.Prometheus(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPrometheus(t *testing.T) {
	got := write(t, export.Snapshot{
		World: "checkout", Seed: 7,
		Links: []sim.LinkStats{{
			Link: "order:payment", Transport: "rest", Calls: 9, Sent: 11, Answered: 6, Failed: 3, TimedOut: 2, Lost: 1, InFlight: 1,
			Retries: 2, P50: ms(0.25), Max: ms(1500), BytesOut: 700, BytesIn: 900, Breaker: "half_open",
			Ended: 8, Took: 3 * time.Second,
		}, {Link: "client:order", Transport: "rest", Breaker: "none"}},
		Instances: []export.Instance{
			{ID: sim.Instance{Service: "payment", N: 2}, Working: 3, Outside: 5},
			{ID: sim.Instance{Service: "payment", N: 1}, Up: true},
		},
		Policies: []export.Policy{{Link: "order:payment", Name: "bulkhead", Passed: 9, Refused: 4}},
		Queues:   []export.Queue{{Name: "mail", Broker: "rabbitmq", Ready: 10, Unacked: sim.Unmeasured, Dead: 1}},
	})
	for _, want := range []string{
		"# HELP msc_sim_world_info The world that runs. Always 1.\n# TYPE msc_sim_world_info gauge\nmsc_sim_world_info{world=\"checkout\",seed=\"7\"} 1\n",
		"# TYPE msc_sim_link_attempts_total counter\n",
		`msc_sim_link_attempts_total{link="order:payment",transport="rest",outcome="answered"} 6` + "\n",
		`msc_sim_link_attempts_total{link="order:payment",transport="rest",outcome="failed"} 1` + "\n",
		`msc_sim_link_attempts_total{link="order:payment",transport="rest",outcome="timed_out"} 2` + "\n",
		`msc_sim_link_attempts_total{link="order:payment",transport="rest",outcome="lost"} 1` + "\n",
		`msc_sim_link_bytes_total{link="order:payment",transport="rest",direction="in"} 900` + "\n",
		`msc_sim_link_duration_seconds{link="order:payment",transport="rest",quantile="0.5"} 0.00025` + "\n",
		`msc_sim_link_duration_seconds{link="order:payment",transport="rest",quantile="1"} 1.5` + "\n" +
			`msc_sim_link_duration_seconds_sum{link="order:payment",transport="rest"} 3` + "\n" +
			`msc_sim_link_duration_seconds_count{link="order:payment",transport="rest"} 8` + "\n",
		`msc_sim_link_breaker_state{link="order:payment",transport="rest",state="half_open"} 1` + "\n",
		`msc_sim_link_breaker_state{link="order:payment",transport="rest",state="open"} 0` + "\n",
		`msc_sim_policy_refused_total{link="order:payment",policy="bulkhead"} 4` + "\n",
		`msc_sim_queue_ready{queue="mail",broker="rabbitmq"} 10` + "\n",
		`msc_sim_queue_dead_letters{queue="mail",broker="rabbitmq"} 1` + "\n",
		`msc_sim_instance_outside_requests_total{service="payment",instance="payment#2"} 5` + "\n",
		`msc_sim_instance_up{service="payment",instance="payment"} 1` + "\n" +
			`msc_sim_instance_up{service="payment",instance="payment#2"} 0` + "\n",
		`msc_sim_instance_working{service="payment",instance="payment#2"} 3` + "\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing:\n%s\nin:\n%s", want, got)
		}
	}
	for _, not := range []string{"msc_sim_queue_unacked", `quantile="0.99"`, `link="client:order",transport="rest",state`} {
		if strings.Contains(got, not) {
			t.Errorf("%s was never measured and stands in:\n%s", not, got)
		}
	}
}

// Outcomes exclude each other: whoever adds them up gets what was sent.
func TestAttemptsAddUpToSent(t *testing.T) {
	l := sim.LinkStats{Link: "a:b", Sent: 21, Answered: 1, Accepted: 2, Failed: 7, TimedOut: 3, Lost: 5, InFlight: 6}
	sum := map[string]int{}
	for line := range strings.Lines(write(t, export.Snapshot{Links: []sim.LinkStats{l}})) {
		name, rest, _ := strings.Cut(line, "{")
		_, value, _ := strings.Cut(rest, "} ")
		for _, digit := range strings.TrimSpace(value) {
			sum[name] += int(digit - '0')
		}
	}
	if got := sum["msc_sim_link_attempts_total"] + sum["msc_sim_link_in_flight"]; got != 21 {
		t.Errorf("attempts and in flight add up to %d, sent are 21", got)
	}
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	a, b := sim.LinkStats{Link: "a:b", Calls: 1}, sim.LinkStats{Link: "b:c", Calls: 2}
	links := []sim.LinkStats{b, a}
	got, want := write(t, export.Snapshot{Links: links}), write(t, export.Snapshot{Links: []sim.LinkStats{a, b}})
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if links[0].Link != "b:c" {
		t.Error("the caller's slice was sorted")
	}
}

func TestLabelsAreEscaped(t *testing.T) {
	got := write(t, export.Snapshot{World: "a\\b\"c\nd\xff"})
	if want := `{world="a\\b\"c\nd` + "\ufffd" + `",seed="0"} 1`; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNothingMeasured(t *testing.T) {
	if got := write(t, export.Snapshot{World: "why"}); strings.Count(got, "# TYPE") != 1 {
		t.Errorf("an empty world says more than its name:\n%s", got)
	}
}
