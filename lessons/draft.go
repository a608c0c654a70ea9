package lessons

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// draft is lesson.md taken apart, before anything in it is understood:
//
//	---
//	front matter (YAML)
//	---
//	## Title {more} {points 2} {show client order}
//	prose
//	```kind name
//	lines of a block; one that begins with two spaces continues the line above
//	```
type draft struct {
	front  piece
	steps  []draftStep
	formed bool // there is a front matter
}

type draftStep struct {
	title  piece
	more   bool
	show   []string
	points int // 0 = not said
	prose  piece
	blocks []block
	torn   bool // something in its form is wrong
}

// block is one fenced part of a step.
type block struct {
	kind, name string
	lines      []piece
	all        piece // the lines as they stand
	at         spot
}

// blockForms are the blocks of a step.
func blockForms() []Term {
	return []Term{
		{"predict NAME", nil, "a question before the task, with choices: 1 TEXT = CONDITION. Lines only if and otherwise as in a task"},
		{"do", nil, "a task: its text, then its lines"},
		{"after", nil, "text that is shown when the task is done"},
		{"quiz NAME", nil, "a question with choices, and below each choice: because TEXT. A step has 3 to 5 of them and no task"},
		{"recall NAME", nil, "one quiz question by itself, about an earlier step"},
		{"summary", nil, "the end of a lesson, in lines that begin with did, remember or try"},
	}
}

func blockKinds() []string { return WordsOf(blockForms()) }

// scanner walks the lines of a file.
type scanner struct {
	file  string
	lines []string
	next  int
	errs  []error // of the form; reading goes on behind them
}

