package contract

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// template is a path with variables, in the grammar of google.api.http:
//
//	/products/{id}            one segment
//	/orders/{order.id}        a field of a field
//	/{path=**}                the rest of the path, at least one segment; only at the end
//	/{name=shelves/*}/books   a variable of several segments: name is "shelves/7"
//	/events/{id}:cancel       a verb of the interface itself, behind the last segment
type template struct {
	segments  []segment
	variables []variable
	verb      string // without its colon; "" = none
}

// segment is one part between slashes: a literal, *, or **.
type segment struct {
	literal string // as it stands in the path
	rest    bool   // **: it takes all that is left
}

// variable is a field whose value is a run of segments.
type variable struct {
	field    string
	from, to int                            // the segments
	fields   []protoreflect.FieldDescriptor // the way to that field
}

// several reports whether the value of v may have slashes of its own.
func (t template) several(v variable) bool { return v.to-v.from > 1 || t.segments[v.from].rest }

// parseTemplate reads s, whose variables are fields of desc.
func parseTemplate(s string, desc protoreflect.MessageDescriptor) (template, error) {
	t, err := parsePath(s)
	if err != nil {
		return template{}, err
	}
	for i, v := range t.variables {
		fields, err := fieldsOf(desc, v.field)
		if err != nil {
			return template{}, fmt.Errorf("path %q: %w", s, err)
		}
		last := fields[len(fields)-1]
		if last.IsList() || !isText(last) || t.several(v) && last.Kind() != protoreflect.StringKind {
			return template{}, fmt.Errorf("path %q: %s cannot stand in a path", s, v.field)
		}
		t.variables[i].fields = fields
	}
	return t, nil
}

// parsePath reads the grammar, and asks for no fields.
func parsePath(s string) (t template, err error) {
	tail, ok := strings.CutPrefix(s, "/")
	if !ok {
		return t, fmt.Errorf("path %q does not begin with /", s)
	}
	last := strings.LastIndexAny(tail, "/}") // a colon in a variable is no verb
	if at := strings.IndexByte(tail[last+1:], ':'); at >= 0 {
		tail, t.verb = tail[:last+1+at], tail[last+2+at:]
		if t.verb == "" || url.PathEscape(t.verb) != t.verb || strings.ContainsRune(t.verb, ':') {
			return t, fmt.Errorf("path %q: %q is not a verb", s, t.verb)
		}
	}
	for len(tail) > 0 || len(t.segments) == 0 {
		part, rest, more := tail, "", false
		if strings.HasPrefix(tail, "{") {
			end := strings.IndexByte(tail, '}')
			if end < 0 || end+1 < len(tail) && tail[end+1] != '/' {
				return t, fmt.Errorf("path %q: %q is not a variable; write {id} or {path=**}", s, tail)
			}
			part, rest, more = tail[:end+1], strings.TrimPrefix(tail[end+1:], "/"), end+1 < len(tail)
		} else {
			part, rest, more = strings.Cut(tail, "/")
		}
		if err := t.add(part); err != nil {
			return t, fmt.Errorf("path %q: %w", s, err)
		}
		if more && rest == "" {
			return t, fmt.Errorf("path %q ends with /", s)
		}
		tail = rest
	}
	for _, seg := range t.segments[:len(t.segments)-1] {
		if seg.rest {
			return t, fmt.Errorf("path %q goes on after **", s)
		}
	}
	return t, nil
}

// add adds one part of a template: a segment, or a variable with its segments.
func (t *template) add(part string) error {
	name, isVar := strings.CutPrefix(part, "{")
	if !isVar {
		seg, err := parseSegment(part)
		t.segments = append(t.segments, seg)
		return err
	}
	name, pattern, has := strings.Cut(strings.TrimSuffix(name, "}"), "=")
	if !has {
		pattern = "*"
	}
	if !isFieldPath(name) {
		return fmt.Errorf("%q is not a variable; write {id} or {path=**}", part)
	}
	if slices.ContainsFunc(t.variables, func(v variable) bool { return v.field == name }) {
		return fmt.Errorf("%s stands there twice", name)
	}
	v := variable{field: name, from: len(t.segments)}
	for p := range strings.SplitSeq(pattern, "/") {
		seg, err := parseSegment(p)
		if err != nil {
			return fmt.Errorf("%q is not a variable; write {id} or {path=**}", part)
		}
		t.segments = append(t.segments, seg)
	}
	v.to = len(t.segments)
	t.variables = append(t.variables, v)
	return nil
}

