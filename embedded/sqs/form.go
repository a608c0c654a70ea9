package sqs

import (
	"encoding/base64"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// form is a request of the Query protocol as the tree that its names spell:
//
//	Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=5
//
//	"" ─ Attribute ─ 1 ─┬─ Name  = VisibilityTimeout
//	                    └─ Value = 5
type form struct {
	value string
	below map[string]*form
}

// Bounds of a form: ten messages with ten attributes of three parts each need 340
// parameters and six levels.
const (
	maxParameters = 2000
	maxLevels     = 8
)

// parseForm reads what stands in the body, and takes the first of what is said twice.
func parseForm(body string) (*form, error) {
	root := &form{}
	for n := 0; body != ""; n++ {
		var pair string
		pair, body, _ = strings.Cut(body, "&")
		if n == maxParameters {
			return nil, no.malformed.because("There are more than %d parameters.", maxParameters)
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil {
			return nil, no.malformed.because("The parameters cannot be read: %v", err)
		}
		words := strings.SplitN(key, ".", maxLevels+1)
		if len(words) > maxLevels {
			return nil, no.malformed.because("A name has more than %d parts.", maxLevels)
		}
		root.put(words, value)
	}
	return root, nil
}

func (f *form) put(words []string, value string) {
	if len(words) == 0 {
		if f.value == "" {
			f.value = value
		}
		return
	}
	if f.below == nil {
		f.below = map[string]*form{}
	}
	next := f.below[words[0]]
	if next == nil {
		next = &form{}
		f.below[words[0]] = next
	}
	next.put(words[1:], value)
}

// get is what stands under a name, an empty form when nothing does.
func (f *form) get(name string) *form {
	if b := f.below[name]; b != nil {
		return b
	}
	return &form{}
}

// entries are what is numbered 1, 2, 3 …, in that order. Gaps are allowed, and a
// single thing needs no number.
func (f *form) entries() []*form {
	var at []int
	for word := range f.below {
		if n, err := strconv.Atoi(word); err == nil && n > 0 {
			at = append(at, n)
		}
	}
	if len(at) == 0 && (f.value != "" || f.below != nil) {
		return []*form{f}
	}
	sort.Ints(at)
	all := make([]*form, 0, len(at))
	for _, n := range at {
		if b := f.below[strconv.Itoa(n)]; b != nil { // 01 is no number of ours
			all = append(all, b)
		}
	}
	return all
}

// decode fills the request that p points to.
func (f *form) decode(p any) error { return f.fill("", reflect.ValueOf(p).Elem()) }

// fill fills v, which is called name, with what f says.
func (f *form) fill(name string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.value)
	case reflect.Pointer:
		return f.fillOptional(name, v)
	case reflect.Struct:
		return f.fillStruct(v)
	case reflect.Map:
		return f.fillMap(name, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return f.fillBytes(name, v)
		}
		return f.fillList(name, v)
	}
	return nil
}

func (f *form) fillOptional(name string, v reflect.Value) error {
	to := reflect.New(v.Type().Elem())
	if to.Elem().Kind() == reflect.Int {
		if f.value == "" {
			return nil
		}
		n, err := strconv.Atoi(f.value)
		if err != nil {
			return no.malformed.because("%q is no number for %s.", f.value, name)
		}
		to.Elem().SetInt(int64(n))
	} else {
		to.Elem().SetString(f.value)
	}
	v.Set(to)
	return nil
}

func (f *form) fillStruct(v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			if err := f.fillStruct(v.Field(i)); err != nil {
				return err
			}
			continue
		}
		name, _, _ := words(field)
		below, ok := f.below[name]
		if !ok {
			continue
		}
		if err := below.fill(name, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (f *form) fillMap(name string, v reflect.Value) error {
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range f.entries() {
		key, value := e.get("Name").value, e.get("Value")
		if key == "" {
			key = e.get("Key").value
		}
		if key == "" {
			return missing(name + ".Name")
		}
		to := reflect.New(v.Type().Elem()).Elem()
		if err := value.fill(name, to); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key), to)
	}
	return nil
}

func (f *form) fillList(name string, v reflect.Value) error {
	entries := f.entries()
	v.Set(reflect.MakeSlice(v.Type(), len(entries), len(entries)))
	for i, e := range entries {
		if err := e.fill(name, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (f *form) fillBytes(name string, v reflect.Value) error {
	b, err := base64.StdEncoding.DecodeString(f.value)
	if err != nil {
		return no.malformed.because("%s is not base64.", name)
	}
	v.SetBytes(b)
	return nil
}

// words are the names that a field has in the Query protocol: its own, and those
// of the two halves of a map's entry.
func words(f reflect.StructField) (name, key, value string) {
	w := strings.Split(f.Tag.Get("query"), ",")
	if w[0] == "" {
		w[0] = f.Name
	}
	if len(w) == 3 {
		return w[0], w[1], w[2]
	}
	return w[0], "Name", "Value"
}
