package theme

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	simlab "github.com/msc-sim/msc-sim/sim/lab" // lab is a colour space here
)

// Glyphs are the signs of the screen, all one cell wide. Each stands beside its
// word somewhere on the same screen. For ASCII they are replaced when the grid
// is encoded, so whoever draws never asks which set is in use.
type Glyphs struct {
	REST, GRPC, Queue, Stream rune // messages
	Fail, Held, Done, Paused  rune // outcomes and states
	Refused, Degraded, Late   rune
	Dot, Faint                rune // flow, and the trail of a message
	Right, Left               rune // arrowheads
	Box, Open                 rune // progress: done and to do
}

var glyphs = Glyphs{
	REST: '●', GRPC: '◆', Queue: '■', Stream: '▲',
	Fail: '×', Held: '○', Done: '✓', Paused: '‖', Refused: '!', Degraded: '~', Late: '?',
	Dot: '•', Faint: '·',
	Right: '►', Left: '◄',
	Box: '■', Open: '□',
}

// Message is the sign and the style of a message over a transport.
func (g Glyphs) Message(transport string) (rune, grid.Style) {
	switch can := simlab.Can(transport); {
	case can.Queued() && can.Replay:
		return g.Stream, Stream
	case can.Queued():
		return g.Queue, Queue
	case can.Stream:
		return g.GRPC, GRPC
	default:
		return g.REST, REST
	}
}

// ascii is what replaces each sign where only ASCII can be shown. Box-drawing
// lines are done by rule.
var ascii = map[rune]rune{
	'●': 'o', '◆': '#', '■': '=', '▲': '^', '×': 'x', '○': '@', '✓': 'v', '‖': '"',
	'•': '*', '·': '.', '►': '>', '◄': '<', '▼': 'v', '▮': '#', '▌': '+', '▯': '.', '□': '.',
	'…': '~', '→': '>', '←': '<', '↑': '^', '↓': 'v', 'µ': 'u', '–': '-', '—': '-',
	'“': '"', '”': '"', '‘': '\'', '’': '\'', '\u00a0': ' ', '≤': '<', '≥': '>',
	'▁': '_', '▂': '.', '▃': ':', '▄': '-', '▅': '=', '▆': '+', '▇': '*', '█': '#',
	'─': '-', '│': '|', '┄': '-', '┆': ':',
}

// ASCII is the sign of width one that stands for r where only ASCII can be shown.
func ASCII(r rune) rune {
	if a, ok := ascii[r]; ok {
		return a
	}
	switch {
	case r < 0x80:
		return r
	case r >= 0x2500 && r < 0x2580:
		return '+'
	default:
		return '?'
	}
}
