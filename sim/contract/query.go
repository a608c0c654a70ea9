package contract

import (
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// UnknownParameter is the error of [Method.Resolve] for a name that may not stand
// in the query.
type UnknownParameter struct {
	Name   string
	Method *Method
}

func (e *UnknownParameter) Error() string {
	return fmt.Sprintf("%s: is not a parameter of %s %s", e.Name, e.Method.Verb, e.Method.Path)
}

// Resolve puts what came in path and query into msg, a request of m. It comes
// after the body was read, and the path wins over the body. The error names the
// field and is the caller's mistake (400): an [*UnknownParameter], a value that
// does not fit, or one that was given twice.
func (m *Method) Resolve(msg proto.Message, vars map[string]string, query url.Values) error {
	for name, values := range query {
		fields, err := fieldsOf(m.Desc.Input(), name)
		switch {
		case err != nil || !m.inQuery(fields):
			return &UnknownParameter{name, m}
		case len(values) > 1 && !fields[len(fields)-1].IsList():
			return fmt.Errorf("%s: given more than once", name)
		}
		for _, value := range values {
			if err := Set(msg, name, value); err != nil {
				return err
			}
		}
	}
	for _, seg := range m.route.variables {
		if value, ok := vars[seg.field]; ok {
			if err := set(msg, seg.fields, seg.field, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// Query gives the fields of msg, a request of m, that travel in the query:
// those that are set and neither in the path nor in the body. It fails when one
// of them cannot be written as text. Nil is no query.
func (m *Method) Query(msg proto.Message) (url.Values, error) {
	if !m.inURL {
		return nil, nil
	}
	q := url.Values{}
	return q, m.query(q, nil, msg.ProtoReflect())
}

func (m *Method) query(q url.Values, above []protoreflect.FieldDescriptor, msg protoreflect.Message) (err error) {
	msg.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		path := append(above[:len(above):len(above)], f)
		name := dotted(path)
		switch {
		case !m.inQuery(path):
		case f.IsMap() || f.IsList() && f.Message() != nil:
			err = fmt.Errorf("%s: cannot be written as text", name)
		case f.IsList():
			for i := range v.List().Len() {
				q.Add(name, format(f, v.List().Get(i)))
			}
		case f.Message() != nil:
			err = m.query(q, path, v.Message())
		default:
			q.Set(name, format(f, v))
		}
		return err == nil
	})
	return err
}

// inQuery reports whether a field of the request may stand in the query.
func (m *Method) inQuery(path []protoreflect.FieldDescriptor) bool {
	if m.Body == "*" || m.Body == string(path[0].Name()) {
		return false
	}
	name := dotted(path)
	for _, seg := range m.route.variables {
		if seg.field == name {
			return false
		}
	}
	return true
}

func dotted(path []protoreflect.FieldDescriptor) string {
	names := make([]string, len(path))
	for i, f := range path {
		names[i] = string(f.Name())
	}
	return strings.Join(names, ".")
}
