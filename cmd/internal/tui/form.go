package tui

import (
	"maps"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/dialog"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// table is what a form is made from: what can be acted on, the words for it,
// and what they become.
type table interface {
	title() string
	targets() []string             // what it can act on
	now(at string) string          // what stands there now, in words
	words(at string) []formWord    // what can be done there
	make(f formLine) sim.Command   // the command of a filled-in form
	check(f formLine) error        // why that cannot be
	undo(f formLine) (text string) // how it is taken away again
}

// formWord is a word of a table with its fields.
type formWord struct {
	dialog.Word
	fields []dialog.Field
	more   func(values map[string]string) []string // what else is to be known; may be nil
	given  map[string]string                       // what the fields are now, where the word stands there already
}

// formLine is what a form says at one moment.
type formLine struct {
	at, word string
	values   map[string]string // those that were given
}

// formOver is a form that lies over the screen. Its list of words has the keys
// first, then its fields.
type formOver struct {
	table    table
	at       int // among targets
	ats      []string
	words    []formWord
	selected int
	field    int // -1 = the list has the keys
	values   map[string]map[string]string
	input    textinput.Model // of the focused field
}

// formIsOpen reports whether a form lies over the screen.
func (m *Model) formIsOpen() bool {
	_, open := m.over.(*formOver)
	return open
}

func (o *formOver) where() where {
	if o.field >= 0 {
		return atField
	}
	return atForm
}

// openForm opens a form on at, or on the first of what it can act on.
func (m *Model) openForm(t table, at string) tea.Cmd {
	o := &formOver{table: t, ats: t.targets(), field: -1, values: map[string]map[string]string{}}
	if len(o.ats) == 0 {
		m.say("there is nothing here that it could act on")
		return nil
	}
	o.at = max(slices.Index(o.ats, at), 0)
	o.read()
	m.over = o
	return nil
}

// read takes the words for the target from the table, and keeps the selected one.
func (o *formOver) read() {
	was := ""
	if o.selected < len(o.words) {
		was = o.words[o.selected].Word.Word
	}
	o.words = o.table.words(o.ats[o.at])
	o.selected = max(slices.IndexFunc(o.words, func(w formWord) bool { return w.Word.Word == was }), 0)
}

func (o *formOver) word() *formWord { return &o.words[o.selected] }

// said are the values that were given for the selected word.
func (o *formOver) said() map[string]string {
	w := o.word()
	if o.values[w.Word.Word] == nil {
		o.values[w.Word.Word] = maps.Clone(w.given)
		if w.given == nil {
			o.values[w.Word.Word] = map[string]string{}
		}
	}
	return o.values[w.Word.Word]
}

// line is what the form says now; empty fields are not said.
func (o *formOver) line() formLine {
	f := formLine{at: o.ats[o.at], word: o.word().Word.Word, values: map[string]string{}}
	for name, v := range o.said() {
		if v = strings.TrimSpace(v); v != "" {
			f.values[name] = v
		}
	}
	return f
}

// only is the form with one of its values.
func (f formLine) only(name string) formLine {
	return formLine{f.at, f.word, map[string]string{name: f.values[name]}}
}

// view is the form as it is drawn.
func (o *formOver) view() dialog.Dialog {
	f, w := o.line(), o.word()
	d := dialog.Dialog{
		At: o.table.title() + " " + f.at, Turns: len(o.ats) > 1, Now: o.table.now(f.at),
		Selected: o.selected, Field: o.field, Line: door.Format(o.table.make(f)), Undo: o.table.undo(f),
	}
	for _, w := range o.words {
		d.Words = append(d.Words, w.Word)
	}
	for i, x := range w.fields {
		x.Value = sim.Visible(o.said()[x.Name])
		if _, given := f.values[x.Name]; given {
			if err := o.table.check(f.only(x.Name)); err != nil {
				x.Trouble = told(err)
			}
		}
		if i == o.field {
			x.Cursor = o.input.Position()
		}
		d.Fields = append(d.Fields, x)
	}
	if w.more != nil {
		d.More = w.more(f.values)
	}
	switch err := o.table.check(f); {
	case w.Why != "":
		d.Trouble = "this cannot be; the reason stands above"
	case err != nil:
		d.Trouble = told(err)
	}
	return d
}

// told is an error with its fix in one line.
func told(err error) string {
	e := sim.AsError(err)
	if e.Fix == "" {
		return sim.Visible(e.Message)
	}
	return sim.Visible(e.Message + ": " + e.Fix)
}

func (o *formOver) draw(m *Model, body grid.Rect) {
	x, y := o.view().Draw(&m.grid, body, m.th)
	if x >= 0 {
		m.cursor = tea.NewCursor(x, y)
	}
}

// focus gives the keys to a field; -1 is the list.
func (o *formOver) focus(i int) {
	o.field = i
	if i < 0 {
		return
	}
	o.input = newInput(200)
	o.input.SetValue(o.said()[o.word().fields[i].Name])
	o.input.CursorEnd()
}

// edit gives a key to the focused field.
func (o *formOver) edit(msg tea.Msg) tea.Cmd {
	f := o.word().fields[o.field]
	if f.Choices != nil {
		if k, ok := msg.(tea.KeyPressMsg); ok {
			o.turn(f, k.String())
		}
		return nil
	}
	var cmd tea.Cmd
	o.input, cmd = o.input.Update(msg)
	o.said()[f.Name] = o.input.Value()
	return cmd
}

// turn chooses the next or the one before; before the first stands the default.
func (o *formOver) turn(f dialog.Field, key string) {
	by, n := 1, len(f.Choices)+1
	switch key {
	case "left", "backspace":
		by = n - 1
	case "right", "space":
	default: // a letter chooses the word that begins with it
		for _, c := range f.Choices {
			if strings.HasPrefix(c, key) {
				o.said()[f.Name] = c
				return
			}
		}
		return
	}
	at := (slices.Index(f.Choices, o.said()[f.Name]) + 1 + by) % n
	o.said()[f.Name] = ""
	if at > 0 {
		o.said()[f.Name] = f.Choices[at-1]
	}
}
