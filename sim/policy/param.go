package policy

import (
	"errors"
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
	Duration Kind = iota + 1 // 300ms; bounds in seconds
	Count                    // a whole number
	Share                    // 30%; bounds 0 to 1
	Rate                     // 10/s, 30/m, 50/500ns; bounds per second
	Window                   // so many calls (100) or so much time (10s); bounds in calls, and MinWindow to MaxWindow
	Choice                   // one of Choices
	Text                     // anything; bounds in bytes
)

// Bounds of a [Window] of time.
const (
	MinWindow = 100 * time.Millisecond
	MaxWindow = 10 * time.Minute
)

// Param is one parameter of a policy, with all that a dialog needs to ask for it.
type Param struct {
	Name    string
	Kind    Kind
	Unit    string // what is counted or measured, in words: "time", "calls"
	Default string // as a person would write it; "" = not set
	Min     float64
	Max     float64
	Choices []string
	About   string
	Example string
}

// Bounds says in words what may be given: "between 1ms and 1m0s".
func (p Param) Bounds() string {
	switch p.Kind {
	case Choice:
		return "one of " + strings.Join(p.Choices, ", ")
	case Text:
		return "at most " + p.written(p.Max) + " bytes"
	case Window:
		return "a number of calls " + p.between(p.Min, p.Max) + ", or a time between " + MinWindow.String() + " and " + MaxWindow.String()
	default:
		return p.between(p.Min, p.Max)
	}
}

func (p Param) between(low, high float64) string {
	return "between " + p.written(low) + " and " + p.written(high)
}

// written is a number as a person would write it for this parameter.
func (p Param) written(v float64) string {
	switch p.Kind {
	case Duration:
		return seconds(v).String()
	case Share:
		return sim.Share(v).String()
	case Rate:
		return sim.Rate(v).String()
	default:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
}

// value is what was given for a parameter: its text, and what that means.
// Durations are in seconds, rates per second, shares from 0 to 1.
type value struct {
	text  string
	n     float64
	timed bool // a window of time
}

// read reads and checks what was given.
func (p Param) read(s string) (value, error) {
	v := value{text: s}
	var err error
	switch p.Kind {
	case Choice:
		if !slices.Contains(p.Choices, s) {
			err = sim.Unknown(p.Name, sim.Visible(clip(s)), p.Choices)
		}
		return v, err
	case Text:
		v.n = float64(len(s))
	case Duration:
		v.n, err = readDuration(s)
	case Share:
		var share sim.Share
		share, err = sim.ParseShare(s)
		v.n = float64(share)
	case Rate:
		v.n, err = readRate(s)
	case Window:
		return p.readWindow(s)
	default:
		v.n, err = readCount(s)
	}
	if err != nil {
		return v, p.unreadable(s)
	}
	return v, p.within(v.n, s)
}

func (p Param) readWindow(s string) (value, error) {
	if n, err := readCount(s); err == nil {
		return value{text: s, n: n}, p.within(n, s)
	}
	d, err := readDuration(s)
	if err != nil {
		return value{}, p.unreadable(s)
	}
	if seconds(d) < MinWindow || seconds(d) > MaxWindow {
		return value{}, p.outOfBounds(s)
	}
	return value{text: s, n: d, timed: true}, nil
}

func (p Param) within(n float64, s string) error {
	if n < p.Min || n > p.Max {
		return p.outOfBounds(s)
	}
	return nil
}

func (p Param) outOfBounds(s string) error {
	return sim.Invalidf("%s=%s is not allowed", p.Name, sim.Visible(clip(s))).WithFix("choose %s", p.Bounds())
}

func (p Param) unreadable(s string) error {
	return sim.Invalidf("%s=%s cannot be read", p.Name, sim.Visible(clip(s))).WithFix("%s, such as %s=%s", p.Bounds(), p.Name, p.Example)
}

func readCount(s string) (float64, error) {
	n, err := strconv.Atoi(s)
	return float64(n), err
}

func readDuration(s string) (float64, error) {
	d, err := time.ParseDuration(s)
	return d.Seconds(), err
}

var errRate = errors.New("not a rate")

// readRate reads 10/s, 30/m, 50/500ns, and 10 as 10/s.
func readRate(s string) (float64, error) {
	num, unit, has := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(num, 64)
	if err != nil || math.IsNaN(n) {
		return 0, errRate
	}
	per := time.Second
	switch {
	case !has || unit == "s":
	case unit == "m" || unit == "min":
		per = time.Minute
	default:
		if per, err = time.ParseDuration(unit); err != nil || per <= 0 {
			return 0, errRate
		}
	}
	return n / per.Seconds(), nil
}

// clip keeps messages short, whatever was typed.
func clip(s string) string { return s[:min(len(s), 64)] }

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * float64(time.Second))) }

// values are the parameters of one policy by name, defaults filled in.
type values map[string]value

func (v values) duration(name string) time.Duration { return seconds(v[name].n) }
func (v values) count(name string) int              { return int(v[name].n) }
func (v values) number(name string) float64         { return v[name].n }
func (v values) text(name string) string            { return v[name].text }
