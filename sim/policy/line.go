package policy

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// MaxLine bounds a policy as it is written, in bytes.
const MaxLine = 4096

// Parse reads a policy as it stands in a world file, "retry tries=3", and gives
// its word and its parameters for [Make] or [Preset]. A value with spaces stands
// in double quotes: text="come back later".
func Parse(line string) (word string, params map[string]string, err error) {
	if len(line) > MaxLine {
		return "", nil, sim.Invalidf("this policy is too long").WithFix("at most %d bytes", MaxLine)
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word == "" {
		return "", nil, sim.Invalidf("a policy is missing").WithFix("such as: retry tries=3")
	}
	for rest = strings.TrimLeft(rest, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		name, after, ok := strings.Cut(rest, "=")
		if !ok || name == "" || strings.ContainsAny(name, ` "`) {
			return "", nil, sim.Invalidf("%q is not a parameter", sim.Visible(clip(rest))).WithFix("write it as name=value, such as: retry tries=3")
		}
		v, left, err := cutValue(after)
		if err != nil {
			return "", nil, err
		}
		if _, twice := params[name]; twice {
			return "", nil, sim.Invalidf("%s= is given twice", sim.Visible(clip(name))).WithFix("give it once")
		}
		if params == nil {
			params = map[string]string{}
		}
		params[name], rest = v, left
	}
	return word, params, nil
}

// cutValue takes the value from the front of s: up to a space, or in quotes.
func cutValue(s string) (v, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		v, rest, _ = strings.Cut(s, " ")
		return v, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", sim.Invalidf("the closing quote is missing").WithFix(`put a " at the end of the quoted part`)
	}
	v, err = strconv.Unquote(quoted)
	return v, s[len(quoted):], err
}
