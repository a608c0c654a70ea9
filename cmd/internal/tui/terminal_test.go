package tui

import (
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

func TestTheGroundIsAskedForAndTheEnvironmentIsBelievedMeanwhile(t *testing.T) {
	m := newModel(t.Context(), Options{})
	if m.look.Ground != theme.AnyGround {
		t.Errorf("got %v, want no ground where nothing is known", m.look.Ground)
	}
	m = newModel(t.Context(), Options{Likely: LightGround})
	if m.look.Ground != theme.Light {
		t.Errorf("got %v, want what the environment says", m.look.Ground)
	}
	m.handle(tea.BackgroundColorMsg{Color: color.Black})
	if m.look.Ground != theme.Dark {
		t.Errorf("got %v, want what the terminal answers", m.look.Ground)
	}
	m = newModel(t.Context(), Options{Ground: LightGround, Likely: DarkGround})
	if m.handle(tea.BackgroundColorMsg{Color: color.Black}); m.look.Ground != theme.Light {
		t.Errorf("got %v, want what was chosen", m.look.Ground)
	}
}

// A terminal that draws one glyph two cells wide would break every row.
func TestWideGlyphsBecomeASCII(t *testing.T) {
	for column, want := range map[int]bool{1: false, 2: true, 3: true} {
		m := newModel(t.Context(), Options{AskSigns: true})
		if m.handle(tea.CursorPositionMsg{X: column}); m.th.ASCII != want {
			t.Errorf("column %d: ASCII is %v", column, m.th.ASCII)
		}
	}
	m := newModel(t.Context(), Options{})
	if m.handle(tea.CursorPositionMsg{X: 2}); m.th.ASCII {
		t.Error("ASCII, though other signs were chosen")
	}
}

func TestSeveralPastedLinesAreRefused(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.press(":")
		r.send(tea.PasteMsg{Content: "kill payment\nkill order\n"})
		r.sees("2 lines were pasted and none was typed")
		r.misses("kill payment")
		r.send(tea.PasteMsg{Content: "kill product\n"})
		r.sees("kill product")
	})
}

// Of the rows for one key, help has the one that holds.
func TestHelpListsOneMeaningForAKey(t *testing.T) {
	for _, p := range places {
		sit(t, 120, 40, p.start, func(r *rig) {
			r.follow(p.keys)
			seen := map[string]string{}
			for _, k := range r.m.helpKeys(r.m.where()) {
				if other, ok := seen[k.Key]; ok && k.Key != "↑ ↓" {
					t.Errorf("%s: %s %q and %q", p.name, k.Key, other, k.Help)
				}
				seen[k.Key] = k.Help
			}
			if r.m.where() == atStage && r.m.inLesson() && !strings.Contains(seen["tab"], "text") {
				t.Errorf("%s: tab %q", p.name, seen["tab"])
			}
		})
	}
}

// In the first row the reply about the cursor is also read as a key.
func TestTheReplyAboutTheCursorIsNoKey(t *testing.T) {
	m := newModel(t.Context(), Options{AskSigns: true})
	if _, known := m.handle(tea.KeyPressMsg{Code: tea.KeyF3, Mod: tea.ModShift}); known || m.note.Text != "" {
		t.Errorf("it was taken for a key: %q", m.note.Text)
	}
}
