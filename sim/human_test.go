package sim

import (
	"testing"
	"time"
)

// Ratios are told beside the times they come from: 0.13 ms is 89 times 1.46 µs, and not of "1 µs".
func TestHumanKeepsThreeDigitsOfAFewMicroseconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 µs", 1457 * time.Nanosecond: "1.46 µs", 3 * time.Microsecond: "3 µs",
		34400 * time.Nanosecond: "34 µs", 210 * time.Microsecond: "0.21 ms",
	} {
		if got := Human(d); got != want {
			t.Errorf("%d ns: %q, want %q", d.Nanoseconds(), got, want)
		}
	}
}
