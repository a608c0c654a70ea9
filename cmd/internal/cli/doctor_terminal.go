package cli

import (
	"fmt"
	"os"

	"github.com/charmbracelet/colorprofile"
)

// The screen works from this size on, and is made for the second one.
const (
	leastColumns, leastRows = 60, 20
	goodColumns, goodRows   = 80, 24
)

func (a *app) terminal() finding {
	f := finding{What: "terminal", State: isOK}
	columns, rows, ok := size(a.Out)
	switch {
	case !ok:
		f.State, f.Says = isNote, "none: the plain face is used"
		f.Fix = "for the screen, run it in a terminal"
	case a.Getenv("TERM") == "dumb":
		f.State, f.Says = isNote, "TERM=dumb: the plain face is used"
		f.Fix = "for the screen, set TERM to what your terminal is, such as xterm-256color"
	case columns < leastColumns || rows < leastRows:
		f.State, f.Says = isNote, fmt.Sprintf("%dx%d is too small for the screen", columns, rows)
		f.Fix = fmt.Sprintf("make it %dx%d, or use --plain", goodColumns, goodRows)
	case columns < goodColumns || rows < goodRows:
		f.State, f.Says = isNote, fmt.Sprintf("%dx%d is narrow", columns, rows)
		f.Fix = fmt.Sprintf("%dx%d is where everything fits", goodColumns, goodRows)
	default:
		f.Says = fmt.Sprintf("%dx%d", columns, rows)
	}
	return f
}

func (a *app) colours() finding {
	if a.noColor() {
		return finding{What: "colours", State: isOK, Says: "none, as NO_COLOR asks: signs and words say everything"}
	}
	switch p := colorprofile.Detect(a.Out, os.Environ()); p {
	case colorprofile.TrueColor, colorprofile.ANSI256:
		return finding{What: "colours", State: isOK, Says: p.String()}
	default:
		return finding{What: "colours", State: isNote, Says: "few or none: signs and words say everything"}
	}
}

// signs says which signs the screen draws with.
func (a *app) signs() finding {
	s := a.ascii()
	f := finding{What: "signs", State: isOK, Says: "UTF-8: " + s.why}
	if s.use {
		f.Says = "ASCII: " + s.why
		if !s.chosen {
			f.State, f.Fix = isNote, "for the other signs, set LANG to a locale of UTF-8, or use --ascii=false"
		}
	}
	return f
}
