package lessons

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// swaps are words of a lesson's files that an assignment may replace, each with
// what may stand in its place. Lists of one swaps have the same length and are
// chosen from together, so that a number changes where it is set and where it is
// told:
//
//	vary:
//	  - {"101": [102, 103, 104]}
//	  - {"2s": [1s, 3s], "two seconds": [one second, three seconds]}
type swaps map[string][]string

// Bounds of what varies.
const (
	maxSwaps        = 20
	maxAlternatives = 50
)

// checkVary refuses words that the lesson does not have.
func (l *Lesson) checkVary(at spot, all []swaps) error {
	if len(all) > maxSwaps {
		return at.invalid("more than %d things vary", maxSwaps)
	}
	for _, s := range all {
		n := -1
		for _, word := range slices.Sorted(maps.Keys(s)) {
			switch {
			case len(s[word]) == 0 || len(s[word]) > maxAlternatives:
				return at.invalid("%q has %d alternatives", word, len(s[word])).WithFix("between 1 and %d", maxAlternatives)
			case n >= 0 && len(s[word]) != n:
				return at.invalid("%q has %d alternatives, and what varies with it has %d", word, len(s[word]), n)
			case !l.written.has(word):
				return at.invalid("%q stands nowhere in this lesson", word).WithFix("name a word as it is written in its files")
			}
			n = len(s[word])
		}
	}
	return nil
}

// has reports whether a word stands in one of the files, vary left out.
func (s *source) has(word string) bool {
	for file, data := range s.files() {
		text := string(*data)
		if file == "lesson.md" {
			_, text, _ = strings.Cut(text, "\n---")
		}
		if word != "" && swap(text, map[string]string{word: "\x00"}) != text {
			return true
		}
	}
	return false
}

// personal is the lesson as one seed makes it: other numbers in its files, three
// questions of its quiz in another order, and one of the steps beyond the core
// before them. It says what was swapped. The same lesson and seed give the same.
func (l *Lesson) personal(seed uint64) (*Lesson, map[string]string, error) {
	chance := rand.New(rand.NewPCG(seed, 0))
	swapped := map[string]string{}
	for _, s := range l.vary {
		words := slices.Sorted(maps.Keys(s))
		if len(words) == 0 {
			continue
		}
		if i := chance.IntN(len(s[words[0]]) + 1); i > 0 { // 0 leaves it as it is
			for _, w := range words {
				swapped[w] = s[w][i-1]
			}
		}
	}
	var w source
	from := l.written
	to := map[string]*[]byte{}
	for file, data := range w.files() {
		to[file] = data
	}
	for file, data := range from.files() {
		*to[file] = []byte(swap(string(*data), swapped))
	}
	p, err := w.lesson(l.folder)
	if err != nil {
		return nil, nil, err
	}
	p.choose(chance)
	return p, swapped, nil
}

// quizOf is how many questions of a quiz an assignment asks.
const quizOf = 3

// choose leaves out what an assignment does not ask. l must be of its own.
func (l *Lesson) choose(chance *rand.Rand) {
	var bonus []int
	for i := range l.steps {
		st := &l.steps[i]
		chance.Shuffle(len(st.quiz), func(a, b int) { st.quiz[a], st.quiz[b] = st.quiz[b], st.quiz[a] })
		st.quiz = st.quiz[:min(len(st.quiz), quizOf)]
		for _, q := range st.quiz {
			chance.Shuffle(len(q.choices), func(a, b int) { q.choices[a], q.choices[b] = q.choices[b], q.choices[a] })
		}
		if st.more && l.standsAlone(*st) {
			bonus = append(bonus, i)
		}
	}
	core := l.steps[:l.coreSteps():l.coreSteps()]
	if len(bonus) > 0 {
		b := l.steps[bonus[chance.IntN(len(bonus))]]
		b.more = false
		core = slices.Insert(core, l.lastQuiz(), b)
	}
	l.steps = core
	l.Info.Steps = len(core)
}

// lastQuiz is where the last quiz of the core stands, or the end of the core.
func (l *Lesson) lastQuiz() int {
	core := l.coreSteps()
	for i := core - 1; i >= 0; i-- {
		if len(l.steps[i].quiz) > 0 {
			return i
		}
	}
	return core
}

// standsAlone reports whether a step beyond the core can be done without the
// other ones there, and without another terminal.
func (l *Lesson) standsAlone(st step) bool {
	if st.task == nil || slices.ContainsFunc(l.answers[st.title], func(l line) bool { return l.visit }) {
		return false
	}
	for _, other := range l.steps {
		if other.more && other.title != st.title && slices.ContainsFunc(l.needs(st), other.keeps) {
			return false
		}
	}
	return true
}

// swap replaces words where they stand by themselves, all at once and the
// longest first: "101" in "item=101", but not in "1010".
func swap(text string, words map[string]string) string {
	if len(words) == 0 {
		return text
	}
	longest := slices.SortedFunc(maps.Keys(words), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var b strings.Builder
	before := ' '
	for i := 0; i < len(text); {
		word := ""
		if !inWord(before) {
			word = wordIn(text[i:], longest)
		}
		if word == "" {
			r, n := utf8.DecodeRuneInString(text[i:])
			b.WriteString(text[i : i+n])
			before = r
			i += n
			continue
		}
		b.WriteString(words[word])
		before, _ = utf8.DecodeLastRuneInString(word)
		i += len(word)
	}
	return b.String()
}

// wordIn is the first of words that text begins with, as a word of its own.
func wordIn(text string, words []string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(text, w); ok && w != "" {
			if r, _ := utf8.DecodeRuneInString(rest); rest == "" || !inWord(r) {
				return w
			}
		}
	}
	return ""
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// edition tells lessons of the same name apart: the beginning of a sum over
// their files.
func (l *Lesson) edition() string {
	h := sha256.New()
	for file, data := range l.written.files() {
		h.Write([]byte(file + "\x00"))
		h.Write(*data)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
