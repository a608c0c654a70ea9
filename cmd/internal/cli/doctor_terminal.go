package cli

import (
	"fmt"
	"os"
	"strings"

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

// signs looks at the locale in the order that POSIX gives to its variables.
func (a *app) signs() finding {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		v := a.Getenv(name)
		if v == "" {
			continue
		}
		if l := strings.ToLower(v); strings.Contains(l, "utf-8") || strings.Contains(l, "utf8") {
			return finding{What: "signs", State: isOK, Says: "UTF-8"}
		}
		return finding{What: "signs", State: isNote, Says: name + "=" + v + " does not say UTF-8", Fix: "if boxes look broken, use --ascii"}
	}
	return finding{What: "signs", State: isNote, Says: "the locale does not say UTF-8", Fix: "if boxes look broken, use --ascii"}
}
