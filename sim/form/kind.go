package form

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Kind is how the values of a parameter are written. A package with values of its
// own (a status, a window) makes a Kind of its own.
type Kind struct {
	What   string                               // what a value is: "a duration"
	Bounds func(Param) string                   // in words, what may be given
	Read   func(Param, string) (float64, error) // the errors are for people
}

// The kinds, and what their bounds count.
var (
	Duration = Number("a duration", readDuration, func(n float64) string { return time.Duration(n).String() }) // 300ms; nanoseconds
	Count    = Number("a whole number", readCount, func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) })
	Bytes    = Number("a size", readBytes, writeBytes)                                                                                                                        // 12KiB; bytes
	Speed    = Number("a speed", readSpeed, func(n float64) string { return writeBytes(n) + "/s" })                                                                           // 32KiB/s; bytes per second
	Share    = Number("a share", readShare, func(n float64) string { return sim.Share(n).String() })                                                                          // 30%; 0 to 1
	Factor   = Number("a number", func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }, func(n float64) string { return strconv.FormatFloat(n, 'g', 6, 64) }) // 1.5
	Rate     = Number("a rate", readRate, func(n float64) string { return sim.Rate(n).String() })                                                                             // 10/s, 30/m, 50/500ns; per second
	Bool     = &Kind{"true or false", func(Param) string { return "true or false" }, readBool}
	Text     = &Kind{"a text", atMost, readText}
	Choice   = &Kind{"one of the words", func(p Param) string { return "one of " + strings.Join(p.Choices, ", ") }, readChoice}
)

// Times for the bounds of a [Duration].
const (
	Millisecond = float64(time.Millisecond)
	Second      = float64(time.Second)
	Minute      = float64(time.Minute)
	Hour        = float64(time.Hour)
)

// Number makes a kind whose values are numbers between bounds.
func Number(what string, read func(string) (float64, error), write func(float64) string) *Kind {
	return &Kind{
		What:   what,
		Bounds: func(p Param) string { return "between " + write(p.Min) + " and " + write(p.Max) },
		Read: func(p Param, s string) (float64, error) {
			n, err := read(s)
			switch {
			case err != nil || math.IsNaN(n):
				return 0, p.Unreadable(s)
			case n < p.Min || n > p.Max:
				return 0, p.Outside(s)
			}
			return n, nil
		},
	}
}

var errUnreadable = errors.New("unreadable") // only that it is one is looked at

func readCount(s string) (float64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	return float64(n), err
}

func readDuration(s string) (float64, error) {
	d, err := time.ParseDuration(s)
	return float64(d), err
}

func readShare(s string) (float64, error) {
	share, err := sim.ParseShare(s)
	return float64(share), err
}

// readRate reads 10/s, 30/m, 50/500ns, and 10 as 10/s.
func readRate(s string) (float64, error) {
	num, unit, has := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(num, 64)
	per := time.Second
	switch {
	case err != nil:
		return 0, err
	case !has || unit == "s":
	case unit == "m" || unit == "min":
		per = time.Minute
	default:
		if per, err = time.ParseDuration(unit); err != nil || per <= 0 {
			return 0, errUnreadable
		}
	}
	return n / per.Seconds(), nil
}

func readSpeed(s string) (float64, error) {
	n, ok := strings.CutSuffix(s, "/s")
	if !ok {
		return 0, errUnreadable
	}
	return readBytes(n)
}

var sizes = []struct {
	unit  string
	bytes float64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}, {"", 1}}

// readBytes reads "64", "64B", "12KiB" or "1.5MiB".
func readBytes(s string) (float64, error) {
	for _, u := range sizes {
		if num, ok := strings.CutSuffix(s, u.unit); ok {
			n, err := strconv.ParseFloat(num, 64)
			return math.Trunc(n * u.bytes), err
		}
	}
	return 0, errUnreadable
}

// writeBytes writes bytes as readBytes reads them.
func writeBytes(n float64) string {
	for _, u := range sizes[:3] {
		if n >= u.bytes && math.Mod(n, u.bytes) == 0 {
			return strconv.FormatFloat(n/u.bytes, 'f', -1, 64) + u.unit
		}
	}
	return strconv.FormatFloat(n, 'f', -1, 64) + "B"
}

// Size writes bytes as people do: "12KiB".
func Size(bytes int64) string { return writeBytes(float64(bytes)) }

func readBool(p Param, s string) (float64, error) {
	switch yes, err := strconv.ParseBool(s); {
	case err != nil:
		return 0, p.Unreadable(s)
	case yes:
		return 1, nil
	default:
		return 0, nil
	}
}

func atMost(p Param) string { return "at most " + strconv.Itoa(int(p.Max)) + " bytes" }

func readText(p Param, s string) (float64, error) {
	if float64(len(s)) > p.Max {
		return 0, p.Outside(s)
	}
	return 0, nil
}

func readChoice(p Param, s string) (float64, error) {
	if !slices.Contains(p.Choices, s) {
		return 0, sim.Unknown(p.Name, shown(s), p.Choices)
	}
	return 0, nil
}