// read takes a file apart into lines after checking that it is text of a
// bearable size.
func read(file string, data []byte) (*scanner, error) {
	at := spot{file: file}
	if len(data) > MaxFile {
		return nil, at.invalid("the file is larger than %d KiB", MaxFile>>10)
	}
	if !utf8.Valid(data) {
		return nil, at.invalid("the file is not text").WithFix("save it as UTF-8")
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
	return &scanner{file: file, lines: strings.Split(text, "\n")}, nil
}

func (s *scanner) more() bool { return s.next < len(s.lines) }

// take returns the next line without the space at its end.
func (s *scanner) take() piece {
	s.next++
	return piece{strings.TrimRight(s.lines[s.next-1], " \t"), spot{s.file, s.next, 1}}
}

// parseDraft reads the form of a lesson, with everything that is wrong in it. The
// draft is nil when there is nothing to understand.
func parseDraft(file string, data []byte) (*draft, []error) {
	s, err := read(file, data)
	if err != nil {
		return nil, []error{err}
	}
	d := &draft{}
	d.front, d.formed = s.front()
	stray := !d.formed // what stands before the first step was told of
	for s.more() {
		p := s.take()
		switch {
		case p.text == "":
		case strings.HasPrefix(p.text, "## "):
			if len(d.steps) == MaxSteps {
				s.wrong(p.at.invalid("more than %d steps", MaxSteps))
				return d, s.errs
			}
			d.steps = append(d.steps, s.step(p.from(3).trim()))
		case !stray:
			stray = true
			s.wrong(p.at.invalid("this stands in no step").WithFix("a step begins with: ## Its title"))
		}
	}
	if len(d.steps) == 0 {
		s.wrong(spot{file: file}.invalid("there are no steps").WithFix("a step begins with: ## Its title"))
		return nil, s.errs
	}
	return d, s.errs
}

func (s *scanner) wrong(err error) { s.errs = append(s.errs, err) }

// front reads up to the second ---, or to the first step when there is none.
func (s *scanner) front() (p piece, ok bool) {
	if s.lines[0] = strings.TrimRight(s.lines[0], " \t"); s.lines[0] != "---" {
		s.wrong(spot{s.file, 1, 0}.invalid("the front matter is missing").WithFix("the first line is ---, then fields such as title: REST, then --- again"))
		return piece{}, false
	}
	s.next++
	start := s.next
	front := func(end int) piece { return piece{strings.Join(s.lines[start:end], "\n"), spot{s.file, start + 1, 1}} }
	for s.more() && !strings.HasPrefix(s.lines[s.next], "## ") {
		if s.take().text == "---" {
			return front(s.next - 1), true
		}
	}
	s.wrong(spot{s.file, 1, 0}.invalid("the front matter does not end").WithFix("close it with a line that is ---"))
	return front(s.next), true
}

// step reads what follows a title until the next one.
func (s *scanner) step(title piece) draftStep {
	wrong := len(s.errs)
	st, err := marks(title)
	if err != nil {
		s.wrong(err)
	}
	start := s.next
	end := start
	behind := false // text behind a block was told of
	for s.more() && !strings.HasPrefix(s.lines[s.next], "## ") {
		p := s.take()
		switch {
		case strings.HasPrefix(p.text, "```"):
			if b, ok := s.block(p); ok {
				st.blocks = append(st.blocks, b)
			}
		case p.text == "":
		case len(st.blocks) > 0:
			if !behind {
				s.wrong(p.at.invalid("text stands after a block").WithFix("the text of a step comes before its blocks; what follows the task belongs into ```after"))
			}
			behind = true
		default:
			end = s.next
		}
	}
	st.prose = piece{strings.Join(s.lines[start:end], "\n"), spot{s.file, start + 1, 1}}
	st.torn = len(s.errs) > wrong
	return st
}

// marks takes {more}, {points 2} and {show a b} from a title.
func marks(title piece) (st draftStep, err error) {
	st.title = title
	for strings.HasSuffix(st.title.text, "}") {
		i := strings.LastIndexByte(st.title.text, '{')
		if i < 0 {
			break
		}
		mark := st.title.from(i)
		words := strings.Fields(strings.Trim(mark.text, "{}"))
		switch {
		case len(words) == 1 && words[0] == "more":
			st.more = true
		case len(words) == 2 && words[0] == "points":
			if st.points, err = strconv.Atoi(words[1]); err != nil || st.points < 1 || st.points > MaxPoints {
				err = mark.at.invalid("%q is no number of points", words[1]).WithFix("between 1 and %d", MaxPoints)
			}
		case len(words) > 1 && words[0] == "show":
			for _, w := range words[1:] {
				st.show = append(st.show, strings.Trim(w, ","))
			}
		default:
			err = mark.at.unknown("mark", strings.Join(words, " "), []string{"more", "points", "show"})
		}
		st.title = st.title.part(0, i).trim()
	}
	if st.title.text == "" {
		return st, title.at.invalid("a step has no title")
	}
	return st, err
}

// block reads from its opening line to its closing one, or to where the next block
// or step begins when it is not closed. One of an unknown kind is read as the
// nearest, so that what is wrong in it is found as well; its kind is "" when there is
// none. ok is false for a closing line too many.
func (s *scanner) block(open piece) (b block, ok bool) {
	kind, name := open.from(3).word()
	b = block{kind: kind, name: name.text, at: open.at}
	if !slices.Contains(blockKinds(), kind) {
		s.wrong(open.spot(3).unknown("block", kind, blockKinds()))
		if kind == "" {
			return b, false
		}
		b.kind = sim.Nearest(kind, blockKinds())
	}
	start := s.next
	lines := func(end int) piece { return piece{strings.Join(s.lines[start:end], "\n"), spot{s.file, start + 1, 1}} }
	for s.more() {
		if next := s.lines[s.next]; strings.HasPrefix(next, "## ") || strings.HasPrefix(next, "```") && strings.TrimRight(next, " \t") != "```" {
			break
		}
		p := s.take()
		switch {
		case p.text == "```":
			b.all = lines(s.next - 1)
			return b, true
		case strings.HasPrefix(p.text, "  ") && len(b.lines) > 0:
			b.lines[len(b.lines)-1].text += "\n" + p.text
		case p.text != "":
			b.lines = append(b.lines, p)
		}
	}
	b.all = lines(s.next)
	s.wrong(b.at.invalid("the block %s is not closed", kind).WithFix("close it with ```"))
	return b, true
}

// named checks the name that a block gives to its question.
func (b block) named() error {
	ok := b.name != "" && len(b.name) <= 40 && !strings.ContainsFunc(b.name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	})
	if !ok {
		return b.at.invalid("%s needs a name of its own", b.kind).WithFix("such as: ```%s took", b.kind)
	}
	return nil
}
