package tui

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/picture"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// looks are those in which every screen is drawn, by the ends of their names.
var looks = map[string]theme.Options{
	"":           {Ground: theme.Dark},
	"-light":     {Ground: theme.Light},
	"-no-colour": {Ground: theme.Dark, Color: theme.NoColor},
	"-ascii":     {Ground: theme.Dark, ASCII: true},
}

// inEveryLook draws the screen in every look. None may move a cell; ASCII has a
// sign of its own for every cell that is no letter. With PICTURES=DIR each leaves
// a picture, and the text one file.
func (r *rig) inEveryLook(name string) {
	r.Helper()
	dir, own, th := os.Getenv("PICTURES"), r.m.look, r.m.th
	defer func() {
		r.m.look, r.m.th = own, th
		r.m.draw()
	}()
	want := r.lines()
	for end, look := range looks {
		look.Projector = own.Projector
		r.m.look, r.m.th = look, theme.New(look)
		r.m.draw()
		got := r.lines()
		for y := range want {
			switch {
			case !look.ASCII && !own.ASCII && got[y] != want[y]:
				r.Errorf("%s%s moves row %d:\n%s\n%s", name, end, y, want[y], got[y])
			case look.ASCII && (grid.Width(got[y]) != grid.Width(want[y]) || strings.ContainsFunc(got[y], func(c rune) bool { return c > 126 })):
				r.Errorf("%s%s is no ASCII, or another width, in row %d:\n%s\n%s", name, end, y, want[y], got[y])
			}
		}
		if dir != "" {
			r.picture(filepath.Join(dir, name+end+".png"))
		}
	}
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte(strings.Join(want, "\n")+"\n"), 0o644); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) picture(file string) {
	f, err := os.Create(file)
	if err != nil {
		r.Fatal(err)
	}
	defer f.Close()
	screen := picture.NewScreen(r.m.View().Content, r.m.area.W, r.m.area.H)
	if err := screen.PNG(f, picture.Options{Dark: r.m.look.Ground == theme.Dark}); err != nil {
		r.Fatal(err)
	}
}
