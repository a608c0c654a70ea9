package lessons

import (
	"errors"
	"strings"
)

// text is text with places for what happened in this run:
//
//	It took {{first("order:product").took}}.
//	{{if first("order:product").opened}}A connection was opened.{{else}}It was open.{{end}}
type text struct {
	parts []part
	at    spot
}

// part is one of: words that stand as they are, a value, or a branch.
type part struct {
	words     string
	value     *expression
	when      *expression
	then, els []part
}

// text compiles a piece of text.
func (sc *scope) text(p piece) (text, error) {
	c := &composer{scope: sc, p: p}
	parts, end, err := c.parts(0)
	if err != nil {
		return text{}, errors.Join(append(c.errs, err)...)
	}
	if len(c.errs) > 0 {
		return text{}, errors.Join(c.errs...)
	}
	if end != "" {
		return text{}, p.spot(c.last).invalid("{{%s}} closes nothing", end).WithFix("it belongs to an {{if …}} before it")
	}
	return text{parts: parts, at: p.at}, nil
}

// composer reads from left to right; i is where it stands, last where the last
// placeholder began.
type composer struct {
	scope   *scope
	p       piece
	i, last int
	errs    []error // expressions that are wrong; reading goes on behind them
}

// parts reads until the text ends or an {{else}} or {{end}} stands there, which
// it returns.
func (c *composer) parts(depth int) (all []part, end string, err error) {
	for {
		rest := c.p.text[c.i:]
		open := strings.Index(rest, "{{")
		if open < 0 {
			c.i = len(c.p.text)
			return words(all, rest), "", nil
		}
		all = words(all, rest[:open])
		c.last = c.i + open
		body := c.p.from(c.last + 2)
		inside, _, closed := body.cut("}}")
		if !closed || strings.Contains(inside.text, "{{") {
			return nil, "", c.p.spot(c.last).invalid("a {{ is not closed").WithFix("write }} behind the expression")
		}
		c.i = c.last + 2 + len(inside.text) + 2
		inside = inside.trim()
		switch word, rest := inside.word(); {
		case inside.text == "else" || inside.text == "end":
			return all, inside.text, nil
		case word == "if":
			p, err := c.branch(rest, depth+1)
			if err != nil {
				return nil, "", err
			}
			all = append(all, p)
		default:
			x, err := c.scope.value(inside)
			if err != nil {
				c.errs = append(c.errs, err)
				continue
			}
			all = append(all, part{value: x})
		}
	}
}

func (c *composer) branch(condition piece, depth int) (p part, err error) {
	start := c.p.spot(c.last)
	if depth > MaxNested {
		return p, start.invalid("{{if}} stands more than %d deep", MaxNested)
	}
	if p.when, err = c.scope.boolean(condition); err != nil {
		c.errs = append(c.errs, err)
	}
	var end string
	if p.then, end, err = c.parts(depth); err == nil && end == "else" {
		p.els, end, err = c.parts(depth)
	}
	if err == nil && end != "end" {
		err = start.invalid("this {{if}} does not end").WithFix("write {{end}} behind what it decides about")
	}
	return p, err
}

func words(all []part, s string) []part {
	if s == "" {
		return all
	}
	return append(all, part{words: s})
}

// fixed reports whether t has no placeholders, and what it says.
func (t text) fixed() (string, bool) {
	switch {
	case len(t.parts) == 0:
		return "", true
	case len(t.parts) == 1 && t.parts[0].value == nil && t.parts[0].when == nil:
		return t.parts[0].words, true
	default:
		return "", false
	}
}

// empty reports whether t says nothing.
func (t text) empty() bool { s, ok := t.fixed(); return ok && strings.TrimSpace(s) == "" }

// unknown stands where a value is not known.
const unknown = "…"

// blank is where a learner writes what was measured.
const blank = "_____"

// measured reports whether the value of x is found out by playing the lesson.
func (x *expression) measured() bool {
	return !strings.HasPrefix(x.source, "address(") && !strings.HasPrefix(x.source, "world_")
}

// fill writes t with the values of e. What cannot be known is left open, and the
// first reason why is returned beside the text.
func (t text) fill(e *evidence) (string, error) {
	var b strings.Builder
	err := fill(&b, t.parts, e)
	return b.String(), err
}

func fill(b *strings.Builder, parts []part, e *evidence) (first error) {
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	gone := false // a branch said nothing on a line of its own
	for _, p := range parts {
		if gone {
			p.words = strings.TrimPrefix(p.words, "\n")
		}
		before := b.Len()
		alone := before == 0 || strings.HasSuffix(b.String(), "\n")
		switch {
		case p.value != nil && e.blank && p.value.measured():
			b.WriteString(blank)
		case p.value != nil:
			v, err := e.eval(p.value)
			if err != nil {
				note(err)
				b.WriteString(unknown)
				continue
			}
			b.WriteString(people(v))
		case p.when != nil:
			yes, err := e.holds(p.when)
			note(err)
			if yes {
				note(fill(b, p.then, e))
			} else if err == nil {
				note(fill(b, p.els, e))
			}
		default:
			b.WriteString(p.words)
		}
		gone = p.when != nil && alone && b.Len() == before
	}
	return first
}

// open is t with every value left open.
func (t text) open() string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.value != nil || p.when != nil {
			b.WriteString(unknown)
		}
		b.WriteString(p.words)
	}
	return b.String()
}

// each calls f for every expression of t.
func (t text) each(f func(*expression)) { eachPart(t.parts, f) }

func eachPart(parts []part, f func(*expression)) {
	for _, p := range parts {
		if p.value != nil {
			f(p.value)
		}
		if p.when != nil {
			f(p.when)
		}
		eachPart(p.then, f)
		eachPart(p.els, f)
	}
}

// flow joins the lines of a paragraph; empty lines part paragraphs, and lines of
// a list or a table stay by themselves.
func flow(s string) string {
	var b strings.Builder
	for i, l := range strings.Split(strings.TrimSpace(s), "\n") {
		l = strings.TrimSpace(l)
		switch {
		case i == 0:
		case l == "":
			if !strings.HasSuffix(b.String(), "\n") {
				b.WriteString("\n")
			}
		case strings.HasSuffix(b.String(), "\n"):
			b.WriteString("\n")
		case strings.HasPrefix(l, "- ") || strings.HasPrefix(l, "|"):
			b.WriteString("\n")
		default:
			b.WriteString(" ")
		}
		b.WriteString(l)
	}
	return b.String()
}
