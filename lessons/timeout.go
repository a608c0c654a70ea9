package lessons

import (
	"math"
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// timeoutOf is how long the sender of a request waits, as its headers say:
// grpc-timeout is a number of at most eight digits and a unit (gRPC over HTTP/2),
// Request-Timeout-Ms a number of milliseconds. 0 = they say nothing that can be read.
func timeoutOf(c sim.Captured) time.Duration {
	if ms, err := strconv.ParseUint(c.Header("Request-Timeout-Ms"), 10, 32); err == nil {
		return time.Duration(ms) * time.Millisecond
	}
	s := c.Header("grpc-timeout")
	if len(s) < 2 || len(s) > 9 {
		return 0
	}
	units := map[byte]time.Duration{
		'H': time.Hour, 'M': time.Minute, 'S': time.Second,
		'm': time.Millisecond, 'u': time.Microsecond, 'n': time.Nanosecond,
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
	if err != nil {
		return 0
	}
	unit := units[s[len(s)-1]]
	if unit > 0 && time.Duration(n) > math.MaxInt64/unit {
		return math.MaxInt64 // hours enough for anybody
	}
	return time.Duration(n) * unit
}
