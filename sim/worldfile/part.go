package worldfile

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"go.yaml.in/yaml/v3"
)

// part is a part of a world file: a mapping whose keys are fields of T.
type part[T any] struct {
	name   string // as errors call it: "a service"
	about  string
	fields []field[T]
}

// field is one row: what the reference says of it, how it is read, and how it is
// written. A node that is nil is not written.
type field[T any] struct {
	form.Param
	read  func(p *parser, n *yaml.Node, to *T) error
	write func(of *T) *yaml.Node
}

// read reads a mapping. Unknown and repeated keys are errors.
func (d part[T]) read(p *parser, n *yaml.Node, to *T) error {
	if n.Kind != yaml.MappingNode {
		return p.at(n, sim.Invalidf("%s must be a list of fields", d.name))
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(d.fields, func(f field[T]) bool { return f.Name == k.Value })
		switch {
		case at < 0:
			p.note(p.at(k, sim.Unknown("field", k.Value, d.names())))
		case seen[k.Value]:
			p.note(p.at(k, sim.Invalidf("%s stands here twice", k.Value)))
		default:
			seen[k.Value] = true
			p.note(d.fields[at].read(p, v, to))
		}
	}
	return nil
}

func (d part[T]) names() (names []string) {
	for _, f := range d.fields {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// write writes what there is to say.
func (d part[T]) write(of *T, style yaml.Style) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: style}
	for _, f := range d.fields {
		if v := f.write(of); v != nil {
			n.Content = append(n.Content, scalar(f.Name), v)
		}
	}
	return n
}

func (d part[T]) shape() Part {
	all := Part{Name: d.name, About: d.about}
	for _, f := range d.fields {
		all.Fields = append(all.Fields, f.Param)
	}
	return all
}

// text is a field that may be any text; an empty one is not said.
func text[T any](name, about string, at func(*T) *string) field[T] {
	return parsed(name, about, at, func(s string) (string, error) { return s, nil }, func(s string) string { return s })
}

// parsed is a text that has a form of its own.
func parsed[T, V any](name, about string, at func(*T) *V, parse func(string) (V, error), format func(V) string) field[T] {
	return field[T]{
		form.Param{Name: name, About: about},
		func(p *parser, n *yaml.Node, to *T) error {
			s, err := p.scalar(n)
			if err != nil {
				return err
			}
			v, err := parse(s)
			if err != nil {
				return p.at(n, err)
			}
			*at(to) = v
			return nil
		},
		func(of *T) *yaml.Node { return said(format(*at(of))) },
	}
}

// value is a field that its row reads. Put gets its number and its text; get gives
// the text, "" where nothing is to be said.
func value[T any](row form.Param, put func(to *T, n float64, text string), get func(*T) string) field[T] {
	return field[T]{
		row,
		func(p *parser, n *yaml.Node, to *T) error {
			v, err := row.Read(n.Value)
			if err != nil {
				return p.at(n, err)
			}
			put(to, v, n.Value)
			return nil
		},
		func(of *T) *yaml.Node {
			switch s := get(of); {
			case s == "":
				return nil
			case row.Kind == form.Choice || row.Kind == form.Duration:
				return scalar(s)
			default:
				return &yaml.Node{Kind: yaml.ScalarNode, Value: s}
			}
		},
	}
}

// number is a whole number; unsaid is what it is where the file says nothing.
func number[T any](name, about string, least, most, unsaid int, at func(*T) *int) field[T] {
	return value(form.Param{Name: name, About: about, Kind: form.Count, Min: float64(least), Max: float64(most)},
		func(to *T, n float64, _ string) { *at(to) = int(n) },
		func(of *T) string {
			if *at(of) == unsaid {
				return ""
			}
			return strconv.Itoa(*at(of))
		})
}

func choice[T any](name, about string, at func(*T) *string, choices ...string) field[T] {
	return value(form.Param{Name: name, About: about, Kind: form.Choice, Choices: choices},
		func(to *T, _ float64, s string) { *at(to) = s }, func(of *T) string { return *at(of) })
}

func yes[T any](name, about string, at func(*T) *bool) field[T] {
	return value(form.Param{Name: name, About: about, Kind: form.Bool},
		func(to *T, n float64, _ string) { *at(to) = n != 0 },
		func(of *T) string {
			if !*at(of) {
				return ""
			}
			return "true"
		})
}

// list is a list of texts.
func list[T any](name, about string, at func(*T) *[]string) field[T] {
	return field[T]{
		form.Param{Name: name, About: about},
		func(p *parser, n *yaml.Node, to *T) (err error) {
			*at(to), err = p.scalars(n)
			return err
		},
		func(of *T) *yaml.Node { return sequence(*at(of)) },
	}
}

// pairs is a mapping of texts.
func pairs[T any](name, about string, at func(*T) *map[string]string) field[T] {
	return field[T]{
		form.Param{Name: name, About: about},
		func(p *parser, n *yaml.Node, to *T) error {
			all := map[string]string{}
			*at(to) = all
			return p.entries(n, "fields", 100, func(k, v *yaml.Node) (err error) {
				all[k.Value], err = p.scalar(v)
				return err
			})
		},
		func(of *T) *yaml.Node {
			n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			for _, k := range slices.Sorted(maps.Keys(*at(of))) {
				n.Content = append(n.Content, scalar(k), scalar((*at(of))[k]))
			}
			return unlessEmpty(n)
		},
	}
}

// body is JSON, or a mapping that becomes it; $fields stay as they are.
func body[T any](name, about string, at func(*T) *string) field[T] {
	f := text(name, about, at)
	f.read = func(p *parser, n *yaml.Node, to *T) error {
		if n.Kind == yaml.ScalarNode {
			*at(to) = n.Value
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
		*at(to) = string(b)
		return nil
	}
	return f
}

func (p *parser) scalar(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode {
		return "", p.at(n, sim.Invalidf("this must be a word or a text"))
	}
	return n.Value, nil
}

func (p *parser) scalars(n *yaml.Node) (all []string, err error) {
	if n.Kind != yaml.SequenceNode {
		return nil, p.at(n, sim.Invalidf("this must be a list, such as [a, b]"))
	}
	for _, c := range n.Content {
		s, err := p.scalar(c)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// scalar is read as text, whatever it looks like.
func scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// said is a text; an empty one is not written.
func said(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	return scalar(s)
}

func sequence(all []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range all {
		n.Content = append(n.Content, scalar(s))
	}
	return unlessEmpty(n)
}

func unlessEmpty(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}
