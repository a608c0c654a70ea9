package door

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// scan takes a line apart that is perhaps still being typed: open says that its
// last quote is not closed yet.
func scan(line string) (words []string, open bool) {
	return form.Scan(strings.TrimPrefix(strings.TrimSpace(line), ":"))
}

// text is the rest of a line as one piece of free text.
func text(words []string) (string, error) {
	t := strings.Join(words, " ")
	if strings.TrimSpace(t) == "" {
		return "", sim.Invalidf("the text is missing")
	}
	return t, nil
}

// textWords takes free text apart again, so that plain sentences need no quotes.
func textWords(t string) []string {
	if words := strings.Fields(t); strings.Join(words, " ") == t {
		return words
	}
	return []string{t}
}
