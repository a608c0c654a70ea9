// Package mapping reads YAML that people write by hand: mappings whose keys are
// rows of a table. Every error says file, line and column, and the nearest word
// that would have been right. The same rows write what they read, and explain it.
package mapping

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"go.yaml.in/yaml/v3"
)

// Part is a part of a world file: a mapping whose keys are fields of T.
type Part[T any] struct {
	Name   string // as errors call it: "a service"
	About  string
	Fields []Field[T]
}

// Field is one row: what the reference says of it, how it is read, and how it is
// written. A node that is nil is not written.
type Field[T any] struct {
	form.Param
	Needed string // what to write where it is missing; "" = it may be
	In     func(p *Reader, n *yaml.Node, to *T) error
	Out    func(of *T) *yaml.Node
}

// Of is a part with its fields.
func Of[T any](name, about string, fields ...Field[T]) Part[T] { return Part[T]{name, about, fields} }

// Custom is a field with a reader and a writer of its own.
func Custom[T any](row form.Param, in func(p *Reader, n *yaml.Node, to *T) error, out func(of *T) *yaml.Node) Field[T] {
	return Field[T]{Param: row, In: in, Out: out}
}

// Need says what to write where the field is missing.
func (f Field[T]) Need(fix string) Field[T] {
	f.Needed = fix
	return f
}

// Read reads a mapping. Unknown and repeated keys are errors.
func (d Part[T]) Read(p *Reader, n *yaml.Node, to *T) error {
	if n.Kind != yaml.MappingNode {
		return p.At(n, sim.Invalidf("%s must be fields with their values", d.Name).WithFix("write each on a line of its own: %s: …", d.Fields[0].Name))
	}
	seen, strange := map[string]bool{}, false
	for i := 0; i < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(d.Fields, func(f Field[T]) bool { return f.Name == k.Value })
		switch {
		case at < 0:
			strange = true
			p.Note(p.At(k, sim.Unknown("field", k.Value, d.names())))
		case seen[k.Value]:
			p.Note(p.At(k, sim.Invalidf("%s stands here twice", k.Value)))
		default:
			seen[k.Value] = true
			p.Note(d.Fields[at].In(p, v, to))
		}
	}
	for _, f := range d.Fields {
		if f.Needed != "" && !seen[f.Name] && !strange { // it may be the strange one, misspelt
			p.Note(p.At(n, sim.Invalidf("the field %s is missing", f.Name).WithFix("%s", f.Needed)))
		}
	}
	return nil
}

func (d Part[T]) names() (names []string) {
	for _, f := range d.Fields {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// Write writes what there is to say.
func (d Part[T]) Write(of *T, style yaml.Style) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: style}
	for _, f := range d.Fields {
		if v := f.Out(of); v != nil {
			n.Content = append(n.Content, Scalar(f.Name), v)
		}
	}
	return n
}

// Params are the rows as parameters, for the reference.
func (d Part[T]) Params() (all []form.Param) {
	for _, f := range d.Fields {
		all = append(all, f.Param)
	}
	return all
}

// Text is a field that may be any text; an empty one is not said.
func Text[T any](name, about string, at func(*T) *string) Field[T] {
	return Parsed(name, about, at, func(s string) (string, error) { return s, nil }, func(s string) string { return s })
}

// Parsed is a text that has a form of its own.
func Parsed[T, V any](name, about string, at func(*T) *V, parse func(string) (V, error), format func(V) string) Field[T] {
	return Field[T]{
		Param: form.Param{Name: name, About: about},
		In: func(p *Reader, n *yaml.Node, to *T) error {
			s, err := p.Scalar(n)
			if err != nil {
				return err
			}
			v, err := parse(s)
			if err != nil {
				return p.At(n, err)
			}
			*at(to) = v
			return nil
		},
		Out: func(of *T) *yaml.Node { return said(format(*at(of))) },
	}
}

