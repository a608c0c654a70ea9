package export

import (
	"maps"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

type linkFamily struct {
	family
	of func(sim.LinkStats) []sample
}

// linkFamilies is what is said about a link. The outcomes of attempts exclude
// each other, so that their sum and what is in flight is what was sent.
func linkFamilies() []linkFamily {
	return []linkFamily{
		{
			family{"msc_sim_link_calls_total", "counter", "Calls that a service began, rejected ones included."},
			func(l sim.LinkStats) []sample { return one(l.Calls) },
		}, {
			family{"msc_sim_link_attempts_total", "counter", "Attempts that ended, by outcome. A response such as 404 is answered."},
			func(l sim.LinkStats) []sample {
				return by("outcome",
					row{"answered", l.Answered}, row{"accepted", l.Accepted}, row{"failed", l.Failed - l.TimedOut},
					row{"timed_out", l.TimedOut}, row{"lost", l.Lost})
			},
		}, {
			family{"msc_sim_link_in_flight", "gauge", "Attempts that were sent and have not ended."},
			func(l sim.LinkStats) []sample { return one(l.InFlight) },
		}, {
			family{"msc_sim_link_pending", "gauge", "Accepted attempts whose answer has not come."},
			func(l sim.LinkStats) []sample { return one(l.Pending) },
		}, {
			family{"msc_sim_link_settled_total", "counter", "Accepted attempts whose answer has come."},
			func(l sim.LinkStats) []sample { return one(l.Settled) },
		}, {
			family{"msc_sim_link_rejected_total", "counter", "Calls that a policy rejected, so that no attempt was sent."},
			func(l sim.LinkStats) []sample { return one(l.Rejected) },
		}, {
			family{"msc_sim_link_retries_total", "counter", "Attempts after the first one of a call."},
			func(l sim.LinkStats) []sample { return one(l.Retries) },
		}, {
			family{"msc_sim_link_hedges_total", "counter", "Attempts that were sent while an earlier one of their call was in flight."},
			func(l sim.LinkStats) []sample { return one(l.Hedges) },
		}, {
			family{"msc_sim_link_faults_hit_total", "counter", "Times that an injected fault changed something."},
			func(l sim.LinkStats) []sample { return one(l.FaultsHit) },
		}, {
			family{"msc_sim_link_bytes_total", "counter", "Bytes that crossed the connection, seen from the caller."},
			func(l sim.LinkStats) []sample {
				return by("direction", row{"out", l.BytesOut}, row{"in", l.BytesIn})
			},
		}, {
			family{"msc_sim_link_duration_seconds", "summary", "Duration of attempts that ended: answered, accepted or failed. Quantile 1 is the slowest."},
			durations,
		}, {
			family{"msc_sim_link_breaker_state", "gauge", "1 for the state in which the circuit breaker is."},
			func(l sim.LinkStats) []sample {
				if l.Breaker == "" || l.Breaker == "none" {
					return nil
				}
				var all []row
				for _, state := range []string{"closed", "open", "half_open", "forced_open"} {
					n := int64(0)
					if state == l.Breaker {
						n = 1
					}
					all = append(all, row{state, n})
				}
				return by("state", all...)
			},
		},
	}
}

func durations(l sim.LinkStats) (all []sample) {
	for _, q := range []struct {
		quantile string
		ms       *float64
	}{{"0.5", l.P50}, {"0.9", l.P90}, {"0.99", l.P99}, {"1", l.Max}} {
		if q.ms != nil {
			all = append(all, sample{labels: labels{"quantile", q.quantile}, value: *q.ms / 1000})
		}
	}
	return append(all, sample{suffix: "_sum", value: l.Took.Seconds()}, sample{suffix: "_count", value: float64(l.Ended)})
}

type policyFamily struct {
	family
	of func(Policy) []sample
}

func policyFamilies() []policyFamily {
	return []policyFamily{
		{
			family{"msc_sim_policy_passed_total", "counter", "What a policy let pass or added: calls, and of a retry the further attempts."},
			func(p Policy) []sample { return one(p.Passed) },
		}, {
			family{"msc_sim_policy_refused_total", "counter", "What a policy rejected or, for a retry, gave up early; of a timeout, the attempts that it ended."},
			func(p Policy) []sample { return one(p.Refused) },
		},
	}
}

type routeFamily struct {
	family
	of func(sim.RouteStats) []sample
}

func routeFamilies() []routeFamily {
	counted := func(label string, m map[string]int64) []sample {
		var rows []row
		for _, k := range slices.Sorted(maps.Keys(m)) {
			rows = append(rows, row{k, m[k]})
		}
		return by(label, rows...)
	}
	return []routeFamily{
		{
			family{"msc_sim_gateway_requests_total", "counter", "Requests that a gateway answered, by route and status code. Route is empty where no route was found."},
			func(r sim.RouteStats) []sample { return counted("status", r.Statuses) },
		}, {
			family{"msc_sim_gateway_client_requests_total", "counter", "Requests that a gateway answered, by route and authenticated client. Client is empty where no client was authenticated."},
			func(r sim.RouteStats) []sample { return counted("client", r.Clients) },
		}, {
			family{"msc_sim_gateway_duration_seconds", "summary", "Duration of the requests of a route."},
			func(r sim.RouteStats) []sample {
				return []sample{{suffix: "_sum", value: r.Seconds}, {suffix: "_count", value: float64(r.Requests)}}
			},
		},
	}
}

type queueFamily struct {
	family
	of func(Queue) int64
}

// queueFamilies leaves out what a broker does not tell ([sim.Unmeasured]).
func queueFamilies() []queueFamily {
	return []queueFamily{
		{family{"msc_sim_queue_ready", "gauge", "Messages that wait in the queue."}, func(q Queue) int64 { return q.Ready }},
		{family{"msc_sim_queue_unacked", "gauge", "Messages that were delivered and are not yet acknowledged."}, func(q Queue) int64 { return q.Unacked }},
		{family{"msc_sim_queue_dead_letters", "gauge", "Messages in the dead-letter queue."}, func(q Queue) int64 { return q.Dead }},
	}
}

type instanceFamily struct {
	family
	of func(Instance) []sample
}

func instanceFamilies() []instanceFamily {
	return []instanceFamily{
		{
			family{"msc_sim_instance_up", "gauge", "1 while the instance listens; 0 when it is killed or paused."},
			func(i Instance) []sample {
				if i.Up {
					return one(1)
				}
				return one(0)
			},
		}, {
			family{"msc_sim_instance_outside_requests_total", "counter", "Requests that the instance received from outside the world."},
			func(i Instance) []sample { return one(i.Outside) },
		}, {
			family{"msc_sim_instance_working", "gauge", "Requests on which the instance works now."},
			func(i Instance) []sample { return one(i.Working) },
		},
	}
}

type row struct {
	name string
	n    int64
}

func one(n int64) []sample { return []sample{{value: float64(n)}} }

func by(label string, rows ...row) (all []sample) {
	for _, r := range rows {
		all = append(all, sample{labels: labels{label, r.name}, value: float64(r.n)})
	}
	return all
}
