package demo

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/lessons"
)

// draft is a demo taken apart before anything in it is understood.
type draft struct {
	front    block
	worlds   []block // ```world blocks before the first chapter
	chapters []section
}

// section is a chapter: what stands below its title.
type section struct {
	title  line
	notes  []line
	blocks []block
}

// block is a fenced part.
type block struct {
	kind, rest string
	lines      []line
	at         lessons.Place
}

// line is one line with the place of its first letter.
type line struct {
	text string
	at   lessons.Place
}

func blockForms() []lessons.Term {
	return []lessons.Term{
		{Word: "world NAME", Text: "a world file, before the first chapter"},
		{Word: "setup", Text: "commands and waits before the first picture of a chapter"},
		{Word: "play", Text: "the lines of a chapter"},
		{Word: "ask 30s", Text: fmt.Sprintf("a question to the room, with at most %d choices: 1 TEXT = CONDITION", MaxChoices)},
	}
}

func blockKinds() []string { return lessons.WordsOf(blockForms()) }

// word takes the first word of l.
func (l line) word() (string, line) {
	first, rest, _ := strings.Cut(l.text, " ")
	trimmed := strings.TrimLeft(rest, " ")
	l.at.Col += utf8.RuneCountInString(first) + 1 + len(rest) - len(trimmed)
	return first, line{trimmed, l.at}
}

// cut parts l around sep.
func (l line) cut(sep string) (before, after line, found bool) {
	a, b, found := strings.Cut(l.text, sep)
	at := l.at
	at.Col += utf8.RuneCountInString(a) + utf8.RuneCountInString(sep)
	return line{strings.TrimRight(a, " "), l.at}, line{strings.TrimSpace(b), at}, found
}

// scanner walks the lines of a file.
type scanner struct {
	file  string
	lines []string
	next  int
}

func scan(file string, data []byte) (*draft, error) {
	at := lessons.Place{File: file}
	switch {
	case len(data) > MaxFile:
		return nil, at.Invalid("the file is larger than %d KiB", MaxFile>>10)
	case !utf8.Valid(data):
		return nil, at.Invalid("the file is not text").WithFix("save it as UTF-8")
	}
	s := &scanner{file: file, lines: strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")}
	d := &draft{}
	if s.take().text != "---" {
		return nil, lessons.Place{File: file, Line: 1}.Invalid("the front matter is missing").
			WithFix("the first line is ---, then fields such as title: An order, then --- again")
	}
	var err error
	if d.front, err = s.until("---", block{kind: "front matter", at: lessons.Place{File: file, Line: 1}}); err != nil {
		return nil, err
	}
	return d, s.body(d)
}

// take is the next line, without the space around it.
func (s *scanner) take() line {
	raw := s.lines[s.next]
	s.next++
	text := strings.TrimLeft(raw, " \t")
	return line{strings.TrimRight(text, " \t"), lessons.Place{File: s.file, Line: s.next, Col: 1 + utf8.RuneCountInString(raw) - utf8.RuneCountInString(text)}}
}

func (s *scanner) more() bool { return s.next < len(s.lines) }

// until reads the lines of a block as they stand.
func (s *scanner) until(end string, b block) (block, error) {
	for s.more() {
		raw := strings.TrimRight(s.lines[s.next], " \t")
		l := s.take()
		if l.text == end {
			return b, nil
		}
		if strings.HasPrefix(raw, "## ") || strings.HasPrefix(raw, "```") {
			break
		}
		b.lines = append(b.lines, line{raw, lessons.Place{File: s.file, Line: s.next, Col: 1}})
	}
	return b, b.at.Invalid("the %s does not end", b.kind).WithFix("close it with a line that is %s", end)
}

func (s *scanner) body(d *draft) error {
	for s.more() {
		l := s.take()
		var err error
		switch {
		case l.text == "" || strings.HasPrefix(l.text, "# "):
		case strings.HasPrefix(l.text, "## "):
			l.at.Col += 3
			d.chapters = append(d.chapters, section{title: line{strings.TrimSpace(l.text[3:]), l.at}})
		case strings.HasPrefix(l.text, "```"):
			err = s.block(d, l)
		case len(d.chapters) == 0:
			err = l.at.Invalid("this stands in no chapter").WithFix("a chapter begins with: ## Its title")
		default:
			err = d.note(l)
		}
		if err != nil {
			return err
		}
	}
	if len(d.chapters) == 0 {
		return lessons.Place{File: s.file}.Invalid("there are no chapters").WithFix("a chapter begins with: ## Its title")
	}
	return nil
}

// note is a line of a chapter outside of its blocks.
func (d *draft) note(l line) error {
	word, rest := l.word()
	if word != "note" || rest.text == "" {
		return l.at.Invalid("%q stands outside of a block", word).WithFix("for the speaker write: note …; what is played stands in ```play")
	}
	c := &d.chapters[len(d.chapters)-1]
	c.notes = append(c.notes, rest)
	return nil
}

func (s *scanner) block(d *draft, open line) error {
	kind, rest := line{open.text[3:], open.at}.word()
	b := block{kind: kind, rest: rest.text, at: open.at}
	known := false
	for _, k := range blockKinds() {
		known = known || k == kind
	}
	if !known {
		return open.at.Unknown("block", kind, blockKinds())
	}
	b, err := s.until("```", b)
	switch {
	case err != nil:
		return err
	case kind == "world" && len(d.chapters) > 0:
		return b.at.Invalid("a world stands in a chapter").WithFix("put it before the first ## title")
	case kind == "world":
		d.worlds = append(d.worlds, b)
	case len(d.chapters) == 0:
		return b.at.Invalid("the block %s stands in no chapter", kind).WithFix("a chapter begins with: ## Its title")
	default:
		c := &d.chapters[len(d.chapters)-1]
		c.blocks = append(c.blocks, b)
	}
	return nil
}
