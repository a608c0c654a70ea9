// Package worldfile reads worlds from files, and writes them: YAML that people
// write by hand. Every error says file, line and column, and the nearest word that
// would have been right. [Shape] is the table of all that a file may contain. What
// a world does when it runs is the business of sim/world.
package worldfile

import (
	"bytes"
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/mapping"
	"go.yaml.in/yaml/v3"
)

// maxFile bounds a world file, in bytes. A world is written by hand; what is larger is a mistake.
const maxFile = 1 << 20

// Parse reads a world from YAML. File is its name for errors, which say file,
// line, column and the nearest word that would have been right.
func Parse(file string, data []byte) (*sim.WorldSpec, error) {
	if len(data) > maxFile {
		return nil, sim.Invalidf("%s is larger than %d KiB", file, maxFile>>10)
	}
	p, root, err := mapping.Open(file, data)
	switch {
	case err != nil:
		return nil, err
	case root == nil:
		return nil, sim.Invalidf("%s is empty", file).WithFix("a world needs at least: name, services")
	}
	p.Places["world"] = root
	w := &sim.WorldSpec{Seed: 1}
	p.Note(ofWorld().Read(p, root, w))
	meaning(p, w)
	if err := mapping.Joined(file, p.Errors); err != nil {
		return nil, err
	}
	w.Places = sim.Places{}
	for thing, n := range p.Places {
		w.Places[thing] = fmt.Sprintf("%s:%d:%d", file, n.Line, n.Column)
	}
	return w, nil
}

// Write writes a world as [Parse] reads it: what was understood and not said in
// the file, such as the links of generic services, is said. Texts must be UTF-8,
// as those of every world that was read are.
func Write(w *sim.WorldSpec) ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(ofWorld().Write(w, 0)); err != nil {
		return nil, sim.Errorf(sim.Internal, "writing the world %s: %w", w.Name, err)
	}
	return out.Bytes(), nil
}
