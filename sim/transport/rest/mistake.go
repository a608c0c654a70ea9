package rest

import (
	"errors"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// badJSON says where a body cannot be read, and for an unknown field which one
// was meant.
func badJSON(err error, desc protoreflect.MessageDescriptor) error {
	text := jsonError(err)
	e := sim.Invalidf("the body cannot be read: %s", text)
	if _, rest, ok := strings.Cut(text, `unknown field "`); ok {
		field, _, _ := strings.Cut(rest, `"`)
		return suggest(e, field, fieldNames(desc))
	}
	return e
}

// jsonError is what protojson found, with the place at the end. It writes
// "proto: (line 1:15): unknown field "id"", with one of two kinds of space.
func jsonError(err error) string {
	text := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	text = strings.TrimPrefix(text, "proto: ")
	if at, what, ok := strings.Cut(text, "): "); ok {
		if before, place, ok := strings.Cut(at, "(line "); ok {
			text = before + what + " at line " + strings.Replace(place, ":", ", column ", 1)
		}
	}
	return share.Visible(text)
}

// badParameter says which part of the path or the query cannot be read, and
// for an unknown one which was meant.
func badParameter(err error, m *contract.Method) error {
	e := sim.Invalidf("%s", share.Visible(err.Error()))
	var unknown *contract.UnknownParameter
	if errors.As(err, &unknown) {
		return suggest(e, unknown.Name, fieldNames(m.Desc.Input()))
	}
	return e
}

func suggest(e *sim.Error, word string, known []string) error {
	if near := sim.Nearest(word, known); near != "" {
		return e.WithFix("did you mean %s?", near)
	}
	if len(known) > 0 {
		return e.WithFix("there is: %s", strings.Join(known, ", "))
	}
	return e
}

// fieldNames lists the fields of a message and of the messages in it, each name once.
func fieldNames(desc protoreflect.MessageDescriptor) []string {
	var names []string
	seen := map[string]bool{}
	walked := map[protoreflect.FullName]bool{}
	var walk func(protoreflect.MessageDescriptor)
	walk = func(d protoreflect.MessageDescriptor) {
		walked[d.FullName()] = true
		for i := range d.Fields().Len() {
			f := d.Fields().Get(i)
			if name := f.TextName(); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
			if f.Message() != nil && !f.IsMap() && !walked[f.Message().FullName()] {
				walk(f.Message())
			}
		}
	}
	walk(desc)
	return names
}
