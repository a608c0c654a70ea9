package door

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/msc-sim/msc-sim/sim"
)

// parameters parts words into those that stand by themselves and key=value
// pairs. With keys given, no other key is allowed. The map is nil when there are
// no pairs.
func parameters(words []string, keys ...string) (plain []string, pairs map[string]string, err error) {
	for _, w := range words {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			plain = append(plain, w)
			continue
		}
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r == '"' || unicode.IsSpace(r) }) {
			return nil, nil, sim.Invalidf("%q is not a parameter", w).WithFix("write it as name=value, without spaces around =")
		}
		if len(keys) > 0 && !slices.Contains(keys, key) {
			return nil, nil, sim.Unknown("parameter", key, keys)
		}
		if _, twice := pairs[key]; twice {
			return nil, nil, sim.Invalidf("%s= is given twice", key).WithFix("give it once")
		}
		if pairs == nil {
			pairs = map[string]string{}
		}
		pairs[key] = value
	}
	return plain, pairs, nil
}

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
