package sim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible makes foreign text safe to show: control characters, escape
// sequences, bidirectional and other format characters become signs that can be
// seen and do nothing. Newlines and tabs become signs too. All text that did
// not come from this program's own source passes through here before it
// reaches a terminal.
func Visible(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Map(visible, s)
}

func visible(r rune) rune {
	switch {
	case r < 0x20:
		return 0x2400 + r // control pictures
	case r == 0x7f:
		return 0x2421
	case r == utf8.RuneError, r >= 0x80 && r < 0xa0:
		return '·'
	case r == 0x2028, r == 0x2029, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
		return '·'
	default:
		return r
	}
}
