package part_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
)

var update = flag.Bool("update", false, "write what is shown as what is wanted")

// scenes are the screens that are compared with their text.
func scenes() map[string]drawing {
	c, id, span := checkout()
	tr, l := c.Trace(id), loaded()
	retry := c.stage(id, 0.62)
	retry.Select = part.Selection{Span: span}
	over := c.stage(id, 1)
	over.Still = true
	s, two, ask := lookup(404)
	pair := s.stage(two, 0.8)
	pair.Show, pair.You = []string{"order", "product"}, "order"
	pair.Select = part.Selection{Span: ask, Answer: true}
	small := pair
	f, silent, _ := lookup(0)
	gone := f.stage(silent, 1)
	gone.Show, gone.You = pair.Show, "order"
	return map[string]drawing{
		"stage-retry":   retry,
		"stage-still":   over,
		"stage-loaded":  part.Stage{Picture: l.Picture, Beat: 3 * time.Second},
		"stage-broken":  part.Stage{Picture: broken().Picture},
		"stage-letter":  letter(1500 * ms),
		"stage-topic":   part.Stage{Picture: told("kafka").Picture},
		"stage-heard":   part.Stage{Picture: told("rabbitmq").Picture},
		"stage-shared":  part.Stage{Picture: handedOver().Picture},
		"stage-queues":  part.Stage{Picture: grown().Picture},
		"queues":        part.Queues{Picture: grown().Picture, Exchanges: leads, Select: "order:mail"},
		"partitions":    part.Queues{Picture: told("kafka").Picture},
		"letters":       part.Letters{Letters: dead, Select: 1},
		"stage-pair":    pair,
		"stage-silence": gone,
		"stage-low":     within{small, 5},
		"ladder":        part.Ladder{Trace: tr, Clock: warp.New(tr)},
		"inspector":     part.Inspector{Exchange: exchange(), Answer: true},
		"hex":           part.Inspector{Exchange: exchange(), Hex: true},
		"events":        part.Events{Events: tr.Events, Selected: 9, Filter: "order"},
		"latency":       part.Latency{Title: "order:payment", Took: &l.Link("order:payment").Took},
		"links":         part.Links{Links: l.Links},
		"text":          part.Text{Source: prose, Terms: []string{"response"}},
		"strip":         part.Strip{Hop: s.Trace(two).Hops[0], Now: time.Hour, Slower: 6712},
		"strip-silence": part.Strip{Hop: tr.Hops[2], Now: time.Hour},
	}
}

// within draws into the first rows only.
type within struct {
	drawing
	rows int
}

func (w within) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	top, _ := r.SplitTop(w.rows)
	w.drawing.Draw(g, top, th)
}

func TestScreens(t *testing.T) {
	for name, d := range scenes() {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			full := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
			t.Run(full, func(t *testing.T) {
				got := strings.TrimRight(strings.Join(show(t, full, d, size[0], size[1], dark), "\n"), "\n") + "\n"
				compare(t, full, got)
			})
		}
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("the screen has changed (-want +got); if it should, run this test with -update and look at it:\n%s", d)
	}
}

// TestEverySignHasItsWord looks for the words of the signs on a stage.
func TestEverySignHasItsWord(t *testing.T) {
	words := map[rune]string{'●': "REST", '◆': "gRPC", '■': "rabbitmq", '✓': "answered", '×': "failed", '‖': "paused"}
	l := loaded()
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		st := part.Stage{Picture: l.Picture, Beat: time.Second}
		screen := strings.Join(show(t, fmt.Sprintf("words-%d", size[0]), st, size[0], size[1], dark), "\n")
		for sign, word := range words {
			if strings.ContainsRune(screen, sign) && !strings.Contains(screen, word) {
				t.Errorf("%dx%d shows %c without the word %q", size[0], size[1], sign, word)
			}
		}
	}
}

// TestThemesChangeNoCell: a theme changes how cells look, never where they are.
func TestThemesChangeNoCell(t *testing.T) {
	c, id, _ := checkout()
	st := c.stage(id, 0.62)
	want := show(t, "theme-dark", st, 100, 26, dark)
	for name, o := range map[string]theme.Options{
		"light": {Ground: theme.Light}, "any": {}, "none": {Color: theme.NoColor}, "16": {Color: theme.Color16, Ground: theme.Dark}, "256": {Color: theme.Color256, Ground: theme.Light}, "projector": {Projector: true, Ground: theme.Dark},
	} {
		if d := cmp.Diff(want, show(t, "theme-"+name, st, 100, 26, o)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	for y, line := range show(t, "theme-ascii", st, 100, 26, theme.Options{ASCII: true}) {
		if got, want := len(line), grid.Width(want[y]); got != want {
			t.Errorf("row %d has %d cells in ASCII, %d otherwise", y, got, want)
		}
	}
}
