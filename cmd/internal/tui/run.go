package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tty"
)

// FPS is how often the screen is drawn while something moves.
const FPS = 30

// Run shows the screen until the person leaves or ctx ends. It returns when
// every world it opened is closed, and leaves a summary on the normal screen.
// A panic restores the terminal first. Signals are the caller's: it ends ctx. It needs a terminal: whoever calls it has
// made sure of that, and takes the plain face otherwise.
func Run(ctx context.Context, o Options) error {
	return run(ctx, o)
}

func run(ctx context.Context, o Options, more ...tea.ProgramOption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := newModel(ctx, o)
	held, err := tty.Take(in(o), out(o), o.AskSigns)
	if err != nil {
		return err
	}
	m.tty = held
	defer func() { held.Give(m.fenced) }()
	// Signals have one owner, the caller, who ends ctx.
	opts := append([]tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(FPS), tea.WithoutSignalHandler()}, more...)
	if o.In != nil {
		opts = append(opts, tea.WithInput(o.In))
	}
	if o.Out != nil {
		opts = append(opts, tea.WithOutput(o.Out))
	}
	_, err = tea.NewProgram(m, opts...).Run()
	cancel()
	held.Give(m.fenced)
	if o.Left != nil {
		o.Left()
	}
	if errors.Is(err, tea.ErrInterrupted) || errors.Is(err, tea.ErrProgramKilled) && !errors.Is(err, tea.ErrProgramPanic) {
		err = nil // the person, or whoever owns ctx, wanted to leave
	}
	err = errors.Join(err, m.keeper.closeAll())
	_, printed := io.WriteString(out(o), m.farewell())
	if printed != nil {
		err = errors.Join(err, fmt.Errorf("writing the summary: %w", printed))
	}
	return err
}

func in(o Options) io.Reader {
	if o.In != nil {
		return o.In
	}
	return os.Stdin
}

func out(o Options) io.Writer {
	if o.Out != nil {
		return o.Out
	}
	return os.Stdout
}
