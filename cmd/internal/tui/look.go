package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// ground takes the colours for a dark or a light ground, unless they were chosen.
func (m *Model) ground(dark bool) tea.Cmd {
	if m.opts.Ground == AutoGround {
		m.look.Dark = dark
		m.th = theme.New(m.look)
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
