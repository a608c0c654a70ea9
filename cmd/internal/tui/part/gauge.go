package part

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// bar is a gauge of cells that fill: "▮▮▮▮▮▮▯▯▯▯". What holds a little shows a
// little, and full only what is full.
func bar(used, of float64, cells int) string {
	if of <= 0 || cells <= 0 {
		return ""
	}
	n := int(math.Round(used / of * float64(cells)))
	switch {
	case used > 0 && n == 0:
		n = 1
	case used < of && n >= cells:
		n = cells - 1
	}
	n = min(max(n, 0), cells)
	return strings.Repeat("▮", n) + strings.Repeat("▯", cells-n)
}

// stateWord is a breaker's state as it is written large.
func stateWord(state string) (string, grid.Style) {
	switch state {
	case policy.StateClosed:
		return "CLOSED", theme.OK
	case policy.StateHalfOpen:
		return "HALF-OPEN", theme.Wait
	case policy.StateOpen:
		return "OPEN", theme.Fail
	case policy.StateForcedOpen:
		return "HELD OPEN", theme.Fail
	case policy.StateForcedClosed:
		return "HELD CLOSED", theme.Wait
	default:
		return "", theme.Text
	}
}

// barCells is how long the bar of a policy is.
const barCells = 10

// gauge is one policy in words and a bar.
func gauge(p policy.Gauge) []run {
	var runs []run
	switch {
	case p.Of > 0:
		text := fmt.Sprintf("  %s of %s %s", number(int64(p.Used)), number(int64(math.Round(p.Of))), p.Unit)
		runs = append(runs, run{bar(p.Used, p.Of, barCells), barStyle(p)}, run{text, theme.Text})
	case p.State == "":
		runs = append(runs, run{sim.Visible(p.About), theme.Text})
	}
	if word, st := stateWord(p.State); word != "" {
		runs = append(runs, run{"   ", theme.Text}, run{word, st})
	}
	if p.Left != nil {
		left := time.Duration(*p.Left * float64(time.Millisecond))
		runs = append(runs, run{fmt.Sprintf("  %.1f s left", left.Seconds()), theme.Text})
	}
	if p.Waiting > 0 {
		runs = append(runs, run{", " + number(p.Waiting) + " wait", theme.Wait})
	}
	return runs
}

// barStyle is the colour of what fills: a gauge that is bad when full is
// coloured then, one that is bad when empty, too.
func barStyle(p policy.Gauge) grid.Style {
	full, empty := p.Used >= p.Of, p.Used < 1
	switch {
	case p.Policy == "ratelimit" && empty, p.Policy != "ratelimit" && p.Policy != "breaker" && full:
		return theme.Fail
	case p.State == policy.StateOpen:
		return theme.Fail
	default:
		return theme.Accent
	}
}

// did is what a policy has done so far.
func did(p policy.Gauge) string {
	var parts []string
	add := func(n int64, word string) {
		if n > 0 {
			parts = append(parts, number(n)+" "+word)
		}
	}
	switch p.Policy {
	case "retry":
		add(p.Passed, "retries")
		add(p.Refused, "failed after the last attempt")
	case "fallback":
		add(p.Passed, "degraded")
	case "timeout":
		add(p.Refused, "cut off")
	case "cors", "openapi": // steps of a gateway that answer some requests themselves
		add(p.Refused, "answered")
	default:
		add(p.Refused, "refused")
	}
	return strings.Join(parts, ", ")
}
