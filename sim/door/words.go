package door

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// split takes a line apart at its spaces. Double quotes keep spaces together,
// anywhere in a word (note="a b"); inside them \" \\ \n \r \t stand for what they
// do in Go. Apostrophes are ordinary letters.
func split(line string) ([]string, error) {
	words, open := scan(line)
	if open {
		return nil, sim.Invalidf("the closing quote is missing").WithFix(`put a " at the end of the quoted part`)
	}
	return words, nil
}

// scan is split for a line that is still being typed: open says that its last
// quote is not closed yet.
func scan(line string) (words []string, open bool) {
	line = strings.TrimSpace(line)
	if rest, ok := strings.CutPrefix(line, ":"); ok {
		line = rest
	}
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

// join writes words as split reads them.
func join(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quote(w)
	}
	return strings.Join(out, " ")
}

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// quote writes one word so that split gives it back. Of a parameter only the
// value is quoted: note="a b".
func quote(w string) string {
	if w != "" && !strings.ContainsRune(w, '"') && !strings.ContainsFunc(w, unicode.IsSpace) {
		return w
	}
	key, value, ok := strings.Cut(w, "=")
	if ok && key != "" && quote(key) == key {
		return key + `="` + escapes.Replace(value) + `"`
	}
	return `"` + escapes.Replace(w) + `"`
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
