package mscsim_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// word is one that no text for people uses, because a reader stops at it: it is
// out of use, a metaphor of ours, or says "somebody" where a service acts.
type word struct {
	not     string // as a regular expression, in any case
	use     string // instead
	but     string // where it may stand all the same, as a regular expression; "" = nowhere
	because string // why it may
}

// wordsOut is the list that the texts are held to, for good.
var wordsOut = []word{
	{not: `\b(whoever|whomever)\b`, use: "the service, the consumer, you"},
	{not: `\b(some|no|every|any)body\b`, use: "the service, the consumer, a person"},
	{not: `\bshall\b`, use: "must, will"},
	{not: `\banew\b`, use: "again, from the beginning", but: "`anew`|say, pause, .*anew", because: "a line of a demo is called so"},
	{not: `\bin earnest\b`, use: "in production"},
	{not: `\bmend(s|ed|ing)?\b`, use: "repair, correct"},
	{not: `\breckon(s|ed|ing)?\b`, use: "count, calculate"},
	{not: `\bverdicts?\b`, use: "status code, status, result"},
	{not: `\bletters?\b`, use: "message; email", but: `dead[- ]letters?|(lower-case|small|capital) letters|a letter first|letters, digits|\d+ letters|%d letters|in letters|a letter marks`, because: "the dead letters of brokers, and letters of the alphabet"},
	{not: `\bhand(s|ed|ing)? (in|out|over|on)\b`, use: "send, publish, deliver, pass"},
	{not: `\bin hand\b`, use: "unacknowledged; unacked on screens"},
	{not: `\bbur(y|ies|ied|ying)\b`, use: "dead-letter"},
	{not: `\b(dies|died|dying)\b`, use: "crashes, is killed, stops"},
	{not: `\bbit(e|es|ten|ing)\b`, use: "hit"},
	{not: `\bdeal(s|t|ing)? with\b`, use: "handle"},
	{not: `\b(in|out of) order\b`, use: "in sequence, out of sequence; valid", but: `in order (alone|and (one|all) subscribers?|to\b)`, because: "the service order, and a purpose"},
	{not: `\bst(and|ands|ood) still\b`, use: "is paused, hangs"},
	{not: `\bwoken\b`, use: "on call"},
	{not: `\bstr(ike|ikes|uck) out\b`, use: "remove"},
	{not: `\b(unwell|in good health)\b`, use: "the failure: refused, timed out, returns 503"},
	{not: `\bdanc(e|es|er|ing)\b`, use: "choreography, publish"},
	{not: `\bpatience\b`, use: "timeout, deadline"},
	{not: `\bpil(e|es|ed) up\b`, use: "wait in the queue"},
	{not: `\b(gave|gives|give) no answer\b`, use: "did not respond"},
}

// A text for people uses none of the words that make them read twice, and names
// who acts: few "who" and few "somebody".
func TestWords(t *testing.T) {
	for _, file := range texts(t) {
		prose := proseOf(t, file)
		for _, l := range prose {
			for _, w := range wordsOut {
				left := l.text
				if w.but != "" {
					left = regexp.MustCompile(`(?i)`+w.but).ReplaceAllString(left, "")
				}
				if found := regexp.MustCompile(`(?i)` + w.not).FindString(left); found != "" {
					t.Errorf("%s:%d: %q: say %s (%s)", file, l.line, found, w.use, l.text)
				}
			}
		}
		if strings.HasSuffix(file, ".md") {
			rates(t, file, prose)
		}
	}
}

// Counts of indirect words in 1,000 words of prose, as published prose of the
// field has them at most.
const (
	mostWho        = 2
	mostIndefinite = 8
	fewWords       = 150 // below that one word is a rate of its own
)

