package form

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// Words takes a line apart at its spaces. Double quotes keep spaces together,
// anywhere in a word (note="a b"); inside them \" \\ \n \r \t stand for what they
// do in Go. Apostrophes are ordinary letters.
func Words(line string) ([]string, error) {
	words, open := Scan(line)
	if open {
		return nil, sim.Invalidf("the closing quote is missing").WithFix(`put a " at the end of the quoted part`)
	}
	return words, nil
}

// Scan is [Words] for a line that is still being typed: open says that its last
// quote is not closed yet.
func Scan(line string) (words []string, open bool) {
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		piece := line[i : i+n]
		i += n
		switch {
		case r == '"':
			open, inWord = !open, true
		case open && r == '\\' && i < len(line):
			word.WriteString(unescape(line[i]))
			i++
		case !open && unicode.IsSpace(r):
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteString(piece)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, open
}

func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case '"', '\\':
		return string(rune(c))
	default:
		return `\` + string([]byte{c}) // not one of ours: both stay
	}
}

// Join writes words as [Words] reads them.
func Join(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = Quote(w)
	}
	return strings.Join(out, " ")
}

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// Quote writes one word so that [Words] gives it back. Of a parameter only the
// value is quoted: note="a b".
func Quote(w string) string {
	key, value, ok := strings.Cut(w, "=")
	if ok && key != "" && plain(key) {
		return key + "=" + quoted(value)
	}
	return quoted(w)
}

func quoted(s string) string {
	if plain(s) {
		return s
	}
	return `"` + escapes.Replace(s) + `"`
}

func plain(s string) bool {
	return s != "" && !strings.ContainsRune(s, '"') && !strings.ContainsFunc(s, unicode.IsSpace)
}

// Pairs parts words into those that stand by themselves and key=value
// pairs. With keys given, no other key is allowed. The map is nil when there are
// no pairs.
func Pairs(words []string, keys ...string) (plain []string, pairs map[string]string, err error) {
	for _, w := range words {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			plain = append(plain, w)
			continue
		}
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r == '"' || unicode.IsSpace(r) }) {
			return nil, nil, NoPair(w)
		}
		if len(keys) > 0 && !slices.Contains(keys, key) {
			return nil, nil, sim.Unknown("parameter", key, keys)
		}
		if _, twice := pairs[key]; twice {
			return nil, nil, sim.Invalidf("%s= is given twice", shown(key)).WithFix("give it once")
		}
		if pairs == nil {
			pairs = map[string]string{}
		}
		pairs[key] = value
	}
	return plain, pairs, nil
}

// NoPair is the error for a word that should be a parameter.
func NoPair(w string) error {
	return sim.Invalidf("%q is not a parameter", shown(w)).WithFix("write it as name=value, without spaces around =")
}
