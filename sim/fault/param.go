package fault

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Kind is how the value of a parameter is written.
type Kind uint8

const (
	Duration Kind = iota + 1 // 300ms; bounds in nanoseconds
	Offset                   // a duration that may be negative: -5m
	Count                    // a whole number
	Bytes                    // 12KiB
	Speed                    // 32KiB/s; bounds in bytes per second
	Share                    // 30%
	Choice                   // one of Choices
	Status                   // an HTTP status or the name of a gRPC code
	Text                     // anything; bounds in bytes
	Seed                     // a whole number
)

// Param is one parameter of a fault, with all that a dialog needs to ask for it.
type Param struct {
	Name    string
	Kind    Kind
	Unit    string // what is counted or measured, in words: "time", "bytes per second"
	Default string // as a person would write it; "" = not set
	Min     int64  // in the unit of Kind
	Max     int64
	Choices []string
	About   string
	Example string
}

// Bounds says in words what may be given: "between 0s and 1m0s".
func (p Param) Bounds() string {
	switch p.Kind {
	case Choice:
		return "one of " + strings.Join(p.Choices, ", ")
	case Status:
		return "an HTTP status from 400 to 599, or a gRPC code such as UNAVAILABLE"
	case Text:
		return "at most " + sizeText(p.Max)
	case Share:
		return "between 0% and 100%"
	case Seed:
		return "a whole number"
	default:
		return "between " + p.text(p.Min) + " and " + p.text(p.Max)
	}
}

// text writes a number of the parameter's kind.
func (p Param) text(n int64) string {
	switch p.Kind {
	case Duration, Offset:
		return time.Duration(n).String()
	case Bytes:
		return sizeText(n)
	case Speed:
		return sizeText(n) + "/s"
	default:
		return strconv.FormatInt(n, 10)
	}
}

// value reads what was given for the parameter. Numbers come as int64, the rest as string.
func (p Param) value(s string) (v value, err error) {
	v.text = s
	switch p.Kind {
	case Choice:
		if !slices.Contains(p.Choices, s) {
			return v, sim.Unknown(p.Name, s, p.Choices)
		}
		return v, nil
	case Status:
		_, _, err = statusOf(s)
		return v, err
	case Share:
		v.share, err = sim.ParseShare(s)
		return v, err
	case Text:
		v.number = int64(len(s))
	case Seed:
		if v.seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			return v, sim.Invalidf("%q is not a seed", s).WithFix("a whole number from 0 to %d", uint64(math.MaxUint64))
		}
		return v, nil
	default:
		if v.number, err = p.number(s); err != nil {
			return v, err
		}
	}
	if v.number < p.Min || v.number > p.Max {
		return v, sim.Invalidf("%s=%s is not allowed", p.Name, sim.Visible(clip(s))).WithFix("choose %s", p.Bounds())
	}
	return v, nil
}

func (p Param) number(s string) (int64, error) {
	switch p.Kind {
	case Duration, Offset:
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, sim.Invalidf("%q is not a duration", clip(s)).WithFix("write it as 60ms, 2s or 1m")
		}
		return int64(d), nil
	case Bytes:
		return parseSize(s)
	case Speed:
		n, ok := strings.CutSuffix(s, "/s")
		if !ok {
			return 0, sim.Invalidf("%q is not a speed", clip(s)).WithFix("write it as 32KiB/s")
		}
		return parseSize(n)
	default:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, sim.Invalidf("%q is not a number", clip(s)).WithFix("a whole number, %s", p.Bounds())
		}
		return n, nil
	}
}

// clip keeps messages short, whatever was typed.
func clip(s string) string { return s[:min(len(s), 64)] }

// value is one parameter, read.
type value struct {
	text   string
	number int64
	share  sim.Share
	seed   uint64
}

// values are the parameters of one fault by name, defaults filled in.
type values map[string]value

func (v values) duration(name string) time.Duration { return time.Duration(v[name].number) }
func (v values) count(name string) int              { return int(v[name].number) }
func (v values) direction() Direction               { return directionOf(v["direction"].text) }
func (v values) seed() uint64                       { return v["seed"].seed }
