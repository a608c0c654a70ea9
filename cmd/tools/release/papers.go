package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/msc-sim/msc-sim/cmd/internal/cli"
)

// papers are what lies beside the program: the same for every system.
func (p plan) papers(ctx context.Context) (all []entry, err error) {
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("run it in the root of the repository: %w", err)
		}
		all = append(all, entry{name, 0o644, data})
	}
	licences, err := licences(ctx)
	if err != nil {
		return nil, err
	}
	all = append(all, entry{"LICENSES-OF-OTHERS", 0o644, licences})
	manual, err := p.manual()
	if err != nil {
		return nil, err
	}
	completions, err := completions()
	return slices.Concat(all, manual, completions), err
}

// manual is a page of the manual for each command.
func (p plan) manual() (all []entry, err error) {
	dir, err := os.MkdirTemp("", "msc-sim-man")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	root := cli.Tree()
	root.DisableAutoGenTag = true
	markdown(root)
	if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Date: &p.date, Source: "msc-sim " + p.version, Manual: "msc-sim"}, dir); err != nil {
		return nil, fmt.Errorf("pages of the manual: %w", err)
	}
	pages, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		data, err := os.ReadFile(filepath.Join(dir, page.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, entry{"man/man1/" + page.Name(), 0o644, data})
	}
	return all, nil
}

// markdown makes of the texts of a command what cobra/doc reads: signs stand for
// themselves, and indented lines are kept as they are.
func markdown(c *cobra.Command) {
	signs := strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`)
	var b strings.Builder
	for line := range strings.Lines(c.Long) {
		if strings.HasPrefix(line, "  ") {
			b.WriteString("  " + line)
		} else {
			b.WriteString(signs.Replace(line))
		}
	}
	c.Long = b.String()
	for _, sub := range c.Commands() {
		markdown(sub)
	}
}

// completions are those that msc-sim completion prints.
func completions() (all []entry, err error) {
	root := cli.Tree()
	for _, c := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{"msc-sim.bash", func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"_msc-sim", root.GenZshCompletion},
		{"msc-sim.fish", func(w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{"msc-sim.ps1", root.GenPowerShellCompletionWithDesc},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			return nil, fmt.Errorf("completion %s: %w", c.file, err)
		}
		all = append(all, entry{"completions/" + c.file, 0o644, b.Bytes()})
	}
	return all, nil
}

// licences are those of everything that is linked into the program, of any
// system, as their authors ask for.
func licences(ctx context.Context) ([]byte, error) {
	seen := map[string]string{} // module and version → folder
	for _, t := range targets() {
		c := exec.CommandContext(ctx, "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", "./cmd/msc-sim")
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=")
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("listing what is linked: %w", err)
		}
		for line := range strings.Lines(string(out)) {
			if f := strings.SplitN(strings.TrimSpace(line), " ", 3); len(f) == 3 {
				seen[f[0]+" "+f[1]] = f[2]
			}
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		if err := licence(&b, name, seen[name]); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// licence writes the licence of one module.
func licence(b *bytes.Buffer, name, dir string) error {
	var found []string
	for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "NOTICE*"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		found = append(found, files...)
	}
	if len(found) == 0 {
		return errors.New(name + " has no licence")
	}
	for _, file := range found {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "==== %s: %s\n\n%s\n\n", name, filepath.Base(file), bytes.TrimSpace(data))
	}
	return nil
}
