package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/help"
)

// where is the place that has the keys.
type where uint16

const (
	atHome where = 1 << iota
	atText       // the text of a lesson
	atEnd        // the summary of a lesson
	atStage
	atPanel
	atInspector
	atHelp
	atWords
	atPalette
	atFilter
	atAnswer
	atField   // a field of a form
	atForm    // the list of words of a form
	atMessage // something is being opened, or could not be
	atDemo    // a demo that plays
	atDead    // the dead letters of a queue

	atLesson  = atText | atStage
	atWorld   = atText | atStage | atPanel
	atPages   = atInspector | atHelp | atWords | atEnd
	atTyping  = atPalette | atFilter | atAnswer | atField
	atReading = atHome | atWorld | atPages | atMessage | atForm | atDemo | atDead // where letters are keys
)

// binding is one row of the keymap: from it the keys, the footer and the help
// are made.
type binding struct {
	keys string                       // as the terminal names them, separated by blanks
	show string                       // as they are written; "" = the first key
	word string                       // in the footer; "" = not there
	help string                       // a sentence for the help page; "" = not there
	in   where                        // where it holds
	when func(*Model) bool            // when it does something; nil = always
	not  string                       // what is said when it does nothing
	do   func(*Model, string) tea.Cmd // is given the key
}

func (b binding) has(key string) bool { return slices.Contains(strings.Fields(b.keys), key) }

// label is how the key is written: of choices, those that there are.
func (b binding) label(m *Model) string {
	switch {
	case b.has("9") && m.chooses():
		choices := m.run.state.Predict.Choices
		return "1–" + choices[len(choices)-1].Key
	case b.show != "":
		return b.show
	}
	first, _, _ := strings.Cut(b.keys, " ")
	return first
}

// keymap is the table of all keys. Of several rows for one key in one place,
// the first whose condition holds is taken. The order is that of the footer.
func keymap() []binding {
	return slices.Concat(formKeys(), typingKeys(), demoKeys(), stepKeys(), failureKeys(), deadKeys(), selectKeys(), timeKeys(), worldKeys(), pageKeys())
}

// here are the rows that hold where we are.
func (m *Model) here() []binding {
	var rows []binding
	at := m.where()
	for _, b := range m.keys {
		if b.in&at != 0 {
			rows = append(rows, b)
		}
	}
	return rows
}

// find is the row for a key, or what to say instead.
func (m *Model) find(key string) (row binding, ok bool, why string) {
	for _, b := range m.here() {
		if !b.has(key) {
			continue
		}
		if b.when == nil || b.when(m) {
			return b, true, ""
		}
		if why == "" {
			why = b.not
		}
	}
	if why == "" {
		why = m.nothing(key)
	}
	return binding{}, false, why
}

// around are the places that the open world, or the want of one, leads to.
func (m *Model) around() where {
	switch {
	case m.run == nil:
		return atHome
	case m.demoPlays():
		return atDemo | atPages
	default:
		return atReading &^ (atHome | atDemo)
	}
}

// nothing says why a key does nothing here. A letter means one thing elsewhere;
// enter, tab and arrows mean many.
func (m *Model) nothing(key string) string {
	for _, b := range m.keys {
		if b.has(key) && b.help != "" && len(key) == 1 && b.in&m.around() != 0 {
			return key + " " + b.help + ", but not here; ? shows the keys"
		}
	}
	return key + " does nothing here; ? shows the keys"
}

// Footers have at most so many keys.
const maxFooter = 6

// footer are the three to six keys that matter now. Help and leaving are
// always among them where letters are keys.
func (m *Model) footer() []frame.Key {
	var keys []frame.Key
	var last []frame.Key
	for _, b := range m.here() {
		k := frame.Key{Key: b.label(m), Word: b.word}
		same := func(o frame.Key) bool { return o.Key == k.Key }
		switch {
		case b.word == "" || b.when != nil && !b.when(m):
		case slices.ContainsFunc(keys, same) || slices.ContainsFunc(last, same):
		case b.has("?") || b.has("q"):
			last = append(last, k)
		default:
			keys = append(keys, k)
		}
	}
	keys = keys[:min(len(keys), maxFooter-len(last))]
	for len(keys) > 1 && frame.FooterWidth(append(slices.Clone(keys), last...)) > m.area.W {
		keys = keys[:len(keys)-1]
	}
	return append(keys, last...)
}

// helpKeys are the rows of the help page for a place. Of several rows for one key
// it has the one that find takes.
func (m *Model) helpKeys(at where) []help.Key {
	var rows []help.Key
	taken := map[string]bool{}
	for _, b := range m.keys {
		if b.in&at == 0 {
			continue
		}
		works, keys := b.when == nil || b.when(m), strings.Fields(b.keys)
		if !slices.ContainsFunc(keys, func(key string) bool { return !taken[key] }) {
			continue // another row does all that its keys do
		}
		for _, key := range keys {
			taken[key] = taken[key] || works
		}
		if b.help == "" || !works && b.not == "" {
			continue
		}
		k := help.Key{Key: b.label(m), Help: b.help}
		if !works {
			k.Not = b.not
		}
		if !slices.ContainsFunc(rows, func(o help.Key) bool { return o.Key == k.Key && o.Help == k.Help }) {
			rows = append(rows, k)
		}
	}
	return rows
}