// Value is a field that its row reads. Put gets its number and its text; get gives
// the text, "" where nothing is to be said.
func Value[T any](row form.Param, put func(to *T, n float64, text string), get func(*T) string) Field[T] {
	return Field[T]{
		Param: row,
		In: func(p *Reader, n *yaml.Node, to *T) error {
			v, err := row.Read(n.Value)
			if err != nil {
				return p.At(n, err)
			}
			put(to, v, n.Value)
			return nil
		},
		Out: func(of *T) *yaml.Node {
			switch s := get(of); {
			case s == "":
				return nil
			case row.Kind == form.Choice || row.Kind == form.Duration:
				return Scalar(s)
			default:
				return &yaml.Node{Kind: yaml.ScalarNode, Value: s}
			}
		},
	}
}

// Number is a whole number; unsaid is what it is where the file says nothing.
func Number[T any](name, about string, least, most, unsaid int, at func(*T) *int) Field[T] {
	return Value(form.Param{Name: name, About: about, Kind: form.Count, Min: float64(least), Max: float64(most)},
		func(to *T, n float64, _ string) { *at(to) = int(n) },
		func(of *T) string {
			if *at(of) == unsaid {
				return ""
			}
			return strconv.Itoa(*at(of))
		})
}

func Choice[T any](name, about string, at func(*T) *string, choices ...string) Field[T] {
	return Value(form.Param{Name: name, About: about, Kind: form.Choice, Choices: choices},
		func(to *T, _ float64, s string) { *at(to) = s }, func(of *T) string { return *at(of) })
}

func Yes[T any](name, about string, at func(*T) *bool) Field[T] {
	return Value(form.Param{Name: name, About: about, Kind: form.Bool},
		func(to *T, n float64, _ string) { *at(to) = n != 0 },
		func(of *T) string {
			if !*at(of) {
				return ""
			}
			return "true"
		})
}

// List is a list of texts.
func List[T any](name, about string, at func(*T) *[]string) Field[T] {
	return Field[T]{
		Param: form.Param{Name: name, About: about},
		In: func(p *Reader, n *yaml.Node, to *T) (err error) {
			*at(to), err = p.Scalars(n)
			return err
		},
		Out: func(of *T) *yaml.Node { return Sequence(*at(of)) },
	}
}

// Pairs is a mapping of texts.
func Pairs[T any](name, about string, at func(*T) *map[string]string) Field[T] {
	return Field[T]{
		Param: form.Param{Name: name, About: about},
		In: func(p *Reader, n *yaml.Node, to *T) error {
			all := map[string]string{}
			*at(to) = all
			return p.Entries(n, "fields", 100, func(k, v *yaml.Node) (err error) {
				all[k.Value], err = p.Scalar(v)
				return err
			})
		},
		Out: func(of *T) *yaml.Node {
			n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			for _, k := range slices.Sorted(maps.Keys(*at(of))) {
				n.Content = append(n.Content, Scalar(k), Scalar((*at(of))[k]))
			}
			return UnlessEmpty(n)
		},
	}
}

// Body is JSON, or a mapping that becomes it; $fields stay as they are.
func Body[T any](name, about string, at func(*T) *string) Field[T] {
	f := Text(name, about, at)
	f.In = func(p *Reader, n *yaml.Node, to *T) error {
		if n.Kind == yaml.ScalarNode {
			*at(to) = n.Value
			return nil
		}
		var v any
		if err := n.Decode(&v); err != nil {
			return p.At(n, err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			return p.At(n, sim.Invalidf("this cannot be written as JSON"))
		}
		*at(to) = string(b)
		return nil
	}
	return f
}

func (p *Reader) Scalar(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode {
		return "", p.At(n, sim.Invalidf("this must be a word or a text"))
	}
	return n.Value, nil
}

func (p *Reader) Scalars(n *yaml.Node) (all []string, err error) {
	if n.Kind != yaml.SequenceNode {
		return nil, p.At(n, sim.Invalidf("this must be a list, such as [a, b]"))
	}
	all = []string{}
	for _, c := range n.Content {
		s, err := p.Scalar(c)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Scalar is read as text, whatever it looks like.
func Scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// said is a text; an empty one is not written.
func said(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	return Scalar(s)
}

func Sequence(all []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range all {
		n.Content = append(n.Content, Scalar(s))
	}
	return UnlessEmpty(n)
}

func UnlessEmpty(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}
