package tuitest

import (
	"strings"
	"testing"
)

// TestMistakesAreFound breaks a screen in every way that is looked for.
func TestMistakesAreFound(t *testing.T) {
	const good = " ╭─ order ──╮\n │ ✓ 3      │\n ╰──────────╯\n answered 3"
	for _, x := range []struct{ name, screen, found string }{
		{"good", good, ""},
		{"no word", strings.ReplaceAll(good, "answered", "counted"), "✓ stands there"},
		{"too wide", strings.ReplaceAll(good, "answered 3", strings.Repeat("answered ", 4)), "cells of 30"},
		{"moved up", strings.ReplaceAll(good, " ╰─", "╰──"), "╰ meets no line"},
		{"moved down", strings.ReplaceAll(good, " ╭─ order ──╮", "╭─ order ──╮ "), "╮ meets no line"},
	} {
		got := strings.Join(Mistakes(strings.Split(x.screen, "\n"), 30), "\n")
		if x.found == "" && got != "" || !strings.Contains(got, x.found) {
			t.Errorf("%s: found %q, want %q", x.name, got, x.found)
		}
	}
}
