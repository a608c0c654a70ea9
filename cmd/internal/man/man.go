// Package man writes manual pages of a tree of commands, in the plain macros of
// man(7). What a page says stands in the commands themselves.
package man

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Page is one manual page.
type Page struct {
	Name string // of the file: "msc-sim-serve.1"
	Text string
}

// Pages are those of a command and of everything below it that is not hidden.
// Date and version stand at the foot of each.
func Pages(root *cobra.Command, version string, date time.Time) (all []Page) {
	p := writer{}
	p.page(root, version, date)
	all = append(all, Page{pageName(root) + ".1", p.String()})
	for _, sub := range root.Commands() {
		if !sub.Hidden {
			all = append(all, Pages(sub, version, date)...)
		}
	}
	return all
}

func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// writer writes roff.
type writer struct{ strings.Builder }

// macro writes a line that begins with a macro.
func (w *writer) macro(name string, args ...string) {
	w.WriteString("." + name)
	for _, a := range args {
		w.WriteString(` "` + strings.ReplaceAll(escape(a), `"`, `\(dq`) + `"`)
	}
	w.WriteString("\n")
}

// line writes a line of text that no macro can be mistaken for.
func (w *writer) line(s string) {
	s = escape(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	w.WriteString(s + "\n")
}

// escape makes text of what roff would take for something else.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
}

func (w *writer) page(c *cobra.Command, version string, date time.Time) {
	w.macro("TH", strings.ToUpper(pageName(c)), "1", date.UTC().Format("2006-01-02"), "msc-sim "+version, "msc-sim")
	w.macro("SH", "NAME")
	w.line(pageName(c) + " - " + c.Short)
	w.macro("SH", "SYNOPSIS")
	w.macro("B", c.UseLine())
	if c.HasAvailableSubCommands() {
		w.macro("br")
		w.macro("B", c.CommandPath()+" COMMAND")
	}
	w.macro("SH", "DESCRIPTION")
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	w.paragraphs(long)
	w.commands(c)
	w.flags("OPTIONS", c.NonInheritedFlags())
	w.flags("OPTIONS OF EVERY COMMAND", c.InheritedFlags())
	if c.Example != "" {
		w.macro("SH", "EXAMPLES")
		w.macro("nf")
		for _, l := range strings.Split(c.Example, "\n") {
			w.line(strings.TrimPrefix(l, "  "))
		}
		w.macro("fi")
	}
	w.related(c)
}

func (w *writer) paragraphs(s string) {
	for i, p := range strings.Split(strings.TrimSpace(s), "\n\n") {
		if i > 0 {
			w.macro("PP")
		}
		for _, l := range strings.Split(p, "\n") {
			w.line(strings.TrimSpace(l))
		}
	}
}

func (w *writer) commands(c *cobra.Command) {
	if !c.HasAvailableSubCommands() {
		return
	}
	w.macro("SH", "COMMANDS")
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			w.macro("TP")
			w.macro("B", sub.Name())
			w.line(sub.Short)
		}
	}
}

func (w *writer) flags(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	w.macro("SH", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if kind, _ := pflag.UnquoteUsage(f); kind != "" {
			name += " " + kind
		}
		_, usage := pflag.UnquoteUsage(f)
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" {
			usage += fmt.Sprintf(" (%s unless told otherwise)", d)
		}
		w.macro("TP")
		w.macro("B", name)
		w.line(usage)
	})
}

// related names the command above and those below.
func (w *writer) related(c *cobra.Command) {
	var all []string
	if c.HasParent() {
		all = append(all, pageName(c.Parent())+"(1)")
	}
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			all = append(all, pageName(sub)+"(1)")
		}
	}
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	w.macro("SH", "SEE ALSO")
	w.line(strings.Join(all, ", "))
}
