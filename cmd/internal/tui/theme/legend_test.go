package theme_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Each sign that the screen has for an outcome, a state or a transport is in the list of signs.
func TestEverySignIsListed(t *testing.T) {
	glyphs := reflect.ValueOf(theme.New(theme.Options{}).Glyphs)
	for i := range glyphs.NumField() {
		name, sign := glyphs.Type().Field(i).Name, glyphs.Field(i)
		if sign.Kind() != reflect.Int32 {
			continue
		}
		if !slices.ContainsFunc(theme.Legend(), func(s theme.Sign) bool { return s.Sign == rune(sign.Int()) }) {
			t.Errorf("%s %q is not listed", name, rune(sign.Int()))
		}
	}
}
