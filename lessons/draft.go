package lessons

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// draft is lesson.md taken apart, before anything in it is understood:
//
//	---
//	front matter (YAML)
//	---
//	## Title {more} {show client order}
//	prose
//	```kind name
//	lines of a block; one that begins with two spaces continues the line above
//	```
type draft struct {
	front piece
	steps []draftStep
}

type draftStep struct {
	title  piece
	more   bool
	show   []string
	prose  piece
	blocks []block
}

// block is one fenced part of a step.
type block struct {
	kind, name string
	lines      []piece
	all        piece // the lines as they stand
	at         spot
}

func blockKinds() []string { return []string{"predict", "do", "after", "quiz", "recall", "summary"} }

// scanner walks the lines of a file.
type scanner struct {
	file  string
	lines []string
	next  int
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

// parseDraft reads the form of a lesson.
func parseDraft(file string, data []byte) (*draft, error) {
	s, err := read(file, data)
	if err != nil {
		return nil, err
	}
	d := &draft{}
	if d.front, err = s.front(); err != nil {
		return nil, err
	}
	for s.more() {
		p := s.take()
		switch {
		case p.text == "":
		case strings.HasPrefix(p.text, "## "):
			if len(d.steps) == MaxSteps {
				return nil, p.at.invalid("more than %d steps", MaxSteps)
			}
			st, err := s.step(p.from(3).trim())
			if err != nil {
				return nil, err
			}
			d.steps = append(d.steps, st)
		default:
			return nil, p.at.invalid("this stands in no step").WithFix("a step begins with: ## Its title")
		}
	}
	if len(d.steps) == 0 {
		return nil, spot{file: file}.invalid("there are no steps").WithFix("a step begins with: ## Its title")
	}
	return d, nil
}

func (s *scanner) front() (piece, error) {
	if !s.more() || s.take().text != "---" {
		return piece{}, spot{s.file, 1, 0}.invalid("the front matter is missing").WithFix("the first line is ---, then fields such as title: REST, then --- again")
	}
	start := s.next
	for s.more() {
		if p := s.take(); p.text == "---" {
			return piece{strings.Join(s.lines[start:s.next-1], "\n"), spot{s.file, start + 1, 1}}, nil
		}
	}
	return piece{}, spot{s.file, 1, 0}.invalid("the front matter does not end").WithFix("close it with a line that is ---")
}

// step reads what follows a title until the next one.
func (s *scanner) step(title piece) (st draftStep, err error) {
	if st, err = marks(title); err != nil {
		return st, err
	}
	start := s.next
	end := start
	for s.more() && !strings.HasPrefix(s.lines[s.next], "## ") {
		p := s.take()
		switch {
		case strings.HasPrefix(p.text, "```"):
			b, err := s.block(p)
			if err != nil {
				return st, err
			}
			st.blocks = append(st.blocks, b)
		case p.text == "":
		case len(st.blocks) > 0:
			return st, p.at.invalid("text stands after a block").WithFix("the text of a step comes before its blocks; what follows the task belongs into ```after")
		default:
			end = s.next
		}
	}
	st.prose = piece{strings.Join(s.lines[start:end], "\n"), spot{s.file, start + 1, 1}}
	return st, nil
}

// marks takes {more} and {show a b} from a title.
func marks(title piece) (draftStep, error) {
	st := draftStep{title: title}
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
		case len(words) > 1 && words[0] == "show":
			for _, w := range words[1:] {
				st.show = append(st.show, strings.Trim(w, ","))
			}
		default:
			return st, mark.at.unknown("mark", strings.Join(words, " "), []string{"more", "show"})
		}
		st.title = st.title.part(0, i).trim()
	}
	if st.title.text == "" {
		return st, title.at.invalid("a step has no title")
	}
	return st, nil
}

// block reads from its opening line to its closing one.
func (s *scanner) block(open piece) (block, error) {
	kind, name := open.from(3).word()
	b := block{kind: kind, name: name.text, at: open.at}
	if !slices.Contains(blockKinds(), kind) {
		return b, open.spot(3).unknown("block", kind, blockKinds())
	}
	start := s.next
	for s.more() {
		p := s.take()
		switch {
		case p.text == "```":
			b.all = piece{strings.Join(s.lines[start:s.next-1], "\n"), spot{s.file, start + 1, 1}}
			return b, nil
		case strings.HasPrefix(p.text, "## "):
			return b, b.at.invalid("the block %s is not closed", kind).WithFix("close it with ```")
		case strings.HasPrefix(p.text, "  ") && len(b.lines) > 0:
			b.lines[len(b.lines)-1].text += "\n" + p.text
		case p.text != "":
			b.lines = append(b.lines, p)
		}
	}
	return b, b.at.invalid("the block %s is not closed", kind).WithFix("close it with ```")
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
