// Package worldfile reads worlds from files, and writes them: YAML that people
// write by hand. Every error says file, line and column, and the nearest word that
// would have been right. [Shape] is the table of all that a file may contain. What
// a world does when it runs is the business of sim/world.
package worldfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"go.yaml.in/yaml/v3"
)

// Bounds of a world file. A world is written by hand; what is larger is a mistake.
const (
	maxFile        = 1 << 20
	maxServices    = 2000
	maxLinks       = 20000
	maxTopics      = 100
	maxWorkers     = 10000
	maxUseCases    = 1000
	maxConnections = 1000 // of a link
)

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
	p := &parser{file: file}
	w := &sim.WorldSpec{Seed: 1}
	p.note(p.world(w, doc.Content[0]))
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
	row   form.Param            // the field that is being read
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

// fields calls the function named by each key of a mapping. Unknown and
// repeated keys are errors.
func (p *parser) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return p.at(n, sim.Invalidf("%s must be a list of fields", what))
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		f, ok := known[k.Value]
		if p.row = fieldOf(what, k.Value); !ok || p.row.Name == "" { // what the reference does not list is not read
			p.note(p.at(k, sim.Unknown("field", k.Value, slices.Sorted(maps.Keys(known)))))
			continue
		}
		if seen[k.Value] {
			p.note(p.at(k, sim.Invalidf("%s stands here twice", k.Value)))
			continue
		}
		seen[k.Value] = true
		p.note(f(v))
	}
	return nil
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

func (p *parser) text(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return p.at(n, sim.Invalidf("this must be a word or a text"))
		}
		*to = n.Value
		return nil
	}
}

func (p *parser) texts(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return p.at(n, sim.Invalidf("this must be a list, such as [a, b]"))
		}
		for _, c := range n.Content {
			var s string
			if err := p.text(&s)(c); err != nil {
				return err
			}
			*to = append(*to, s)
		}
		return nil
	}
}

func (p *parser) textMap(to *map[string]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = map[string]string{}
		return p.entries(n, "fields", 100, func(k, v *yaml.Node) error {
			var s string
			err := p.text(&s)(v)
			(*to)[k.Value] = s
			return err
		})
	}
}

// number reads a whole number within the bounds of its field.
func (p *parser) number(to *int) func(*yaml.Node) error {
	return func(n *yaml.Node) error { return p.value(n, func(v float64) { *to = int(v) }) }
}

// choice reads one of the words of its field.
func (p *parser) choice(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error { return p.value(n, func(float64) { *to = n.Value }) }
}

func (p *parser) bool(to *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error { return p.value(n, func(v float64) { *to = v != 0 }) }
}

func (p *parser) duration(to *time.Duration) func(*yaml.Node) error {
	return func(n *yaml.Node) error { return p.value(n, func(v float64) { *to = time.Duration(v) }) }
}

// value reads what the row of the field that is being read says.
func (p *parser) value(n *yaml.Node, set func(float64)) error {
	v, err := p.row.Read(n.Value)
	if err != nil {
		return p.at(n, err)
	}
	set(v)
	return nil
}

func parsed[T any](p *parser, to *T, parse func(string) (T, error)) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		v, err := parse(n.Value)
		if err != nil {
			return p.at(n, err)
		}
		*to = v
		return nil
	}
}

// body turns a YAML mapping into JSON, keeping $fields as they are.
func (p *parser) body(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind == yaml.ScalarNode {
			*to = n.Value
			return nil
		}
		var v any
		if err := n.Decode(&v); err != nil {
			return p.at(n, err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			return p.at(n, sim.Invalidf("this cannot be written as JSON"))
		}
		*to = string(b)
		return nil
	}
}
