package part

import (
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

// brief is a sentence in at most w cells: whole, or what stands before its colon,
// or as many whole words as have room. It does not end in a word that wants
// another one. Only a first word that is too long is left as it is, to be cut
// where it is drawn.
//
//	charged c-1 18.18 EUR          →  charged c-1
//	mailed c-1: thank you for o-7  →  mailed c-1
func brief(w int, s string) string {
	if grid.Width(s) <= w {
		return s
	}
	s, _, _ = strings.Cut(s, ": ")
	words := strings.Fields(s)
	for n := len(words); n > 0; n-- {
		text := strings.TrimRight(strings.Join(words[:n], " "), ",:;.")
		if grid.Width(text) <= w && !wants(words[n-1]) {
			return text
		}
	}
	return s
}

// wants reports whether a sentence cannot end in a word: a small one that leads to
// the next, or a number without its unit.
func wants(word string) bool {
	return strings.Trim(word, "0123456789.,") == "" ||
		slices.Contains([]string{"a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "no", "not", "of", "on", "or", "that", "the", "to", "was", "who", "with"}, word)
}
