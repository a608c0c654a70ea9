package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate is how often something happens, per second.
type Rate float64

// String reads "200/s".
func (r Rate) String() string { return strconv.FormatFloat(float64(r), 'g', 6, 64) + "/s" }

// Every is the mean time between two of them.
func (r Rate) Every() time.Duration { return time.Duration(float64(time.Second) / float64(r)) }

// ParseRate reads "200/s", "30/m", "200" (per second) or "off".
func ParseRate(s string) (Rate, error) {
	if s == "off" {
		return 0, nil
	}
	num, unit, has := strings.Cut(s, "/")
	v, err := strconv.ParseFloat(num, 64)
	per := 1.0
	if has && (unit == "m" || unit == "min") {
		per = 60
	}
	if err != nil || math.IsNaN(v) || has && per == 1 && unit != "s" {
		return 0, Invalidf("%q is not a rate", s).WithFix("write it as 200/s or 30/m, or off")
	}
	if r := Rate(v / per); r >= 0 && r <= MaxRate {
		return r, nil
	}
	return 0, Invalidf("a rate of %s is out of bounds", s).WithFix("between 0 and %s", MaxRate)
}

// MaxRate bounds offered load.
const MaxRate Rate = 20000

// Share is a part of a whole, 0 to 1.
type Share float64

// String reads "30%".
func (s Share) String() string { return strconv.FormatFloat(float64(s)*100, 'g', 4, 64) + "%" }

// ParseShare reads "30%" or "0.3".
func ParseShare(v string) (Share, error) {
	num, pct := strings.CutSuffix(v, "%")
	f, err := strconv.ParseFloat(num, 64)
	if pct {
		f /= 100
	}
	if err != nil || !(f >= 0 && f <= 1) {
		return 0, Invalidf("%q is not a share", v).WithFix("write it as 30%%")
	}
	return Share(f), nil
}

// ParseDuration reads Go's durations ("60ms") within 0 and max.
func ParseDuration(s string, limit time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, Invalidf("%q is not a duration", s).WithFix("write it as 60ms, 2s or 1m")
	}
	if d < 0 || d > limit {
		return 0, Invalidf("%s is out of bounds", s).WithFix("between 0 and %s", limit)
	}
	return d, nil
}

// Human writes a duration as people read it, with three significant digits and
// a space: "0.21 ms", "34 µs", "1.25 s".
func Human(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Human(-d)
	case d < 10*time.Microsecond && d%time.Microsecond != 0: // "1 µs" of 1.46 µs would belie every ratio
		return digits(float64(d)/1e3) + " µs"
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%.0f µs", float64(d)/1e3)
	case d < time.Second:
		return digits(float64(d)/1e6) + " ms"
	case d < 100*time.Second:
		return digits(float64(d)/1e9) + " s"
	default:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
}

func digits(v float64) string {
	switch {
	case v < 10:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 100:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
}
