package part_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/picture"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

var pictures = flag.String("pictures", "", "also write every scene as a PNG into this folder")

// drawing is anything that draws into a rectangle.
type drawing interface {
	Draw(g *grid.Grid, r grid.Rect, th *theme.Theme)
}

// show draws d on a terminal of its own and returns what the terminal shows.
func show(t *testing.T, name string, d drawing, w, h int, o theme.Options) []string {
	t.Helper()
	th, g := theme.New(o), grid.New(w, h)
	d.Draw(g, g.Bounds(), th)
	s := picture.NewScreen(g.Encode(th.Palette), w, h)
	if *pictures != "" {
		f, err := os.Create(filepath.Join(*pictures, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := s.PNG(f, picture.Options{Dark: o.Ground == theme.Dark}); err != nil {
			t.Fatal(err)
		}
	}
	return s.Lines()
}

var dark = theme.Options{Ground: theme.Dark}
