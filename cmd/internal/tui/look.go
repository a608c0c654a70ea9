package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tty"
)

// themeGround is the ground that was chosen, or that the environment tells of.
func themeGround(o Options) theme.Ground {
	g := o.Ground
	if g == AutoGround {
		g = o.Likely
	}
	return map[Ground]theme.Ground{DarkGround: theme.Dark, LightGround: theme.Light}[g]
}

// ask asks the terminal for its ground, and with its last reply it says that no
// other reply is outstanding.
func (m *Model) ask() tea.Cmd {
	questions := tty.Fence
	if m.opts.Ground == AutoGround && !m.opts.NoColor {
		questions = ansi.RequestBackgroundColor + questions
	}
	return tea.Raw(questions)
}

// ground takes the colours for a dark or a light ground, unless they were chosen.
func (m *Model) ground(dark bool) tea.Cmd {
	if m.opts.Ground != AutoGround {
		return nil
	}
	m.look.Ground = theme.Light
	if dark {
		m.look.Ground = theme.Dark
	}
	m.th = theme.New(m.look)
	return nil
}

// signs takes ASCII where a glyph of the screen took the cursor further than one
// column: it is drawn two cells wide, or as several characters.
func (m *Model) signs(column int) tea.Cmd {
	if m.opts.AskSigns && column > 1 && !m.look.ASCII {
		m.look.ASCII = true
		m.th = theme.New(m.look)
		return tea.ClearScreen
	}
	return nil
}

// profile takes as many colours as the terminal has.
func (m *Model) profile(p colorprofile.Profile) tea.Cmd {
	if m.opts.NoColor {
		return nil
	}
	switch p {
	case colorprofile.TrueColor:
		m.look.Color = theme.TrueColor
	case colorprofile.ANSI256:
		m.look.Color = theme.Color256
	case colorprofile.ANSI:
		m.look.Color = theme.Color16
	default:
		m.look.Color = theme.NoColor
	}
	m.th = theme.New(m.look)
	return nil
}
