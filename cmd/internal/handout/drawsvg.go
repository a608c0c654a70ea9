package handout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
)

// Sizes of a drawing, in units of its own.
const (
	svgWidth, svgMargin = 720, 70
	svgHead, svgRow     = 34, 36
	svgTimes            = 100 // to the right, for the moments
)

// drawSVG draws a ladder: a pole for everybody, an arrow for every message,
// its moment at the right. What broke is dashed and ends in a cross, so it needs
// no colour. Unless it is filled, verdicts and times are left to the learner.
func drawSVG(l *lessons.Ladder, filled bool) string {
	var b strings.Builder
	height := svgHead + svgRow*len(l.Rungs) + 12
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13">`,
		svgWidth, height, escape(strings.Join(l.Parties, ", ")))
	for _, p := range l.Parties {
		x := poleX(l, p)
		fmt.Fprintf(&b, `<text x="%d" y="16" text-anchor="middle" font-weight="bold">%s</text><line x1="%d" y1="24" x2="%d" y2="%d" stroke="#8a90a6"/>`,
			x, escape(p), x, x, height-4)
	}
	for i, r := range l.Rungs {
		b.WriteString(rungSVG(l, r, svgHead+svgRow*i+22, filled))
	}
	return b.String() + "</svg>"
}

// poleX is where the pole of somebody stands.
func poleX(l *lessons.Ladder, party string) int {
	space := svgWidth - svgTimes - 2*svgMargin
	return svgMargin + space*slices.Index(l.Parties, party)/max(len(l.Parties)-1, 1)
}

func rungSVG(l *lessons.Ladder, r lessons.Rung, y int, filled bool) string {
	from, to := poleX(l, r.From), poleX(l, r.To)
	ink, dash := "#1f5fa8", ""
	switch {
	case r.Broken && filled:
		ink, dash = "#a8261f", ` stroke-dasharray="5 4"`
	case r.Back:
		ink = "#4a5068"
	}
	back := 8 // of the arrowhead, against the way
	if to < from {
		back = -8
	}
	head := fmt.Sprintf(`<path d="M%d %d l%d -4 v8 z" fill="%s"/>`, to, y, -back, ink)
	if r.Broken && filled {
		head = fmt.Sprintf(`<path d="M%d %d l8 8 m0 -8 l-8 8" stroke="%s" stroke-width="2"/>`, to-back-4, y-4, ink)
	}
	return fmt.Sprintf(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="1.5"%s/>%s<text x="%d" y="%d" text-anchor="middle" fill="%s" stroke="#fff" stroke-width="4" paint-order="stroke">%s</text><text x="%d" y="%d" text-anchor="end">%s</text>`,
		from, y, to-back, y, ink, dash, head, (from+to)/2, y-6, ink, escape(shortened(words(r, filled), from, to)), svgWidth-4, y+4, escape(moment(r, filled)))
}

// shortened is what fits between two poles, or over one between them.
func shortened(said string, from, to int) string {
	const letter, least = 8, 20 // how wide a letter is, at most; letters that always fit
	fits := max((max(from, to)-min(from, to))/letter-1, least)
	if r := []rune(said); len(r) > fits {
		return string(r[:fits]) + "…"
	}
	return said
}
