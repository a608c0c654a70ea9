package lesson

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons"
)

// Columns of a prediction.
const (
	keyColumn    = 9
	choiceColumn = 12
)

// prediction writes the question and its choices, what the learner said and
// what turned out to be true beside them.
//
//	         1  nothing, until time runs out
//	you  ►   2  an error of the connection
//	real ►   3  an answer that says no
func (w *writer) prediction(p *lessons.Prediction) {
	if p == nil {
		return
	}
	w.y += w.paragraph(1, p.Question, theme.Title)
	for i, c := range p.Choices {
		w.choice(p, i, c)
	}
	w.y++
}

func (w *writer) choice(p *lessons.Prediction, i int, c lessons.Choice) {
	style := theme.Text
	mark, markStyle := marks(p, i)
	switch {
	case mark != "":
		style = markStyle
	case p.Chosen >= 0:
		style = theme.Dim
	}
	if mark != "" && w.th != nil {
		w.g.Text(1, w.y, mark, markStyle, keyColumn-3)
		w.g.Set(keyColumn-2, w.y, w.th.Glyphs.Right, markStyle)
	}
	key := theme.Key
	if p.Chosen >= 0 {
		key = style
	}
	w.g.Text(keyColumn, w.y, c.Key, key, 2)
	w.y += max(w.paragraph(choiceColumn, c.Text, style), 1)
}

// marks says whose choice i is. Where the learner was right, one word says both.
func marks(p *lessons.Prediction, i int) (string, grid.Style) {
	switch {
	case i == p.Truth && i == p.Chosen:
		return "right", theme.OK
	case i == p.Truth:
		return "real", theme.OK
	case i == p.Chosen:
		return "you", theme.Accent
	default:
		return "", theme.Text
	}
}

// why explains the choice that was made.
func (w *writer) why(p *lessons.Prediction) {
	if p != nil && p.Chosen >= 0 && p.Chosen < len(p.Choices) {
		w.text(p.Choices[p.Chosen].Why)
	}
}
