package cli

import (
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"
)

// look is how the program shall show itself: the same flags for every command.
type look struct {
	plain, quiet, calm, wall bool
	ascii                    maybe
	theme                    *choice
}

// maybe is a flag that decides only where it is given.
type maybe struct{ given, value bool }

func (m *maybe) String() string   { return strconv.FormatBool(m.value) }
func (m *maybe) Type() string     { return "bool" }
func (m *maybe) IsBoolFlag() bool { return true }
func (m *maybe) Set(s string) error {
	v, err := strconv.ParseBool(s)
	m.given, m.value = true, v
	return err
}

func (l *look) flags(f *pflag.FlagSet) {
	l.theme = oneOf("auto", "dark", "light")
	f.BoolVar(&l.plain, "plain", false, "print lines instead of a screen, for screen readers, pipes and simple terminals")
	f.BoolVar(&l.quiet, "quiet", false, "with --plain: count calls, one line a second, and do not list them")
	f.Var(&l.ascii, "ascii", "draw with ASCII signs only; --ascii=false never does")
	f.Lookup("ascii").NoOptDefVal = "true"
	f.BoolVar(&l.calm, "reduce-motion", false, "show states without animation")
	f.BoolVar(&l.wall, "projector", false, "for a projector at 80x24: no dim text, short captions")
	f.Var(l.theme, "theme", "background of the terminal")
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

// signSet is which signs the screen draws with, and why.
type signSet struct {
	use, chosen bool   // ASCII only; a flag chose
	why         string // what spoke against the others, or for them
}

// ascii decides whether only ASCII is drawn. The screen and doctor both ask it. It
// looks at the locale in the sequence that POSIX gives to its variables.
func (a *app) ascii() signSet {
	if a.look.ascii.given {
		return signSet{a.look.ascii.value, true, "as --ascii says"}
	}
	if a.Getenv("TERM") == "linux" {
		return signSet{use: true, why: "the font of TERM=linux has few signs"}
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		v := a.Getenv(name)
		if v == "" {
			continue
		}
		if l := strings.ToLower(v); strings.Contains(l, "utf-8") || strings.Contains(l, "utf8") {
			return signSet{why: name + "=" + v}
		}
		return signSet{use: true, why: name + "=" + v + " does not name UTF-8"}
	}
	if runtime.GOOS == "windows" {
		return signSet{why: "Windows"}
	}
	return signSet{use: true, why: "neither LC_ALL nor LC_CTYPE nor LANG is set"}
}

// likelyGround is what COLORFGBG says of the ground: "text;ground", in the numbers
// of the sixteen colours, by which rxvt and Konsole tell what they do not answer.
func likelyGround(fgbg string) string {
	n, err := strconv.Atoi(fgbg[strings.LastIndexByte(fgbg, ';')+1:])
	switch {
	case err != nil || n < 0 || n > 15:
		return "auto"
	case n == 7 || n > 8:
		return "light"
	default:
		return "dark"
	}
}
