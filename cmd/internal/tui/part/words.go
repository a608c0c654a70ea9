package part

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// nobodyKnows stands for a number that was not measured ([sim.Unmeasured]).
const nobodyKnows = "–"

// number writes a count with its thousands apart: "1,204".
func number(n int64) string {
	if n == sim.Unmeasured {
		return nobodyKnows
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// thousands writes a count in at most four cells: "1204", "12k", "3M".
func thousands(n int64) string {
	switch {
	case n == sim.Unmeasured:
		return nobodyKnows
	case n < 10_000:
		return strconv.FormatInt(n, 10)
	case n < 1_000_000:
		return strconv.FormatInt(n/1000, 10) + "k"
	default:
		return strconv.FormatInt(n/1_000_000, 10) + "M"
	}
}

// rate writes how often something happens: "412/s", "0.5/s".
func rate(perSecond float64) string {
	if perSecond < 10 {
		return strconv.FormatFloat(perSecond, 'g', 2, 64) + "/s"
	}
	return number(int64(perSecond+0.5)) + "/s"
}

// verdict is what the protocol said: "404 Not Found", or the code in words.
func verdict(transport string, status int, code sim.Code) string {
	if text := http.StatusText(status); text != "" && (transport == "" || transport == "rest") {
		return strconv.Itoa(status) + " " + text
	}
	return strings.ReplaceAll(code.String(), "_", " ")
}

// short is the verdict in as few cells as possible.
func short(transport string, status int, code sim.Code) string {
	if status != 0 && (transport == "" || transport == "rest") {
		return strconv.Itoa(status)
	}
	return strings.ReplaceAll(code.String(), "_", " ")
}

// reason says why a hop has no answer.
func reason(h *view.Hop) string {
	took := sim.Human(h.EndedAt - h.SentAt)
	switch {
	case h.Outcome == sim.WasTimedOut && (h.Reason == "" || h.Reason == "no response in time"):
		return "no response in " + took
	case h.Outcome == sim.WasTimedOut:
		return sim.Visible(h.Reason) + ", " + took
	default:
		return orElse(h.Reason, word(h.Outcome))
	}
}

// word is an outcome as people read it.
func word(o sim.Outcome) string { return strings.ReplaceAll(o.String(), "_", " ") }

// orElse is s, safe to show, or other when there is none.
func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return sim.Visible(s)
}

// codeOf is the code that a transport's own status stands for.
func codeOf(transport string, status int) sim.Code {
	if transport == "grpc" {
		return sim.CodeOfGRPC(uint32(max(status, 0)))
	}
	return sim.CodeOfHTTP(status)
}

// failed reports whether an outcome is one of those marked ×.
func failed(o sim.Outcome) bool {
	return o == sim.WasFailed || o == sim.WasTimedOut || o == sim.WasRejected || o == sim.WasLost
}

// ending is how an end is told everywhere: its sign, its colour and its word.
type ending struct {
	sign  rune
	style grid.Style
	word  string
}

// endingOf is the one table of how an attempt, or a request, that ended with a code is
// drawn. An answer may be an error; that is neither a success nor a failure.
func endingOf(gl theme.Glyphs, o sim.Outcome, c sim.Code) ending {
	switch {
	case o == sim.Waiting:
		return ending{gl.Held, theme.Wait, "waiting"}
	case failed(o), o == sim.WasAnswered && !c.Answers():
		return ending{gl.Fail, theme.Fail, "failed"}
	case o == sim.WasDegraded:
		return ending{gl.Degraded, theme.Wait, "degraded"}
	case c != sim.OK:
		return ending{gl.Refused, theme.Wait, "answered with an error"}
	default:
		return ending{gl.Done, theme.OK, "answered"}
	}
}

// answer is the ending of an attempt that the other side answered with a code.
func (f *frame) answer(c sim.Code) ending { return endingOf(f.th.Glyphs, sim.WasAnswered, c) }

// text is the colour of a text that tells an end: what is well needs none.
func (e ending) text() grid.Style {
	if e.style == theme.OK {
		return theme.Text
	}
	return e.style
}

// fitting is the first of texts that has at most w cells, or the last one.
func fitting(w int, texts ...string) string {
	for _, t := range texts {
		if grid.Width(t) <= w {
			return t
		}
	}
	return texts[len(texts)-1]
}

// clock writes a moment of the world's clock: "41.220 s".
func clock(t time.Duration) string {
	return strconv.FormatFloat(t.Seconds(), 'f', 3, 64) + " s"
}
