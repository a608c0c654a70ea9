package contract

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Set puts text into the field of msg that path names: "page_size", "pageSize"
// or "amount.cents". A list grows by one. Numbers must fit, booleans are true or
// false, enums are their names, bytes are base64. Missing messages on the way
// are made. The error says which field and what it wants; msg is then unchanged.
func Set(msg proto.Message, path, text string) error {
	fields, err := fieldsOf(msg.ProtoReflect().Descriptor(), path)
	if err != nil {
		return err
	}
	return set(msg, fields, path, text)
}

// set is Set for fields that were found before.
func set(msg proto.Message, fields []protoreflect.FieldDescriptor, path, text string) error {
	last := fields[len(fields)-1]
	if !isText(last) {
		return fmt.Errorf("%s: cannot be given as text", path)
	}
	value, err := parse(last, text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	at := msg.ProtoReflect()
	for _, f := range fields[:len(fields)-1] {
		at = at.Mutable(f).Message()
	}
	if last.IsList() {
		at.Mutable(last).List().Append(value)
		return nil
	}
	at.Set(last, value)
	return nil
}

// Get reads the field of msg that path names as text, in the form that [Set]
// takes. A field that is not set reads as its default.
func Get(msg proto.Message, path string) (string, error) {
	fields, err := fieldsOf(msg.ProtoReflect().Descriptor(), path)
	if err != nil {
		return "", err
	}
	last := fields[len(fields)-1]
	if !isText(last) || last.IsList() {
		return "", fmt.Errorf("%s: cannot be written as text", path)
	}
	return get(msg, fields), nil
}

// get is Get for fields that were found before, and are text.
func get(msg proto.Message, fields []protoreflect.FieldDescriptor) string {
	last, at := fields[len(fields)-1], msg.ProtoReflect()
	for _, f := range fields[:len(fields)-1] {
		at = at.Get(f).Message()
	}
	return format(last, at.Get(last))
}

// fieldsOf finds the fields that a dotted path goes through, each by its proto
// name or its JSON name. All but the last are single messages.
func fieldsOf(desc protoreflect.MessageDescriptor, path string) ([]protoreflect.FieldDescriptor, error) {
	var fields []protoreflect.FieldDescriptor
	for name := range strings.SplitSeq(path, ".") {
		if len(fields) > 0 {
			parent := fields[len(fields)-1]
			if parent.Message() == nil || parent.IsList() || parent.IsMap() {
				return nil, fmt.Errorf("%s: %s has no fields", path, parent.Name())
			}
			desc = parent.Message()
		}
		f := desc.Fields().ByName(protoreflect.Name(name))
		if f == nil {
			f = desc.Fields().ByJSONName(name)
		}
		if f == nil {
			return nil, fmt.Errorf("%s: %s has no such field", path, desc.Name())
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// isText reports whether one value of f can be written as text.
func isText(f protoreflect.FieldDescriptor) bool { return f.Message() == nil && !f.IsMap() }

// parse reads one value of f.
func parse(f protoreflect.FieldDescriptor, text string) (v protoreflect.Value, err error) {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(text), nil
	case protoreflect.BoolKind:
		if text != "true" && text != "false" {
			return v, fmt.Errorf("%q is neither true nor false", text)
		}
		return protoreflect.ValueOfBool(text == "true"), nil
	case protoreflect.BytesKind:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return v, fmt.Errorf("%q is not base64", text)
		}
		return protoreflect.ValueOfBytes(b), nil
	case protoreflect.EnumKind:
		e := f.Enum().Values().ByName(protoreflect.Name(text))
		if e == nil {
			return v, fmt.Errorf("%q is not a value of %s", text, f.Enum().Name())
		}
		return protoreflect.ValueOfEnum(e.Number()), nil
	default:
		return parseNumber(f.Kind(), text)
	}
}

func parseNumber(kind protoreflect.Kind, text string) (v protoreflect.Value, err error) {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, err := strconv.ParseInt(text, 10, 32)
		return protoreflect.ValueOfInt32(int32(n)), whole(text, err)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		n, err := strconv.ParseInt(text, 10, 64)
		return protoreflect.ValueOfInt64(n), whole(text, err)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		n, err := strconv.ParseUint(text, 10, 32)
		return protoreflect.ValueOfUint32(uint32(n)), whole(text, err)
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		n, err := strconv.ParseUint(text, 10, 64)
		return protoreflect.ValueOfUint64(n), whole(text, err)
	}
	bits := 64
	if kind == protoreflect.FloatKind {
		bits = 32
	}
	n, err := strconv.ParseFloat(text, bits)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return v, fmt.Errorf("%q is not a number that fits", text)
	}
	if bits == 32 {
		return protoreflect.ValueOfFloat32(float32(n)), nil
	}
	return protoreflect.ValueOfFloat64(n), nil
}

func whole(text string, err error) error {
	if err != nil {
		return fmt.Errorf("%q is not a whole number that fits", text)
	}
	return nil
}

// format writes one value of f as parse reads it.
func format(f protoreflect.FieldDescriptor, v protoreflect.Value) string {
	switch f.Kind() {
	case protoreflect.BytesKind:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	case protoreflect.EnumKind:
		if e := f.Enum().Values().ByNumber(v.Enum()); e != nil {
			return string(e.Name())
		}
	case protoreflect.FloatKind:
		return strconv.FormatFloat(v.Float(), 'g', -1, 32)
	case protoreflect.DoubleKind:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return v.String()
}
