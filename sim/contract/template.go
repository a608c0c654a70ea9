package contract

import (
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// template is a path with variables, the part of google.api.http's grammar that
// our contracts use:
//
//	/products/{id}      one segment
//	/orders/{order.id}  a field of a field
//	/{path=**}          the rest of the path, at least one segment; only at the end
type template []segment

type segment struct {
	literal string                         // as it stands in the path, escaped
	field   string                         // or the field whose value stands here
	rest    bool                           // which takes all that is left
	fields  []protoreflect.FieldDescriptor // the way to that field
}

// parseTemplate reads s, whose variables are fields of desc.
func parseTemplate(s string, desc protoreflect.MessageDescriptor) (template, error) {
	tail, ok := strings.CutPrefix(s, "/")
	if !ok {
		return nil, fmt.Errorf("path %q does not begin with /", s)
	}
	var t template
	for part := range strings.SplitSeq(tail, "/") {
		if len(t) > 0 && t[len(t)-1].rest {
			return nil, fmt.Errorf("path %q goes on after **", s)
		}
		seg, err := parseSegment(part)
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", s, err)
		}
		if seg.field != "" {
			fields, err := fieldsOf(desc, seg.field)
			if err != nil {
				return nil, fmt.Errorf("path %q: %w", s, err)
			}
			if last := fields[len(fields)-1]; last.IsList() || !isText(last) {
				return nil, fmt.Errorf("path %q: %s cannot stand in a path", s, seg.field)
			}
			seg.fields = fields
		}
		t = append(t, seg)
	}
	return t, nil
}

func parseSegment(part string) (segment, error) {
	name, isVar := strings.CutPrefix(part, "{")
	if !isVar {
		if part == "" || url.PathEscape(part) != part {
			return segment{}, fmt.Errorf("%q is not a segment", part)
		}
		return segment{literal: part}, nil
	}
	name, closed := strings.CutSuffix(name, "}")
	name, pattern, has := strings.Cut(name, "=")
	if !closed || name == "" || has && pattern != "*" && pattern != "**" {
		return segment{}, fmt.Errorf("%q is not a variable; write {id} or {path=**}", part)
	}
	return segment{field: name, rest: pattern == "**"}, nil
}

// match takes a path apart. Values are unescaped.
func (t template) match(path string) (map[string]string, bool) {
	var vars map[string]string
	tail, more := strings.CutPrefix(path, "/")
	for _, seg := range t {
		if !more {
			return nil, false
		}
		part := tail
		if more = false; !seg.rest {
			part, tail, more = strings.Cut(tail, "/")
		}
		value, err := url.PathUnescape(part)
		if err != nil || value == "" || seg.field == "" && seg.literal != value {
			return nil, false
		}
		if vars == nil && (seg.field != "" || !more) {
			vars = make(map[string]string, 1)
		}
		if seg.field != "" {
			vars[seg.field] = value
		}
	}
	if more {
		return nil, false
	}
	return vars, true
}

// fill puts the fields of msg in the places of the variables, escaped.
func (t template) fill(msg proto.Message) (string, error) {
	var b strings.Builder
	b.Grow(64) // nearly always enough
	for _, seg := range t {
		b.WriteByte('/')
		if seg.field == "" {
			b.WriteString(seg.literal)
			continue
		}
		value := get(msg, seg.fields)
		parts := []string{value}
		if seg.rest {
			parts = strings.Split(value, "/")
		}
		for i, part := range parts {
			// An empty segment, "." and ".." would name another thing after cleaning.
			if part == "" || part == "." || part == ".." {
				return "", fmt.Errorf("%s: %q cannot stand in a path", seg.field, value)
			}
			if i > 0 {
				b.WriteByte('/')
			}
			b.WriteString(url.PathEscape(part))
		}
	}
	return b.String(), nil
}

// compare orders templates of one path: what says more about it comes first, so
// that /orders/preview goes before /orders/{id}.
func (t template) compare(o template) int {
	for i := range min(len(t), len(o)) {
		if d := o[i].weight() - t[i].weight(); d != 0 {
			return d
		}
	}
	return len(o) - len(t)
}

func (s segment) weight() int {
	switch {
	case s.rest:
		return 0
	case s.field != "":
		return 1
	default:
		return 2
	}
}
