package tui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/palette"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// paletteOver is the line in which words of the door are typed.
type paletteOver struct {
	input   textinput.Model
	suggest []door.Suggestion
	picked  int    // among suggest; -1 = none
	recall  int    // how far back in the history; 0 = the line itself
	again   string // the file that the same line would overwrite
}

func (*paletteOver) where() where { return atPalette }

// newInput is a line of at most limit letters, ready to be typed into.
func newInput(limit int) textinput.Model {
	in := textinput.New()
	in.CharLimit = limit
	in.SetVirtualCursor(false) // the terminal's own is used
	in.Focus()
	return in
}

func (m *Model) openPalette(string) tea.Cmd {
	o := &paletteOver{input: newInput(door.MaxLine / utf8.UTFMax), picked: -1}
	m.over = o
	o.refresh(m)
	return nil
}

func (o *paletteOver) edit(m *Model, msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	o.input, cmd = o.input.Update(msg)
	o.recall, o.again = 0, ""
	o.refresh(m)
	return cmd
}

// refresh asks the door how the line may go on.
func (o *paletteOver) refresh(m *Model) {
	line := o.input.Value()
	o.suggest, o.picked = door.Complete(line, m.run.vocabulary()), -1
	if m.run.lesson != nil {
		return
	}
	if line != "" && strings.HasPrefix(saveWord, line) {
		o.suggest = append(o.suggest, door.Suggestion{Text: saveWord, About: "write this world, and your commands, to a file"})
	}
	for i, s := range o.suggest {
		for _, v := range door.Verbs() {
			if v.Lesson && v.Word == s.Text && !strings.Contains(o.input.Value(), " ") {
				o.suggest = o.suggest[:i]
				return // lesson words come last in the table
			}
		}
	}
}

// vocabulary is what this world adds to the words of the door.
func (r *running) vocabulary() door.Vocabulary {
	v := lab.Vocabulary()
	v.Names, v.Queues, v.Ways = r.world.Spec().Names(), nil, r.ways
	for _, f := range r.player.Newest().Faults {
		if f.ClearedAt == 0 {
			v.Armed = append(v.Armed, f.ID)
		}
	}
	for _, x := range r.player.Newest().Queues {
		v.Queues = append(v.Queues, x.Name)
	}
	return v
}

// complete puts the next suggestion into the line.
func (m *Model) complete(key string) tea.Cmd {
	o := m.over.(*paletteOver)
	n := len(o.suggest)
	if n == 0 {
		m.say("nothing fits here")
		return nil
	}
	line := o.input.Value()
	if o.picked >= 0 {
		line = line[:max(len(line)-len(o.suggest[o.picked].Text), 0)]
	} else if i := strings.LastIndexByte(line, ' '); i >= 0 {
		line = line[:i+1]
	} else {
		line = ""
	}
	by := 1
	if key == "shift+tab" {
		by = n - 1
	}
	o.picked = (max(o.picked, -by) + by) % n
	o.input.SetValue(line + o.suggest[o.picked].Text)
	o.input.CursorEnd()
	if n == 1 && !strings.HasSuffix(o.suggest[0].Text, "=") {
		o.input.SetValue(o.input.Value() + " ")
		o.input.CursorEnd()
		o.refresh(m)
	}
	return nil
}

// recall walks through the lines that were typed before.
func (m *Model) recall(key string) tea.Cmd {
	o, lines := m.over.(*paletteOver), m.run.history
	if len(lines) == 0 {
		m.say("no line was typed before")
		return nil
	}
	if key == "up" {
		o.recall = min(o.recall+1, len(lines))
	} else {
		o.recall = max(o.recall-1, 0)
	}
	line := ""
	if o.recall > 0 {
		line = lines[len(lines)-o.recall]
	}
	o.input.SetValue(line)
	o.input.CursorEnd()
	o.refresh(m)
	return nil
}

// keptLines is how many lines of the palette are remembered.
const keptLines = 100

// runLine does the typed line. One that cannot be read stays, with the reason.
func (m *Model) runLine(string) tea.Cmd {
	o := m.over.(*paletteOver)
	text := strings.TrimSpace(o.input.Value())
	if text == "" {
		m.over = nil
		return nil
	}
	if path, ok := savePath(text); ok && m.run.lesson == nil {
		return m.save(o, path)
	}
	c, err := door.Parse(text)
	if err != nil {
		m.trouble(err)
		return nil
	}
	m.over = nil
	h := append(m.run.history, text)
	m.run.history = h[max(len(h)-keptLines, 0):]
	return m.knock(c)
}

func (o *paletteOver) view() palette.Palette {
	line := strings.TrimSpace(o.input.Value())
	word, _, _ := strings.Cut(line, " ")
	usage := "a command, such as: " + door.Verbs()[0].Example
	for _, v := range door.Verbs() {
		if v.Word == word {
			usage = v.Usage
		}
	}
	if word == saveWord {
		usage = "save <file>.yaml: write this world as it is now, and your commands"
	}
	return palette.Palette{
		Sign: ':', Line: o.input.Value(), Cursor: o.input.Position(),
		Suggest: o.suggest, Selected: o.picked, Help: usage,
	}
}

// filterOver is the line in which the filter of the events is typed.
type filterOver struct {
	input  textinput.Model
	before string // what esc restores
}

func (*filterOver) where() where { return atFilter }

func (m *Model) openFilter(string) tea.Cmd {
	o := &filterOver{input: newInput(80), before: m.run.filter}
	o.input.SetValue(m.run.filter)
	o.input.CursorEnd()
	m.over = o
	return nil
}

func (o *filterOver) edit(m *Model, msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	o.input, cmd = o.input.Update(msg)
	m.run.setFilter(o.input.Value())
	return cmd
}

func (r *running) setFilter(s string) {
	r.filter, r.picked, r.tab = s, -1, playground.Events
	r.readEvents()
}

func (m *Model) keepFilter(string) tea.Cmd {
	m.over = nil
	m.run.stage = false
	return nil
}

func (o *filterOver) view() palette.Palette {
	return palette.Palette{
		Sign: '/', Line: o.input.Value(), Cursor: o.input.Position(), Selected: -1,
		Help: fmt.Sprintf("show only events with these words; the newest %d are searched", keptEvents),
	}
}
