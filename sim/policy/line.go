package policy

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
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
	words, err := form.Words(line)
	if err != nil {
		return "", nil, err
	}
	if len(words) == 0 {
		return "", nil, sim.Invalidf("a policy is missing").WithFix("such as: retry tries=3")
	}
	plain, params, err := form.Pairs(words[1:])
	if err == nil && len(plain) > 0 {
		err = form.NoPair(plain[0])
	}
	return words[0], params, err
}