func rates(t *testing.T, file string, prose []saidLine) {
	t.Helper()
	words, who, indefinite := 0, 0, 0
	for _, l := range prose {
		words += len(wordOf.FindAllString(l.text, -1))
		who += len(whoWord.FindAllString(l.text, -1))
		indefinite += len(indefiniteWord.FindAllString(l.text, -1)) + pronounOnes(l.text)
	}
	if words < fewWords {
		return
	}
	if n := 1000 * float64(who) / float64(words); n >= mostWho {
		t.Errorf("%s: %.1f of 1,000 words are who, whom or whose: name the service", file, n)
	}
	if n := 1000 * float64(indefinite) / float64(words); n >= mostIndefinite {
		t.Errorf("%s: %.1f of 1,000 words are something, none, one: name the thing", file, n)
	}
}

var (
	wordOf         = regexp.MustCompile(`[A-Za-z][\w'’-]*`)
	whoWord        = regexp.MustCompile(`(?i)\b(who|whom|whoever|whose)\b`)
	indefiniteWord = regexp.MustCompile(`(?i)\b(some|any|every|no)(body|one|thing)\b|\bnone\b`)
	one            = regexp.MustCompile(`(?i)\bone\b`)
	numberOne      = regexp.MustCompile(`(?i)^\s+(after another|by one|at a time|or two|or more|to|and a half|of (the |these |those |its |their |your |our )?[a-z]*\s?[a-z]*s\b)`)
	afterPronoun   = regexp.MustCompile(`(?i)^\s*($|[.,:;?!)*]|(is|was|are|has|had|may|can|cannot|could|will|would|must|should|does|did|do|that|which|who|of|in|on|at|with|without|from|for|by|to|before|after|behind|and|or|but|as|than|when|while|if|takes|took|gets|got|goes|went|waits|waited|fails|failed|needs|works|runs|sends|it|this|they|another|alone|again)\b)`)
)

// pronounOnes counts "one" where it is no number: "the one that".
func pronounOnes(text string) (n int) {
	for _, at := range one.FindAllStringIndex(text, -1) {
		after := text[at[1]:]
		if !numberOne.MatchString(after) && afterPronoun.MatchString(after) {
			n++
		}
	}
	return n
}

// texts are the files with texts for people.
func texts(t *testing.T) (all []string) {
	t.Helper()
	add := func(pattern string) {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, f := range found {
			if !strings.HasSuffix(f, "_test.go") && !forTests(f) {
				all = append(all, f)
			}
		}
	}
	for _, p := range []string{
		"*.md", "docs/*.md", "lessons/*/lesson.md", "lessons/template/*/lesson.md", "lessons/demo/*.md",
		"lessons/*/world.yaml", "lessons/template/*/world.yaml", "sim/worldfile/worlds/*.yaml",
		"lessons/*.go", "lessons/demo/*.go", "cmd/internal/cli/*.go", "cmd/internal/plain/*.go", "cmd/internal/tui/*.go", "sim/*.go", "sim/door/*.go", "sim/fault/*.go", "sim/lab/*.go",
		"sim/policy/*.go", "sim/world/*.go", "sim/view/*.go", "services/*/*.go", "services/internal/service/*.go",
		"sim/form/*.go", "sim/mapping/*.go", "sim/worldfile/*.go", "sim/usecase/*.go", "sim/load/*.go", "sim/transport/*/*.go", "embedded/*/*.go", "cmd/internal/tui/*/*.go", "cmd/internal/tui/scene/*/*.go", "cmd/internal/control/*.go",
	} {
		add(p)
	}
	return slices.DeleteFunc(all, func(f string) bool { return f == "CHANGELOG.md" }) // it tells of former words, too
}

// forTests reports whether only tests use a file: its texts are names of tests.
func forTests(file string) bool {
	return slices.Contains([]string{"conform", "tuitest"}, filepath.Base(filepath.Dir(file)))
}

// saidLine is one line of a file as a person reads it.
type saidLine struct {
	line int
	text string
}

func proseOf(t *testing.T, file string) (all []saidLine) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(file) {
	case ".go":
		return literals(t, file, data)
	case ".yaml":
		return abouts(string(data))
	default:
		return markdown(string(data))
	}
}

// literals are the string literals of a Go file that are more than one word: names
// of fields and commands are not prose.
func literals(t *testing.T, file string, data []byte) (all []saidLine) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, data, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && f.Tag != nil {
			return false
		}
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil && strings.Contains(s, " ") {
				all = append(all, saidLine{set.Position(l.Pos()).Line, s})
			}
		}
		return true
	})
	return all
}

