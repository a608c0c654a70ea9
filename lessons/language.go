package lessons

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim/form"
)

// Section is a part of the reference: a table of words with what each one means.
type Section struct {
	Title string
	About string
	Terms []Term
}

// TermsFor explains parameters with their bounds and defaults.
func TermsFor(params []form.Param) (all []Term) {
	for _, p := range params {
		text := p.About
		switch {
		case p.Default != "":
			text += " (" + p.Bounds() + "; default " + p.Default + ")"
		case p.Kind != nil && p.Kind != form.Bool:
			text += " (" + p.Bounds() + ")"
		}
		all = append(all, Term{Word: p.Name, Text: text})
	}
	return all
}

// WordsOf are the first words of a table, which the parsers know.
func WordsOf(all []Term) []string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i], _, _ = strings.Cut(t.Word, " ")
	}
	return words
}

// functions says what the names of the vocabulary give.
func functions() map[string]string {
	return map[string]string{
		"count":          `how many events of a kind happened: count("answered", {link: "order:product"})`,
		"first":          "the first attempt on a link that ended, as an attempt",
		"last":           "the last attempt on a link that ended, as an attempt",
		"link":           "the traffic of a link",
		"queue":          "the counters of a queue",
		"oldest":         "how long the oldest message of a link had waited at a time of the step",
		"backlog":        "how many messages of a link waited at a time of the step",
		"handled":        "how many messages of a link were handled by a time of the step",
		"handled_after":  "time until the first message that fits was handled, from its sending or from the last start of its receiver",
		"bar":            "a duration as a bar, 20 signs for the second duration",
		"topic":          "the state of a topic",
		"group":          "the state of a consumer group in a topic: group(topic, service)",
		"overtaken":      "how many messages a consumer group received after a message that was published later",
		"versus":         "a comparison of the times of two links, with the rule for noise",
		"address":        "address of a service",
		"predicted":      "the prediction with a name",
		"said":           "the words of the last event of a kind",
		"word":           "the n-th word of a text; 1 is the first",
		"hex":            "up to 64 bytes in hex, without the first n",
		"mine":           "the choice of the learner, in words",
		"ms":             "a duration of n milliseconds",
		"ratio":          "the first duration ÷ the second",
		"percent":        "a share in percent",
		"refused":        "how many commands of this step were refused before a message was sent",
		"world_lines":    "number of lines of the world file",
		"world_services": "number of services of the world",
		"world_links":    "number of links of the world",
	}
}

// values are what the functions give, by a name for people.
func values() []struct {
	name  string
	value any
} {
	return []struct {
		name  string
		value any
	}{
		{"attempt", attempt{}},
		{"request and response", message{}},
		{"traffic", traffic{}},
		{"prediction", prediction{}},
		{"queue", queued{}},
		{"topic", topicLog{}},
		{"consumer group", topicGroup{}},
		{"comparison", comparison{}},
	}
}

// Language is what a lesson may contain.
func Language() []Section {
	all := []Section{
		{"Front matter", ofFront.About, TermsFor(ofFront.Params())},
		{"Steps", "A step begins with ## and its title. {more} marks a step for advanced learners, {show client order} names its services on the stage.", nil},
		{"Blocks", "A block begins with three backquotes and its kind, and ends with three backquotes. A line that begins with two spaces continues the line above.", blockForms()},
		{"Lines of a task", "A block do begins with the text of the task. Then come these lines.", taskLines()},
		{
			"Limits", "", []Term{
				{"one file", nil, fmt.Sprintf("at most %d KiB", MaxFile>>10)},
				{"steps", nil, fmt.Sprintf("at most %d, of these %d with a task and without {more}", MaxSteps, MaxTasks)},
				{"choices", nil, fmt.Sprintf("at most %d of one question", MaxChoices)},
				{"{{if}} in {{if}}", nil, fmt.Sprintf("at most %d deep", MaxNested)},
				{"an expression", nil, fmt.Sprintf("at most %d bytes and %d parts", maxExpression, maxNodes)},
			},
		},
	}
	return append(all, expressions()...)
}

// expressions is what conditions and values of lessons and demos may contain.
func expressions() []Section {
	names := vocabulary(nil)
	var funcs []Term
	for _, name := range slices.Sorted(maps.Keys(names)) {
		funcs = append(funcs, Term{Word: name + signature(names[name]), Text: functions()[name]})
	}
	var events []Term
	for _, k := range kindNames() {
		events = append(events, Term{Word: k.word, Text: k.about})
	}
	all := []Section{
		{"Functions", "Expressions use these functions, numbers, texts in quotes, and + - * / == != < <= > >= && || ! ?:. In texts {{EXPRESSION}} becomes its value, and {{if CONDITION}}…{{else}}…{{end}} chooses. Functions count only events of this step; in a demo, events of this chapter.", funcs},
		{"Filters", "A last argument {name: value, …} restricts count, first, last, link, said and handled_after.", filters()},
		{"Events", "The kinds of events of count, said, since and until.", events},
	}
	for _, v := range values() {
		s := Section{Title: "Fields: " + v.name}
		t := reflect.TypeOf(v.value)
		for i := range t.NumField() {
			f := t.Field(i)
			name := f.Tag.Get("expr")
			if f.Type.Kind() == reflect.Func {
				name += signature(reflect.Zero(f.Type).Interface())
			}
			s.Terms = append(s.Terms, Term{Word: name, Text: f.Tag.Get("about")})
		}
		all = append(all, s)
	}
	return all
}

// signature writes what a function takes: "(text, filter…)".
func signature(f any) string {
	t := reflect.TypeOf(f)
	if t.Kind() != reflect.Func {
		return ""
	}
	var args []string
	for i := range t.NumIn() {
		switch a := t.In(i); {
		case a.Kind() == reflect.Slice:
			args = append(args, "{filter}")
		case a.Kind() == reflect.String:
			args = append(args, "text")
		case a.Kind() == reflect.Int64:
			args = append(args, "duration")
		default:
			args = append(args, "number")
		}
	}
	return "(" + strings.Join(args, ", ") + ")"
}
