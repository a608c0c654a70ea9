package demo

import (
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

//go:embed template/demo.md
var templates embed.FS

// Write writes the beginning of a demo into a file: one that works as it is. It
// replaces no file.
func Write(path string) error {
	name, isText := strings.CutSuffix(filepath.Base(path), ".md")
	if !isText || !demoName.MatchString(name) {
		return sim.Invalidf("%q cannot be the file of a demo", sim.Visible(path)).WithFix("such as ./my-demo.md: lower-case letters, digits and -")
	}
	text, err := templates.ReadFile("template/demo.md")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return sim.Errorf(sim.Conflict, "%s exists already", sim.Visible(path)).WithFix("choose another name, or move it away")
	case err != nil:
		return sim.Errorf(sim.Denied, "%s cannot be written: %w", sim.Visible(path), err)
	}
	_, err = io.WriteString(f, strings.ReplaceAll(string(text), "NAME", name))
	return errors.Join(err, f.Close())
}

// LoadFile is Load for a file anywhere: ./mine.md.
func LoadFile(path string) (*Demo, error) {
	name, isText := strings.CutSuffix(filepath.Base(path), ".md")
	if !isText {
		return nil, sim.Invalidf("%s is no file of a demo", sim.Visible(path)).WithFix("its name ends with .md; msc-sim demo new ./mine.md writes one that works")
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, sim.Errorf(sim.NotFound, "%s cannot be read: %w", sim.Visible(path), err)
	}
	defer root.Close()
	if _, err := root.Stat(name + ".md"); err != nil {
		return nil, sim.Errorf(sim.NotFound, "there is no file %s", sim.Visible(path)).WithFix("make one: msc-sim demo new %s", sim.Visible(path))
	}
	if !demoName.MatchString(name) {
		return nil, sim.Invalidf("%s cannot be the name of a demo", sim.Visible(name)).WithFix("lower-case letters, digits and -, at most 40")
	}
	return Load(root.FS(), name)
}
