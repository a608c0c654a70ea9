package lessons

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// likeness says how what a person typed compares with what was measured.
type likeness uint8

const (
	different likeness = iota
	near               // it is a part of it, or something is missing
	same
)

// compared compares what a person typed with what was captured or measured. How it
// is written does not count: units, case, spaces, quotes, separators of thousands,
// number words, the name of a header before its value, and the last name of a
// contract for the whole of it. Where something is missing, what says so.
func compared(want any, given string) (l likeness, what string) {
	given = bare(given)
	switch want := want.(type) {
	case time.Duration:
		return comparedDuration(want, given)
	case int, int64, float64:
		return comparedNumber(fmt.Sprint(want), given), ""
	case bool:
		word := map[string]string{"true": "yes", "y": "yes", "false": "no", "n": "no"}
		g := strings.ToLower(given)
		if w, ok := word[g]; ok {
			g = w
		}
		if g == people(want) {
			return same, ""
		}
		return different, ""
	}
	return comparedText(bare(fmt.Sprint(want)), given)
}

func comparedDuration(want time.Duration, given string) (likeness, string) {
	text := strings.ReplaceAll(strings.ToLower(noSpace(given)), ",", ".")
	for _, u := range [][2]string{{"milliseconds", "ms"}, {"microseconds", "us"}, {"seconds", "s"}, {"second", "s"}, {"msec", "ms"}, {"sec", "s"}} {
		text = strings.Replace(text, u[0], u[1], 1)
	}
	d, err := time.ParseDuration(text)
	switch {
	case err == nil && (sim.Human(d) == sim.Human(want) || math.Abs(float64(d-want)) <= 0.01*float64(want)):
		return same, ""
	case err != nil && strings.HasPrefix(sim.Human(want), strings.ReplaceAll(given, ",", ".")) && given != "":
		return near, "add the unit"
	}
	return different, ""
}

var (
	numberWords = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	// a number in groups of three or not, with what may stand behind it
	numbered = regexp.MustCompile(`^([-+]?\d+(?:[ ,'_\x{a0}\x{2009}\x{202f}]\d{3})*(?:\.\d+)?|\.\d+)\s*([\p{L}%µ ]*)$`)
	groups   = strings.NewReplacer(" ", "", ",", "", "'", "", "_", "", thin, "", "\u2009", "", "\u202f", "")
)

// numberOf reads a number as people write it, with a unit or a status text behind it.
func numberOf(given string) (n float64, unit string, ok bool) {
	word, rest, _ := strings.Cut(strings.ToLower(given), " ")
	for i, w := range numberWords {
		if word == w {
			return float64(i), strings.TrimSpace(rest), true
		}
	}
	m := numbered.FindStringSubmatch(given)
	if m == nil {
		return 0, "", false
	}
	n, err := strconv.ParseFloat(groups.Replace(m[1]), 64)
	return n, strings.TrimSpace(m[2]), err == nil
}

func comparedNumber(want, given string) likeness {
	x, unit, ok := numberOf(want)
	y, _, ok2 := numberOf(given)
	if ok && ok2 && unit == "" && x == y {
		return same
	}
	return different
}

func comparedText(want, given string) (likeness, string) {
	if name, value, header := strings.Cut(given, ": "); header && !strings.Contains(name, " ") && !strings.Contains(want, ": ") {
		given = bare(value)
	}
	if comparedNumber(want, given) == same {
		return same, ""
	}
	if _, unit, ok := numberOf(want); ok && unit == "" {
		if _, unit, ok := numberOf(given); ok && unit == "" {
			return different, ""
		}
	}
	w, g := plainly(want), plainly(given)
	media := isMediaType(want)
	if media {
		g = plainly(mediaType(given))
	}
	switch {
	case g == w, w == strings.TrimPrefix(g, "0x") && w != "":
		return same, ""
	case g == plainly(want[strings.LastIndexByte(want, '.')+1:]) && strings.Count(want, ".") > 1:
		return same, "" // PreviewOrder of shop.order.v1.PreviewOrder
	case len(given) >= 3 && strings.Contains(w, g) && media:
		return near, "the whole media type"
	case len(given) >= 3 && strings.Contains(w, g):
		return near, "the whole value"
	case len(w) >= 3 && strings.Contains(g, w):
		return near, "only the value"
	}
	return different, ""
}

// plainly is s without what does not count: case, spaces, dashes, quotes.
func plainly(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\u00a0-_\"'`", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// bare is s without the space and one pair of quotes around it.
func bare(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && strings.ContainsRune("\"'`", rune(s[0])) && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return strings.TrimRight(s, ".;")
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

// mostLooked is in how many messages a wrong value is looked for.
const mostLooked = 60

// crossed reports whether a value is in the bytes of this step, so that a person who
// read it there is not told that it never crossed.
func (e *evidence) crossed(given string) bool {
	given = strings.ToLower(bare(given))
	hops := e.window.hops
	for _, h := range hops[max(0, len(hops)-mostLooked):] {
		x, _ := e.world.Exchange(h.link, h.span)
		for _, c := range []sim.Captured{x.Request, x.Response} {
			text := c.Start + "\n" + string(c.Body)
			for _, l := range c.Lines {
				text += "\n" + l.Name + ": " + l.Value
			}
			if given != "" && wholeIn(strings.ToLower(text), given) {
				return true
			}
		}
	}
	return false
}

// wholeIn reports whether part stands in text and is not cut out of a word.
func wholeIn(text, part string) bool {
	letter := func(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' }
	for at := 0; ; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(part)
		if (from == 0 || !letter(text[from-1])) && (to == len(text) || !letter(text[to])) {
			return true
		}
		at = from + 1
	}
}

// replied is what is said of a value that was typed, behind the value itself.
func (e *evidence) replied(l likeness, what, given string) string {
	switch {
	case l == same:
		return "is right"
	case l == near:
		return "is nearly right: " + what
	case e.crossed(given):
		return "crossed too, but the task asks for something else"
	default:
		return "is not what the task asks for"
	}
}
