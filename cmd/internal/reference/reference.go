// Package reference writes what msc-sim knows, from the tables that its parsers
// use: commands, faults, policies, world files, and the languages of lessons and
// demos. One renderer makes the topics of help and docs/reference.md.
package reference

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// Topic is a chapter of the reference, and a topic of help.
type Topic struct {
	Name     string // "faults"
	Short    string // what it lists, for the list of topics
	Sections []lessons.Section
}

// Topics is the reference.
func Topics() []Topic {
	return []Topic{
		{"commands", "commands of a world: the palette, ctl, lessons and demos", commands()},
		{"faults", "faults to inject, with their parameters", faults()},
		{"policies", "policies of a link, with their parameters, and presets", policies()},
		{"worlds", "fields of a world file", worlds()},
		{"lessons-language", "blocks, functions, fields and limits of a lesson", lessons.Language()},
		{"demos-language", "blocks, lines and limits of a demo", demo.Language()},
	}
}

func commands() []lessons.Section {
	every := lessons.Section{Title: "In every world"}
	only := lessons.Section{Title: "In lessons and demos"}
	for _, v := range door.Verbs() {
		to := &every
		if v.Lesson {
			to = &only
		}
		to.Terms = append(to.Terms, lessons.Term{Word: v.Usage, Text: v.About + ". Example: " + v.Example})
	}
	return []lessons.Section{every, only}
}

func faults() (all []lessons.Section) {
	for _, f := range form.All(fault.Forms()) {
		all = append(all, row(f, "Target: "+strings.Join(f.Targets, ", ")+". "))
	}
	return all
}

func policies() (all []lessons.Section) {
	for _, f := range form.All(policy.Forms()) {
		all = append(all, row(f, ""))
	}
	presets := lessons.Section{Title: "Presets", About: "A preset sets the policies of a link to the published defaults of a library; with scale=classroom windows and waits are shorter."}
	for _, p := range policy.Presets() {
		presets.Terms = append(presets.Terms, lessons.Term{Word: p.Word, Text: fmt.Sprintf("%s. Policies: %s. Classroom: %s. Source: %s", p.About, strings.Join(p.Lines, "; "), p.Shrunk, p.Source)})
	}
	return append(all, presets)
}

// row is a word with its parameters.
func row(f form.Form, targets string) lessons.Section {
	return lessons.Section{Title: f.Word, About: fmt.Sprintf("%s. %sExample: %s", f.About, targets, f.Example), Terms: lessons.TermsFor(f.Params)}
}

func worlds() (all []lessons.Section) {
	for _, p := range worldfile.Shape() {
		s := lessons.Section{Title: strings.ToUpper(p.Name[:1]) + p.Name[1:], About: p.About}
		s.Terms = lessons.TermsFor(p.Fields)
		all = append(all, s)
	}
	return all
}

// Text writes a topic for a terminal of a width.
func (t Topic) Text(width int) string {
	var b strings.Builder
	for _, s := range t.Sections {
		fmt.Fprintln(&b, s.Title)
		if s.About != "" {
			wrap(&b, "  ", s.About, width)
		}
		for _, w := range s.Terms {
			wrap(&b, "    ", w.Word, width)
			wrap(&b, "        ", w.Text, width)
		}
		fmt.Fprintln(&b)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func wrap(b *strings.Builder, indent, text string, width int) {
	for _, l := range strings.Split(ansi.Wordwrap(text, max(width-len(indent), 20), ""), "\n") {
		b.WriteString(indent + strings.TrimRight(l, " ") + "\n")
	}
}

// Markdown writes all topics as one document.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Reference\n\nThis file is written by `make reference` from the tables of the program. `msc-sim help TOPIC` shows the same.\n")
	for _, t := range Topics() {
		fmt.Fprintf(&b, "\n## %s\n\n`msc-sim help %s`: %s.\n", t.Name, t.Name, t.Short)
		for _, s := range t.Sections {
			fmt.Fprintf(&b, "\n### %s\n", s.Title)
			if s.About != "" {
				fmt.Fprintf(&b, "\n%s\n", escape(s.About))
			}
			if len(s.Terms) > 0 {
				b.WriteString("\n")
			}
			for _, w := range s.Terms {
				fmt.Fprintf(&b, "- `%s`: %s\n", w.Word, escape(w.Text))
			}
		}
	}
	return b.String()
}

// escape keeps signs of a text from being read as Markdown or HTML.
func escape(s string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "|", `\|`).Replace(s)
}
