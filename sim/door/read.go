package door

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// The fields of a command are what its line says: first the arguments in their
// order, then the parameters by their names, then a map of all other pairs.
//
//	Inject{Target, Fault, Params}    inject order:payment latency delay=300ms

// read makes the command of the words after the verb.
func (v Verb) read(words []string) (sim.Command, error) {
	words, pairs, err := v.part(words)
	if err != nil {
		return nil, err
	}
	if words, err = v.fit(words); err != nil {
		return nil, err
	}
	own, others, err := v.own(pairs)
	if err != nil {
		return nil, err
	}
	c := reflect.New(reflect.TypeOf(v.of)).Elem()
	for i := range c.NumField() {
		p := v.param(c.Type().Field(i).Name)
		switch f := c.Field(i); {
		case i < len(v.args):
			err = set(f, words[i], nil)
		case f.Kind() == reflect.Map:
			f.Set(reflect.ValueOf(others))
		default:
			err = set(f, own[p.Name], p.Choices)
		}
		if err != nil {
			return nil, err
		}
	}
	made := c.Interface().(sim.Command)
	if v.check != nil {
		if err := v.check(made); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// part parts words into arguments and pairs.
func (v Verb) part(words []string) (plain []string, pairs map[string]string, err error) {
	if v.pairs == nil && v.params == nil {
		return words, nil, nil
	}
	plain, pairs, err = form.Pairs(words)
	if kept, ok := pairs[v.keep]; ok && v.keep != "" {
		plain = append(plain, v.keep+"="+kept)
		delete(pairs, v.keep)
	}
	return plain, pairs, err
}

// fit reads the words as the arguments of the verb, and fills in what was not said.
func (v Verb) fit(words []string) ([]string, error) {
	if len(v.args) == 0 && len(words) > 0 {
		return nil, sim.Invalidf("%s takes nothing more, but %q follows", v.Word, words[0]).WithFix("write only: %s", v.Word)
	}
	need, most := 0, len(v.args)
	for _, a := range v.args {
		switch {
		case a.rest:
			most = len(words) // an empty rest is for the argument to refuse
		case !a.optional:
			need++
		}
	}
	if len(words) < need || len(words) > most {
		return nil, sim.Invalidf("%s takes %s", v.Word, v.takes)
	}
	said := make([]string, len(v.args))
	for i, a := range v.args {
		if said[i] = a.fallback; i >= len(words) && a.optional {
			continue
		}
		word := strings.Join(words[min(i, len(words)):], " ")
		if !a.rest {
			word = words[i]
		}
		var err error
		if said[i], err = a.read(word); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// own reads the parameters of the verb, and returns the pairs that are none.
func (v Verb) own(pairs map[string]string) (own, others map[string]string, err error) {
	own = maps.Clone(pairs)
	if v.pairs != nil {
		own = map[string]string{}
		for _, key := range slices.Sorted(maps.Keys(pairs)) {
			if v.param(key).Kind != nil {
				own[key] = pairs[key]
				continue
			}
			if others == nil {
				others = map[string]string{}
			}
			others[key] = pairs[key]
			if near := sim.Nearest(key, v.names()); near != "" && !strings.HasPrefix(pairs[key], "~") { // a misspelt parameter is no field
				return nil, nil, sim.Unknown("parameter", key, v.names())
			}
		}
	}
	_, err = form.Form{Word: v.Word, Params: v.params}.Read(own)
	return own, others, err
}

// param is the parameter of a name, or of a field of a command.
func (v Verb) param(name string) (p form.Param) {
	for _, p := range v.params {
		if strings.EqualFold(p.Name, name) {
			return p
		}
	}
	return p
}

func (v Verb) names() (names []string) {
	for _, p := range v.params {
		names = append(names, p.Name)
	}
	return names
}

// write is what read reads; false: it is a command of another verb.
func (v Verb) write(cmd sim.Command) (words []string, ok bool) {
	c := reflect.ValueOf(cmd)
	if reflect.TypeOf(v.of) != reflect.TypeOf(cmd) {
		return nil, false
	}
	for i := range c.NumField() {
		f, p := c.Field(i), v.param(c.Type().Field(i).Name)
		switch {
		case i < len(v.args):
			a, text := v.args[i], get(f, nil)
			if a.optional && (f.IsZero() || text == a.fallback) {
				continue
			}
			if fields := strings.Fields(text); a.sentence && strings.Join(fields, " ") == text {
				words = append(words, fields...) // plain sentences need no quotes
				continue
			}
			words = append(words, text)
		case f.Kind() == reflect.Map:
			pairs := f.Interface().(map[string]string)
			for _, key := range slices.Sorted(maps.Keys(pairs)) {
				words = append(words, key+"="+pairs[key])
			}
		case !f.IsZero():
			words = append(words, p.Name+"="+get(f, p.Choices))
		}
	}
	return words, true
}

// set gives a field of a command its value. One that is not said stays zero.
func set(f reflect.Value, text string, choices []string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(text)
	case reflect.Int:
		n, _ := strconv.Atoi(text) // it was checked, as all others were
		f.SetInt(int64(n))
	case reflect.Int64:
		d, _ := time.ParseDuration(text)
		f.SetInt(int64(d))
	case reflect.Float64:
		r, err := sim.ParseRate(text)
		f.SetFloat(float64(r))
		return err
	case reflect.Uint8:
		f.SetUint(uint64(max(slices.Index(choices, text), 0)))
	case reflect.Slice:
		var all []int
		for _, w := range strings.Fields(text) {
			n, _ := strconv.Atoi(w)
			all = append(all, n)
		}
		f.Set(reflect.ValueOf(all))
	default:
		return sim.Errorf(sim.Internal, "a command has a field of kind %s, which no line can say", f.Kind())
	}
	return nil
}

// get writes the value of a field as set reads it.
func get(f reflect.Value, choices []string) string {
	switch v := f.Interface().(type) {
	case sim.Rate:
		if v <= 0 {
			return "off"
		}
		return strconv.FormatFloat(float64(v), 'g', -1, 64) + "/s" // with all digits, so that nothing is lost
	case time.Duration:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case []int:
		words := make([]string, len(v))
		for i, n := range v {
			words[i] = strconv.Itoa(n)
		}
		return strings.Join(words, " ")
	}
	if f.Kind() == reflect.Uint8 {
		return choices[f.Uint()]
	}
	return f.String()
}

// Named is something of a world that a command names. What is "service",
// "instance", "link", "topic" or "use case".
type Named struct{ What, Name string }

// Names lists what a command names, in the order of its line.
func Names(c sim.Command) (all []Named) {
	fields := reflect.ValueOf(c)
	for _, v := range Verbs() {
		for i, a := range v.args {
			if reflect.TypeOf(v.of) == reflect.TypeOf(c) && a.names != "" && !fields.Field(i).IsZero() {
				all = append(all, Named{a.names, fields.Field(i).String()})
			}
		}
	}
	return all
}
