package sim

import "time"

// LinkStats is what happened on a link since the last reset. The one struct for
// screen, `show` and `run`. At every moment
//
//	sent = answered + accepted + failed + in_flight + lost
//	settled + pending = accepted
//
// Calls counts calls, Sent attempts. Failed includes TimedOut and statuses that
// invite another try. Rejected never left. Lost is found by matching the span
// ids of sender and receiver.
type LinkStats struct {
	Link      LinkID   `json:"link"`
	Transport string   `json:"transport"`
	Distance  string   `json:"distance,omitempty"` // how far apart its ends stand; "" = on this machine
	Calls     int64    `json:"calls"`
	Sent      int64    `json:"sent"`
	Answered  int64    `json:"answered"`
	Accepted  int64    `json:"accepted"`
	Settled   int64    `json:"settled"`
	Pending   int64    `json:"pending"`
	Failed    int64    `json:"failed"`
	TimedOut  int64    `json:"timed_out"`
	Rejected  int64    `json:"rejected"`
	Lost      int64    `json:"lost"`
	InFlight  int64    `json:"in_flight"`
	Draining  int64    `json:"draining"` // of those in flight or pending, by a transport the link was swapped away from
	Retries   int64    `json:"retries"`
	Hedges    int64    `json:"hedges"`
	P50       *float64 `json:"p50_ms"` // null when nothing was measured
	P90       *float64 `json:"p90_ms"`
	P99       *float64 `json:"p99_ms"`
	Max       *float64 `json:"max_ms"`
	BytesOut  int64    `json:"bytes_out"`
	BytesIn   int64    `json:"bytes_in"`
	Policies  string   `json:"policies"` // around its calls, as nesting: "retry(breaker(call))"; "call" = none
	Breaker   string   `json:"breaker"`  // none, closed, open, half_open, forced_open
	FaultsHit int64    `json:"faults_hit"`

	Ended int64         `json:"-"` // attempts whose duration is known: what the percentiles are of
	Took  time.Duration `json:"-"` // of all of them together

	Redelivered int64    `json:"redelivered"` // deliveries by a broker that were not the first one of their message
	Guarantees  Promise  `json:"guarantees"`  // of the transport it takes now
	Changed     []string `json:"changed"`     // what the last swap changed of these, in words; null = nothing, or there was none
}

// Endpoint is one address that outside tools can use.
type Endpoint struct {
	Name     string `json:"name"`     // "payment", "payment#2"
	Protocol string `json:"protocol"` // http, grpc, nats, …, control
	Addr     string `json:"addr"`     // 127.0.0.1:40123
}
