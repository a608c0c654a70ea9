package demo

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/mapping"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// Load reads the demo NAME.md of fsys and checks all of it: form, expressions,
// names of its worlds, lines of the door. The first error says file, line and the
// nearest word that would have been right. An unknown demo is a NotFound error.
func Load(fsys fs.FS, name string) (*Demo, error) {
	names := Names(fsys)
	if !slices.Contains(names, name) {
		return nil, sim.Unknown("demo", sim.Visible(name), names)
	}
	file := name + ".md"
	f, err := fsys.Open(file)
	if err != nil {
		return nil, lessons.Place{File: file}.Invalid("the file cannot be read: %v", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, lessons.Place{File: file}.Invalid("the file cannot be read: %v", err)
	}
	return Parse(name, data)
}

// Parse is Load for the text of a demo that is called name.
func Parse(name string, data []byte) (*Demo, error) {
	draft, err := scan(name+".md", data)
	if err != nil {
		return nil, err
	}
	p := &parser{worlds: map[string]*sim.WorldSpec{}}
	if err := p.front(name, draft.front); err != nil {
		return nil, err
	}
	for _, b := range draft.worlds {
		if err := p.world(b); err != nil {
			return nil, err
		}
	}
	d := &Demo{Info: p.info}
	for _, s := range draft.chapters {
		c, err := p.chapter(s)
		if err != nil {
			return nil, err
		}
		if len(d.chapters) == MaxChapters {
			return nil, c.at.Invalid("more than %d chapters", MaxChapters)
		}
		if d.find(c.title) >= 0 {
			return nil, c.at.Invalid("two chapters have the title %q", c.title)
		}
		d.chapters = append(d.chapters, c)
	}
	return d, nil
}

// parser understands a draft.
type parser struct {
	info   Info
	plays  string   // the world of chapters that name none
	show   []string // their boxes
	at     lessons.Place
	worlds map[string]*sim.WorldSpec // those of this file
}

type front struct {
	Info
	show  []string
	plays string
}

var ofFront = mapping.Of("the front matter", "YAML between two lines of ---, at the beginning of the file.",
	mapping.Text("demo", "name of the file without .md", func(f *front) *string { return &f.Name }).Need("write the name of the file without .md: demo: order"),
	mapping.Text("title", "title", func(f *front) *string { return &f.Title }).Need("such as: title: An order"),
	mapping.Text("about", "what the demo shows, in one sentence", func(f *front) *string { return &f.About }).Need("such as: about: what waiting costs"),
	mapping.Number("minutes", "duration in minutes, without pauses of the speaker", 1, 120, 0, func(f *front) *int { return &f.Minutes }).Need("between 1 and 120"),
	mapping.Text("audience", "for which people", func(f *front) *string { return &f.Audience }),
	mapping.Text("world", "world of the chapters: a built-in world, or a world of this file", func(f *front) *string { return &f.plays }).Need("such as: world: checkout"),
	mapping.List("show", fmt.Sprintf("a list of services on the stage, at most %d", MaxBoxes), func(f *front) *[]string { return &f.show }),
)

func (p *parser) front(name string, b block) error {
	var f front
	r, root, err := mapping.Open(b.at.File, []byte(strings.Repeat("\n", b.at.Line)+joined(b)))
	if err == nil && root == nil {
		err = b.at.Invalid("the front matter is empty").WithFix("it begins with demo, title, about, minutes and world")
	}
	if err != nil {
		return err
	}
	if r.Note(ofFront.Read(r, root, &f)); len(r.Errors) > 0 {
		return r.Errors[0]
	}
	if f.Name != name {
		return b.at.Invalid("the file is %s.md, but the demo calls itself %q", name, f.Name).WithFix("write demo: %s", name)
	}
	p.info, p.plays, p.show, p.at = f.Info, f.plays, f.show, b.at
	return nil
}

// joined is a block as one text.
func joined(b block) string {
	var out bytes.Buffer
	for _, l := range b.lines {
		out.WriteString(l.text + "\n")
	}
	return out.String()
}

// world reads a world that the demo brings along. Its lines are those of the file.
func (p *parser) world(b block) error {
	spec, err := worldfile.Parse(b.at.File, []byte(strings.Repeat("\n", b.at.Line)+joined(b)))
	if err != nil {
		return err
	}
	if b.rest != spec.Name {
		return b.at.Invalid("the world is named %q, not %q", spec.Name, b.rest).WithFix("write ```world %s", spec.Name)
	}
	p.worlds[spec.Name] = spec
	return nil
}

// find is a world of this file, or a built-in one.
func (p *parser) find(at lessons.Place, name string) (*sim.WorldSpec, error) {
	if w := p.worlds[name]; w != nil {
		return w, nil
	}
	all := worldfile.Builtin()
	if !slices.Contains(all, name) {
		for n := range p.worlds {
			all = append(all, n)
		}
		slices.Sort(all)
		return nil, at.Unknown("world", name, all)
	}
	return worldfile.Load(name)
}
