package worldfile

import (
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

//go:embed worlds/*.yaml
var files embed.FS

// Builtin lists the worlds that come with the program, by name.
func Builtin() []string {
	entries, _ := files.ReadDir("worlds")
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	slices.Sort(names) // a name before those that begin with it
	return names
}

// Load reads a world by its name, or by the path of its file if it ends in .yaml or .yml.
func Load(nameOrPath string) (*sim.WorldSpec, error) {
	switch filepath.Ext(nameOrPath) {
	case ".yaml", ".yml":
		return loadFile(nameOrPath)
	}
	data, err := files.ReadFile("worlds/" + nameOrPath + ".yaml")
	if err != nil {
		return nil, sim.Unknown("world", nameOrPath, Builtin())
	}
	return Parse(nameOrPath+".yaml", data)
}

func loadFile(path string) (*sim.WorldSpec, error) {
	f, err := os.Open(path)
	if err != nil {
		code := sim.Invalid
		if errors.Is(err, fs.ErrNotExist) {
			code = sim.NotFound
		}
		return nil, sim.Errorf(code, "%w", err).WithFix("give the path of a world file, or one of: %s", strings.Join(Builtin(), ", "))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, sim.Invalidf("%s cannot be read: %w", path, err)
	}
	return Parse(path, data)
}
