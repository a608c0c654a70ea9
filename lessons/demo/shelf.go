package demo

import (
	"embed"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

//go:embed *.md
var builtin embed.FS

// Builtin holds the demos that come with the program, a file each.
func Builtin() fs.FS { return builtin }

var demoName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Names lists the demos of fsys in alphabetical order: its files NAME.md.
func Names(fsys fs.FS) []string {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".md"); ok && !e.IsDir() && demoName.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