// abouts are the texts of a world file.
func abouts(data string) (all []saidLine) {
	for i, l := range strings.Split(data, "\n") {
		if _, said, ok := strings.Cut(l, "about: "); ok {
			all = append(all, saidLine{i + 1, said})
		} else if _, remark, ok := strings.Cut(l, "# "); ok {
			all = append(all, saidLine{i + 1, remark})
		}
	}
	return all
}

var (
	fence      = regexp.MustCompile("^(`{3,})\\s*(\\w*)")
	valued     = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	code       = regexp.MustCompile("`[^`]*`")
	choiceLine = regexp.MustCompile(`^\d+\s+(.*?)\s+=\s.*$`)
	shownPart  = regexp.MustCompile(`\{(show|world)[^}]*\}|\{more\}`)
	typed      = regexp.MustCompile(`\s: [a-z]+\b.*$`)
	titled     = regexp.MustCompile(`^(title|promise|about|question|audience): (.*)`)
)

// markdown is what a person reads of a lesson, a demo or a document: no code, no
// expressions, no commands.
func markdown(data string) (all []saidLine) {
	data = valued.ReplaceAllStringFunc(data, func(s string) string { return "7" + strings.Repeat("\n", strings.Count(s, "\n")) })
	lines := strings.Split(data, "\n")
	i := -1
	if lines[0] == "---" {
		for i = 1; i < len(lines) && lines[i] != "---"; i++ {
			if m := titled.FindStringSubmatch(lines[i]); m != nil {
				all = append(all, saidLine{i + 1, m[2]})
			}
		}
	}
	open, block := "", ""
	for i++; i < len(lines); i++ {
		if m := fence.FindStringSubmatch(lines[i]); m != nil && (open == "" || m[1] == open) {
			if open != "" {
				open, block = "", ""
			} else {
				open, block = m[1], m[2]
			}
			continue
		}
		if l, said := readLine(block, open != "", lines[i]); said {
			l = typed.ReplaceAllString(code.ReplaceAllString(shownPart.ReplaceAllString(l, ""), "code"), "")
			all = append(all, saidLine{i + 1, l})
		}
	}
	return all
}

// readLine is what is prose of one line in a block.
func readLine(block string, in bool, l string) (text string, said bool) {
	if !in {
		return l, true
	}
	first, rest, _ := strings.Cut(l, " ")
	switch block {
	case "after":
		return l, true
	case "do":
		if slices.Contains([]string{"setup", "enter", "and", "wait", "check", "only", "answer", "keep"}, first) {
			return "", false
		}
	case "summary":
		return rest, first != "try"
	case "play":
		return rest, first == "say" || first == "note"
	case "predict", "quiz", "recall", "ask":
		if m := choiceLine.FindStringSubmatch(l); m != nil {
			return m[1], true
		}
		if first == "only" {
			return "", false
		}
	default:
		return "", false
	}
	if slices.Contains([]string{"hint", "result", "otherwise", "because"}, first) {
		return rest, true
	}
	return l, true
}

// What the test of words reads is what a person reads.
func TestProse(t *testing.T) {
	lesson := "---\ntitle: A title\nminutes: 3\n---\n## A step {show a b}\nProse `code` here.\n" +
		"```predict x\nA question?\n1 a choice = count(\"anew\") == 1\n```\n" +
		"```do\nA task.\nenter send anew\ncheck count(\"anew\") >= 1\nhint Type  : send anew\n```\n" +
		"```after\nA {{last(\"anew\")}} value.\n```\n```play\nanew\nsay Short. | Long.\n```\n```sh\nanew\n```\n"
	var got []string
	for _, l := range markdown(lesson) {
		if l := strings.TrimSpace(l.text); l != "" {
			got = append(got, l)
		}
	}
	want := []string{"A title", "## A step", "Prose code here.", "A question?", "a choice", "A task.", "Type", "A 7 value.", "Short. | Long."}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
