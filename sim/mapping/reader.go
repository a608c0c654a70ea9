package mapping

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

// maxErrors bounds how many errors of one file are told.
const maxErrors = 20

// Joined makes one error of all that is wrong with a file; nil when nothing is.
func Joined(file string, errs []error) error {
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

// Reader walks the YAML tree of a file, so that every error knows its place.
type Reader struct {
	File    string
	Places  map[string]*yaml.Node // where things were named, for errors of meaning
	Errors  []error               // all that is wrong, in the order it was found
	Refused []string              // names that were refused: what mentions them is not wrong a second time
}

// Open begins to read a file. Its root is nil where the file is empty.
func Open(file string, data []byte) (p *Reader, root *yaml.Node, err error) {
	p = &Reader{File: file, Places: map[string]*yaml.Node{}}
	var doc yaml.Node
	switch err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); {
	case errors.Is(err, io.EOF):
		return p, nil, nil
	case err != nil:
		return p, nil, syntaxError(file, err)
	}
	return p, doc.Content[0], nil
}

// Note keeps an error, and lets the reading go on.
func (p *Reader) Note(err error) {
	if err != nil {
		p.Errors = append(p.Errors, err)
	}
}

// At makes an error at a node, keeping the fix of its cause.
func (p *Reader) At(n *yaml.Node, err error) error {
	e := sim.AsError(err)
	return &sim.Error{Code: sim.Invalid, Message: fmt.Sprintf("%s:%d:%d: %s", p.File, n.Line, n.Column, e.Message), Fix: e.Fix, Err: err}
}

// Entries calls f for every entry of a mapping whose keys are names of the author's.
func (p *Reader) Entries(n *yaml.Node, what string, limit int, f func(key, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return p.At(n, sim.Invalidf("%s must be a list of names with what belongs to them", what))
	}
	if len(n.Content)/2 > limit {
		return p.At(n, sim.Invalidf("%d %s are too many", len(n.Content)/2, what).WithFix("at most %d", limit))
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i]; seen[k.Value] {
			p.Note(p.At(k, sim.Invalidf("%s stands here twice", k.Value)))
			continue
		}
		seen[n.Content[i].Value] = true
		p.Note(f(n.Content[i], n.Content[i+1]))
	}
	return nil
}