func parseSegment(part string) (segment, error) {
	switch {
	case part == "*":
		return segment{}, nil
	case part == "**":
		return segment{rest: true}, nil
	case part == "" || url.PathEscape(part) != part || strings.ContainsRune(part, ':'):
		return segment{}, fmt.Errorf("%q is not a segment", part)
	}
	return segment{literal: part}, nil
}

// isFieldPath reports whether s can name a field of a field: "order.id".
func isFieldPath(s string) bool {
	for name := range strings.SplitSeq(s, ".") {
		for i, r := range name {
			if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
				return false
			}
		}
		if name == "" {
			return false
		}
	}
	return true
}

// match takes a path apart. Values are unescaped; in one of several segments %2F
// stays, because it is no slash of the path.
func (t template) match(path string) (map[string]string, bool) {
	if t.verb != "" {
		var ok bool
		if path, ok = strings.CutSuffix(path, ":"+t.verb); !ok {
			return nil, false
		}
	}
	tail, more := strings.CutPrefix(path, "/")
	parts := make([]string, 0, len(t.segments))
	for _, seg := range t.segments {
		if !more {
			return nil, false
		}
		part := tail
		if more = false; !seg.rest {
			part, tail, more = strings.Cut(tail, "/")
		}
		value, err := url.PathUnescape(part)
		if err != nil || value == "" || seg.literal != "" && seg.literal != value {
			return nil, false
		}
		parts = append(parts, part)
	}
	if more {
		return nil, false
	}
	vars := make(map[string]string, len(t.variables))
	for _, v := range t.variables {
		escaped := strings.Join(parts[v.from:v.to], "/")
		if t.several(v) {
			escaped = slashes.Replace(escaped)
		}
		vars[v.field], _ = url.PathUnescape(escaped) // its parts could be
	}
	return vars, true
}

// slashes keeps escaped slashes escaped when a path is unescaped.
var slashes = strings.NewReplacer("%2F", "%252F", "%2f", "%252f")

// fill puts the fields of msg in the places of the variables, escaped.
func (t template) fill(msg proto.Message) (string, error) {
	var b strings.Builder
	b.Grow(64) // nearly always enough
	next := 0
	for i := 0; i < len(t.segments); i++ {
		if next == len(t.variables) || t.variables[next].from != i {
			if t.segments[i].literal == "" {
				return "", fmt.Errorf("a path with %s has no value of its own", "* outside of a variable")
			}
			b.WriteString("/" + t.segments[i].literal)
			continue
		}
		v := t.variables[next]
		if err := t.write(&b, v, get(msg, v.fields)); err != nil {
			return "", err
		}
		i = v.to - 1
		next++
	}
	if t.verb != "" {
		b.WriteString(":" + t.verb)
	}
	return b.String(), nil
}

// write writes the value of one variable, which must have its shape.
func (t template) write(b *strings.Builder, v variable, value string) error {
	parts := []string{value}
	if t.several(v) {
		parts = strings.Split(value, "/")
	}
	shape := t.segments[v.from:v.to]
	open := shape[len(shape)-1].rest
	if len(parts) < len(shape) || len(parts) > len(shape) && !open {
		return fmt.Errorf("%s: %q has not the parts that the path wants", v.field, value)
	}
	for i, part := range parts {
		// An empty segment, "." and ".." would name another thing after cleaning.
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("%s: %q cannot stand in a path", v.field, value)
		}
		if i < len(shape) && shape[i].literal != "" && shape[i].literal != part {
			return fmt.Errorf("%s: %q does not begin with %s", v.field, value, shape[i].literal)
		}
		b.WriteByte('/')
		b.WriteString(url.PathEscape(part))
	}
	return nil
}

// compare orders templates of one path: what says more about it comes first, so
// that /orders/preview goes before /orders/{id}.
func (t template) compare(o template) int {
	for i := range min(len(t.segments), len(o.segments)) {
		if d := o.segments[i].weight() - t.segments[i].weight(); d != 0 {
			return d
		}
	}
	if d := len(o.segments) - len(t.segments); d != 0 {
		return d
	}
	return len(o.verb) - len(t.verb)
}

func (s segment) weight() int {
	switch {
	case s.rest:
		return 0
	case s.literal == "":
		return 1
	default:
		return 2
	}
}
