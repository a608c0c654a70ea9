package plain

import (
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/sim"
)

// say writes one paragraph.
func (f *face) say(format string, args ...any) {
	f.wrap("", fmt.Sprintf(format, args...))
}

// wrap writes text after a marker such as "  1) ", at most f.width columns
// wide; later lines are indented by as much as the marker takes.
func (f *face) wrap(marker, text string) {
	indent := strings.Repeat(" ", grid.Width(marker))
	line, used := marker, grid.Width(marker)
	fresh := true
	for _, word := range strings.Fields(text) {
		w := grid.Width(word)
		if !fresh && f.width > 0 && used+1+w > f.width {
			f.print(line)
			line, used, fresh = indent, len(indent), true
		}
		if !fresh {
			line, used = line+" ", used+1
		}
		line, used, fresh = line+word, used+w, false
	}
	f.print(line)
}

func (f *face) print(line string) {
	if f.err == nil {
		_, f.err = fmt.Fprintln(f.out, strings.TrimRight(line, " "))
	}
}

// prose writes paragraphs of light Markdown without its signs.
func (f *face) prose(text string) {
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if p = bare(p); p != "" {
			f.wrap("", p)
		}
	}
}

// bare takes the signs of light Markdown off a text. A star between spaces is
// no sign, nor is one inside code.
func bare(s string) string {
	s = strings.ReplaceAll(s, "**", "")
	var b strings.Builder
	code := false
	for i, r := range s {
		switch {
		case r == '`':
			code = !code
		case r == '*' && !code && !spaced(s, i):
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// spaced reports whether the star at i stands alone, as in 2 * 3.
func spaced(s string, i int) bool {
	return i > 0 && s[i-1] == ' ' && i+1 < len(s) && s[i+1] == ' '
}

// trouble writes an error with what can be done about it.
func (f *face) trouble(err error) {
	e := sim.AsError(err)
	f.say("That did not work: %s.", strings.TrimSuffix(sim.Visible(e.Message), "."))
	if e.Fix != "" {
		f.say("What to do: %s", sim.Visible(e.Fix))
	}
}
