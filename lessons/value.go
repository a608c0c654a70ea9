package lessons

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// sameValue reports whether what a person typed is what was captured. Text is
// compared without the space and the quotes around it, numbers as numbers, media
// types without regard to case and to their parameters, durations to the digits
// that are shown.
func sameValue(want any, given string) bool {
	given = bare(given)
	switch want := want.(type) {
	case time.Duration:
		d, err := time.ParseDuration(strings.ReplaceAll(given, " ", ""))
		return err == nil && (sim.Human(d) == sim.Human(want) || math.Abs(float64(d-want)) <= 0.01*float64(want))
	case int, int64, float64:
		return sameNumber(fmt.Sprint(want), given)
	case bool:
		return given == people(want)
	}
	text := bare(fmt.Sprint(want))
	return text == given || sameNumber(text, given) || isMediaType(text) && strings.EqualFold(text, mediaType(given)) ||
		strings.EqualFold(noSpace(text), noSpace(given)) && strings.ContainsAny(text, ", ")
}

// bare is s without the space and one pair of quotes around it.
func bare(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

func sameNumber(a, b string) bool {
	b = strings.NewReplacer(" ", "", thin, "").Replace(b)
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && x == y
}

// isMediaType reports whether s looks like "application/json".
func isMediaType(s string) bool {
	kind, sub, ok := strings.Cut(s, "/")
	return ok && kind != "" && sub != "" && !strings.ContainsAny(s, " ;,") && !strings.Contains(sub, "/")
}

// mediaType is s without parameters such as "; charset=utf-8".
func mediaType(s string) string {
	kind, _, _ := strings.Cut(s, ";")
	return strings.TrimSpace(kind)
}

func noSpace(s string) string { return strings.Join(strings.Fields(s), "") }
