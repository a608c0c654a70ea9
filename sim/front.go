package sim

import "time"

// RouteStats counts what a gateway did with the requests of one route since it
// started.
type RouteStats struct {
	Gateway  string           `json:"gateway"` // the instance: "gateway", "gateway#2"
	Route    string           `json:"route"`   // "" = no route led anywhere
	Requests int64            `json:"requests"`
	Statuses map[string]int64 `json:"statuses"` // by status code
	Clients  map[string]int64 `json:"clients"`  // by client that was authenticated; "" = nobody was
	Mean     *float64         `json:"mean_ms"`  // null when nothing was measured
	Max      *float64         `json:"max_ms"`
	Seconds  float64          `json:"-"` // all of them together
}

// Front is implemented by a [Service] that counts by routes.
type Front interface{ Routes() []RouteStats }

// Access is one request as the access log of a gateway has it. What may be secret
// is not in it: no query, no headers, no token.
type Access struct {
	Time    time.Time `json:"time"`
	Gateway string    `json:"gateway"`
	ID      string    `json:"request_id,omitempty"`
	Trace   string    `json:"trace_id"`
	Address string    `json:"address"`
	Client  string    `json:"client,omitempty"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Route   string    `json:"route,omitempty"`
	Status  int       `json:"status"`
	Bytes   int       `json:"bytes"` // of the response's body
	Millis  float64   `json:"ms"`
}
