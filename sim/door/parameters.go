package door

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/msc-sim/msc-sim/sim"
)

// count reads a whole number between 1 and limit.
func count(s, what string, limit int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, sim.Invalidf("%q is not a number of %s", s, what).WithFix("a whole number from 1 to %d", limit)
	}
	if n < 1 || n > limit {
		return 0, sim.Invalidf("cannot take %d %s", n, what).WithFix("choose 1 to %d", limit)
	}
	return n, nil
}

// name checks that w could be the name of something of a world.
func name(w, what string) error {
	switch {
	case w != "" && len(w) <= 64 && !strings.ContainsFunc(w, notInNames) && !strings.HasSuffix(w, "-"):
		return nil
	case strings.HasSuffix(w, "-") || strings.ContainsAny(w, ":→>"):
		if _, err := sim.ParseLink(w); err != nil {
			return err
		}
		return sim.Invalidf("%q is a link, not a %s", w, what)
	default:
		return sim.Invalidf("%q is not a %s", w, what)
	}
}

func notInNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
}

// target reads "payment" or "payment#2".
func target(words []string) (string, error) {
	if len(words) != 1 {
		return "", sim.Invalidf("this command takes one service or instance, not %d words", len(words))
	}
	service, _, numbered := strings.Cut(words[0], "#")
	if err := name(service, "service"); err != nil {
		return "", err
	}
	in, err := sim.ParseInstance(words[0])
	if err != nil || !numbered {
		return service, err
	}
	return in.Service + "#" + strconv.Itoa(in.N), nil
}
