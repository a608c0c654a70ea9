package sqs

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

const namespace = "http://queue.amazonaws.com/doc/2012-11-05/"

// document is an answer of the Query protocol while it is written.
type document struct{ bytes.Buffer }

func (d *document) element(name string, inside func()) {
	d.WriteString("<" + name + ">")
	inside()
	d.WriteString("</" + name + ">")
}

func (d *document) text(name, s string) {
	d.element(name, func() { _ = xml.EscapeText(d, []byte(s)) }) // a buffer takes all
}

// answerXML is the document that says yes to an action.
func answerXML(action, requestID string, answer any) []byte {
	d := &document{}
	d.WriteString(xml.Header[:len(xml.Header)-1])
	d.WriteString("<" + action + `Response xmlns="` + namespace + `">`)
	if v := reflect.ValueOf(answer).Elem(); v.NumField() > 0 {
		d.element(action+"Result", func() { d.fields(v) })
	}
	d.element("ResponseMetadata", func() { d.text("RequestId", requestID) })
	d.WriteString("</" + action + "Response>")
	return d.Bytes()
}

// faultXML is the document that says no.
func faultXML(requestID string, f *fault) []byte {
	d := &document{}
	d.WriteString(xml.Header[:len(xml.Header)-1])
	d.WriteString(`<ErrorResponse xmlns="` + namespace + `">`)
	d.element("Error", func() {
		d.text("Type", f.whose())
		d.text("Code", f.query)
		d.text("Message", f.detail)
		d.WriteString("<Detail/>")
	})
	d.text("RequestId", requestID)
	d.WriteString("</ErrorResponse>")
	return d.Bytes()
}

// fields writes the fields of a struct; empty optional ones are left out.
func (d *document) fields(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			d.fields(v.Field(i))
			continue
		}
		if v.Field(i).IsZero() && f.Type.Kind() != reflect.Bool && f.Type.Kind() != reflect.Int {
			continue
		}
		name, key, value := words(f)
		d.field(name, key, value, v.Field(i))
	}
}

func (d *document) field(name, key, value string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Map:
		for _, k := range slices.Sorted(maps.Keys(keysOf(v))) {
			d.element(name, func() {
				d.text(key, k)
				d.field(value, "", "", v.MapIndex(reflect.ValueOf(k)))
			})
		}
	case reflect.Slice:
		if b, ok := v.Interface().([]byte); ok {
			d.text(name, base64.StdEncoding.EncodeToString(b))
			return
		}
		for i := range v.Len() {
			d.field(name, key, value, v.Index(i))
		}
	case reflect.Struct:
		d.element(name, func() { d.fields(v) })
	case reflect.Pointer:
		d.field(name, key, value, v.Elem())
	case reflect.Bool:
		d.text(name, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64:
		d.text(name, strconv.FormatInt(v.Int(), 10))
	default:
		d.text(name, v.String())
	}
}

func keysOf(m reflect.Value) map[string]struct{} {
	all := make(map[string]struct{}, m.Len())
	for _, k := range m.MapKeys() {
		all[k.String()] = struct{}{}
	}
	return all
}
