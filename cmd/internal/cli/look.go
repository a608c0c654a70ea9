package cli

import (
	"io"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"
)

// look is how the program shall show itself: the same flags for every command.
type look struct {
	plain, ascii, calm, wall bool
	theme                    *choice
}

func (l *look) flags(f *pflag.FlagSet) {
	l.theme = oneOf("auto", "dark", "light")
	f.BoolVar(&l.plain, "plain", false, "line by line, for screen readers, pipes and simple terminals")
	f.BoolVar(&l.ascii, "ascii", false, "draw with ASCII signs only")
	f.BoolVar(&l.calm, "reduce-motion", false, "show states, not movement")
	f.BoolVar(&l.wall, "projector", false, "for 80x24 on a wall: nothing dim, short captions")
	f.Var(l.theme, "theme", "ground of the terminal")
}

// plainFace reports whether the line-by-line face must be used. It is asked
// before anything is drawn: the screen would draw on a dumb terminal all the same.
func (a *app) plainFace() bool {
	return a.look.plain || a.Getenv("ACCESSIBLE") != "" || a.Getenv("TERM") == "dumb" ||
		!isTerminal(a.In) || !isTerminal(a.Out)
}

// noColor follows no-color.org: set and not empty.
func (a *app) noColor() bool { return a.Getenv("NO_COLOR") != "" }

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// size is that of the terminal behind w; ok is false when there is none.
func size(w io.Writer) (columns, rows int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0, 0, false
	}
	columns, rows, err := term.GetSize(f.Fd())
	return columns, rows, err == nil
}
