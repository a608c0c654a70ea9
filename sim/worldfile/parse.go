// Package worldfile reads worlds from files, and writes them: YAML that people
// write by hand. Every error says file, line and column, and the nearest word that
// would have been right. [Shape] is the table of all that a file may contain. What
// a world does when it runs is the business of sim/world.
package worldfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
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
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, sim.Invalidf("%s is empty", file).WithFix("a world needs at least: name, services")
		}
		return nil, syntaxError(file, err)
	}
	p := &parser{file: file, place: map[string]*yaml.Node{"world": doc.Content[0]}}
	w := &sim.WorldSpec{Seed: 1}
	p.note(ofWorld().read(p, doc.Content[0], w))
	p.meaning(w)
	if err := joined(file, p.errs); err != nil {
		return nil, err
	}
	w.Places = sim.Places{}
	for thing, n := range p.place {
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
	if err := e.Encode(ofWorld().write(w, 0)); err != nil {
		return nil, sim.Errorf(sim.Internal, "writing the world %s: %w", w.Name, err)
	}
	return out.Bytes(), nil
}

// maxErrors bounds how many errors of one file are told.
const maxErrors = 20

// joined makes one error of all that is wrong with a file; nil when nothing is.
func joined(file string, errs []error) error {
	if len(errs) < 2 {
		return errors.Join(errs...)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s has %d errors", file, len(errs))
	for i, err := range errs {
		if i == maxErrors {
			fmt.Fprintf(&b, "\n  and %d more", len(errs)-i)
			break
		}
		e := sim.AsError(err)
		b.WriteString("\n  " + e.Message)
		if e.Fix != "" {
			b.WriteString(": " + e.Fix)
		}
	}
	return &sim.Error{Code: sim.Invalid, Message: b.String(), Err: errors.Join(errs...)}
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// syntaxError gives a YAML error the form of all others: file:line: what.
func syntaxError(file string, err error) error {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		msg = fmt.Sprintf("%s:%s: %s", file, m[1], strings.Replace(msg, m[0], "", 1))
	} else {
		msg = file + ": " + msg
	}
	return &sim.Error{Code: sim.Invalid, Message: msg, Fix: "YAML is indented with spaces; text with a colon in it stands in quotes", Err: err}
}

// parser walks the YAML tree by hand, so that every error knows its place.
type parser struct {
	file  string
	place map[string]*yaml.Node // where services and links were named, for errors of meaning
	errs  []error               // all that is wrong, in the order it was found
	bad   []string              // names that were refused: what mentions them is not wrong a second time
}

// note keeps an error, and lets the reading go on.
func (p *parser) note(err error) {
	if err != nil {
		p.errs = append(p.errs, err)
	}
}

// at makes an error at a node, keeping the fix of its cause.
func (p *parser) at(n *yaml.Node, err error) error {
	e := sim.AsError(err)
	return &sim.Error{Code: sim.Invalid, Message: fmt.Sprintf("%s:%d:%d: %s", p.file, n.Line, n.Column, e.Message), Fix: e.Fix, Err: err}
}

// entries calls f for every entry of a mapping whose keys are names of the author's.
func (p *parser) entries(n *yaml.Node, what string, limit int, f func(key, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return p.at(n, sim.Invalidf("%s must be a list of names with what belongs to them", what))
	}
	if len(n.Content)/2 > limit {
		return p.at(n, sim.Invalidf("%d %s are too many", len(n.Content)/2, what).WithFix("at most %d", limit))
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i]; seen[k.Value] {
			p.note(p.at(k, sim.Invalidf("%s stands here twice", k.Value)))
			continue
		}
		seen[n.Content[i].Value] = true
		p.note(f(n.Content[i], n.Content[i+1]))
	}
	return nil
}
