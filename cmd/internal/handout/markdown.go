package handout

import (
	"fmt"
	"io"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// markdown is a page of Markdown. The first error of its writer is kept.
type markdown struct {
	w   io.Writer
	err error
}

// block writes lines with an empty one behind them. What could act on a
// terminal is made visible: hand-outs are looked at with cat.
func (m *markdown) block(lines ...string) {
	for _, l := range append(lines, "") {
		if m.err == nil {
			_, m.err = fmt.Fprintln(m.w, sim.Visible(l))
		}
	}
}

func (m *markdown) open(title string)           { m.head(1, title) }
func (m *markdown) head(level int, text string) { m.block(strings.Repeat("#", level) + " " + text) }
func (m *markdown) turn()                       { m.block("---") }
func (m *markdown) close() error                { return m.err }
func (m *markdown) write(label string)          { m.block(label + ": " + strings.Repeat("_", 40)) }

func (m *markdown) text(s string) {
	if s = strings.TrimSpace(s); s != "" {
		m.block(strings.Split(s, "\n")...)
	}
}

func (m *markdown) choices(all []string, right int) {
	var lines []string
	for i, s := range all {
		box := "[ ]"
		if i == right {
			box = "[x]"
		}
		lines = append(lines, fmt.Sprintf("- %s %d  %s", box, i+1, s))
	}
	m.block(lines...)
}

func (m *markdown) list(items []string) {
	var lines []string
	for _, s := range items {
		lines = append(lines, "- "+s)
	}
	m.block(lines...)
}

func (m *markdown) code(lines []string) {
	m.block(append(append([]string{"```"}, lines...), "```")...)
}

func (m *markdown) picture(l *lessons.Ladder, filled bool) { m.code(drawText(l, filled)) }
