package lessons

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// people writes a value as people read it: durations with a unit, large numbers
// in groups of three, text without anything that could act on a terminal.
func people(v any) string {
	switch v := v.(type) {
	case time.Duration:
		return sim.Human(v)
	case int:
		return grouped(int64(v))
	case int64:
		return grouped(v)
	case float64:
		return decimal(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	default:
		return sim.Visible(fmt.Sprint(v))
	}
}

// thin stands before a unit; no line breaks there.
const thin = "\u00a0"

func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var groups []string
	for len(s) > 3 {
		groups = append([]string{s[len(s)-3:]}, groups...)
		s = s[:len(s)-3]
	}
	return sign + strings.Join(append([]string{s}, groups...), ",")
}

// decimal writes three significant digits, and whole numbers from 100 on.
func decimal(f float64) string {
	a := math.Abs(f)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return unknown
	case a >= 100 && a < 1e15:
		return grouped(int64(math.Round(f)))
	case a >= 10:
		return trimZeros(strconv.FormatFloat(f, 'f', 1, 64))
	case a >= 1:
		return trimZeros(strconv.FormatFloat(f, 'f', 2, 64))
	default:
		return strconv.FormatFloat(f, 'g', 2, 64)
	}
}

func trimZeros(s string) string { return strings.TrimRight(strings.TrimRight(s, "0"), ".") }

// percent writes a share of a whole. Near the ends it shows what rounding would
// hide: 99.9 % is not 100 %.
func percent(share float64) string {
	p := share * 100
	if p != 0 && p != 100 && (p < 1 || p > 99) {
		return strconv.FormatFloat(p, 'f', 1, 64) + thin + "%"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + thin + "%"
}
