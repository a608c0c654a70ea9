package handout

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// blank stands where a learner is to write.
const blank = "______"

// drawText draws a ladder with box-drawing lines:
//
//	order                     product
//	  │ GET /products/101 ──────►│  0 µs
//	  │◄──────────────────── 200 │  0.41 ms
//
// Unless it is filled, verdicts and times are left to the learner.
func drawText(l *lessons.Ladder, filled bool) []string {
	apart := 24
	for _, r := range l.Rungs {
		apart = max(apart, utf8.RuneCountInString(words(r, filled))+6)
	}
	for _, p := range l.Parties {
		apart = max(apart, utf8.RuneCountInString(p)+2)
	}
	apart = min(apart, 48)
	if apart*(len(l.Parties)-1) > widest {
		return listText(l, filled)
	}
	head := line(apart*(len(l.Parties)-1)+20, ' ')
	for i, p := range l.Parties {
		copy(head[i*apart:], []rune(p))
	}
	out := []string{strings.TrimRight(string(head), " ")}
	for _, r := range l.Rungs {
		out = append(out, rungText(l, r, apart, filled))
	}
	return out
}

// widest is how wide a drawing may be; a sheet of paper holds little more.
const widest = 76

// listText tells a ladder line by line, where too many take part to draw it:
//
//	client ─► order     0 µs     POST /orders
//	client ◄─ order     0.41 ms  201
func listText(l *lessons.Ladder, filled bool) (out []string) {
	longest := 0
	for _, p := range l.Parties {
		longest = max(longest, utf8.RuneCountInString(p))
	}
	for _, r := range l.Rungs {
		left, arrow, right := r.From, "─►", r.To
		switch {
		case r.Back && r.Broken && filled:
			left, arrow, right = r.To, "◄×", r.From
		case r.Back:
			left, arrow, right = r.To, "◄─", r.From
		}
		out = append(out, fmt.Sprintf("%-*s %s %-*s  %-9s  %s", longest, left, arrow, longest, right, moment(r, filled), words(r, filled)))
	}
	return out
}

// rungText is one message. Poles stand two signs to the right of where their
// names begin.
func rungText(l *lessons.Ladder, r lessons.Rung, apart int, filled bool) string {
	const pole = 2
	row := line(apart*(len(l.Parties)-1)+pole+1, ' ')
	for i := range l.Parties {
		row[i*apart+pole] = '│'
	}
	from, to := slices.Index(l.Parties, r.From)*apart+pole, slices.Index(l.Parties, r.To)*apart+pole
	left, right := min(from, to), max(from, to)
	if right-left < 4 { // somebody asked itself
		return string(row) + "  " + words(r, filled) + "  " + moment(r, filled)
	}
	said := []rune(words(r, filled))
	said = said[:min(len(said), right-left-4)]
	copy(row[left+1:right], line(right-left-1, '─'))
	if from < to {
		copy(row[left+1:], []rune(" "+string(said)+" "))
		row[right-1] = '►'
	} else {
		copy(row[right-len(said)-2:], []rune(" "+string(said)+" "))
		row[left+1] = '◄'
	}
	if r.Broken && filled { // broken is only how something ends
		row[left+2] = '×'
	}
	return string(row) + "  " + moment(r, filled)
}

// words are what stands on a rung.
func words(r lessons.Rung, filled bool) string {
	if r.Back && !filled {
		return blank
	}
	return r.Text
}

func moment(r lessons.Rung, filled bool) string {
	if !filled && r.At > 0 {
		return blank + " ms"
	}
	return sim.Human(r.At)
}

func line(n int, of rune) []rune { return []rune(strings.Repeat(string(of), n)) }
