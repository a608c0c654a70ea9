package sim

// Nearest is the word of words that is closest to w, or "" when none is close
// enough to be meant (more than half of the letters would have to change).
func Nearest(w string, words []string) string {
	best, at := len([]rune(w))/2+1, ""
	for _, c := range words {
		if d := distance(w, c); d < best {
			best, at = d, c
		}
	}
	return at
}

// Unknown is the error for a word that is not among words. What names the kind
// of thing ("world", "link").
func Unknown(what, w string, words []string) *Error {
	e := Errorf(NotFound, "there is no %s %q", what, w)
	if n := Nearest(w, words); n != "" {
		return e.WithFix("did you mean %s?", n)
	}
	if len(words) > 0 && len(words) <= 40 {
		return e.WithFix("there are: %s", join(words))
	}
	return e
}

func join(words []string) string {
	s := ""
	for i, w := range words {
		if i > 0 {
			s += ", "
		}
		s += w
	}
	return s
}

// distance is the optimal string alignment distance: insertions, deletions,
// replacements and swaps of neighbours cost one each.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	prev2, prev, cur := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		cur[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(t)]
}
