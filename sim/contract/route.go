package contract

import (
	"slices"

	"google.golang.org/protobuf/proto"
)

// Match takes the path of a request apart: "/products/101" along
// "/products/{id}" gives id=101. Path is escaped, as from (*url.URL).EscapedPath;
// values are unescaped. {id} takes one segment, {path=**} the rest; neither is
// ever empty.
func (m *Method) Match(path string) (vars map[string]string, ok bool) {
	if m.Verb == "" {
		return nil, false
	}
	return m.route.match(path)
}

// Fill puts fields of msg into a template such as "/products/{id}" or
// "/orders/{order.id}", escaped for a path. It fails when a field does not
// exist or cannot stand in a path (it is empty, "." or "..").
func (m *Method) Fill(template string, msg proto.Message) (string, error) {
	switch {
	case template == m.Path && msg.ProtoReflect().Descriptor() == m.Desc.Input():
		return m.route.fill(msg)
	case template == m.Location && msg.ProtoReflect().Descriptor() == m.Desc.Output():
		return m.location.fill(msg)
	}
	t, err := parseTemplate(template, msg.ProtoReflect().Descriptor())
	if err != nil {
		return "", err
	}
	return t.fill(msg)
}

// Lookup finds the method that a verb and an escaped path mean. Where several
// paths match, the one with the earlier literal wins: /orders/preview before
// /orders/{id}. When the path is known but not with that verb, m is nil and
// allow lists the verbs it knows, sorted: 405. When both are empty: 404.
func Lookup(methods []*Method, verb, path string) (m *Method, vars map[string]string, allow []string) {
	for _, c := range methods {
		v, ok := c.Match(path)
		switch {
		case !ok:
		case c.Verb != verb:
			allow = append(allow, c.Verb)
		case m == nil || c.route.compare(m.route) < 0:
			m, vars = c, v
		}
	}
	if m != nil {
		return m, vars, nil
	}
	slices.Sort(allow)
	return nil, nil, slices.Compact(allow)
}
