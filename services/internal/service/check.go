package service

import (
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// MaxID is how long an id may be, in characters.
const MaxID = 64

// ID checks an id that came in a request: letters, digits and -._ so that it
// can stand in a path. The error names the field.
func ID(field, id string) error {
	if err := Text(field, id, MaxID); err != nil {
		return err
	}
	if id == "." || id == ".." || strings.ContainsFunc(id, notInID) {
		return sim.Invalidf("%s: %q is not an id", field, id).WithFix("letters, digits and -._")
	}
	return nil
}

func notInID(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._", r))
}

// Text checks free text: it must be there, and at most limit characters long.
func Text(field, text string, limit int) error {
	if text == "" {
		return sim.Invalidf("%s: is missing", field)
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return sim.Invalidf("%s: is too long", field).WithFix("at most %d characters", limit)
	}
	return nil
}

// Number checks a number that came in a request.
func Number(field string, n, low, high int32) error {
	if n < low || n > high {
		return sim.Invalidf("%s: %d is out of bounds", field, n).WithFix("between %d and %d", low, high)
	}
	return nil
}
