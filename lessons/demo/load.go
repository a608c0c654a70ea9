package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
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
	Demo     string   `yaml:"demo"`
	Title    string   `yaml:"title"`
	About    string   `yaml:"about"`
	Minutes  int      `yaml:"minutes"`
	Audience string   `yaml:"audience"`
	World    string   `yaml:"world"`
	Show     []string `yaml:"show"`
}

func frontLines() []lessons.Term {
	return []lessons.Term{
		{Word: "demo", Text: "name of the file without .md"},
		{Word: "title", Text: "title"},
		{Word: "about", Text: "what the demo shows, in one sentence"},
		{Word: "minutes", Text: "duration without pauses of the speaker, between 1 and 120"},
		{Word: "audience", Text: "for which people"},
		{Word: "world", Text: "world of the chapters: a built-in world, or a world of this file"},
		{Word: "show", Text: fmt.Sprintf("a list of services on the stage, at most %d", MaxBoxes)},
	}
}

var (
	yamlLine     = regexp.MustCompile(`line (\d+): `)
	unknownField = regexp.MustCompile(`field (\S+) not found`)
)

func (p *parser) front(name string, b block) error {
	text, at := joined(b), b.at
	var f front
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		msg := err.Error()
		if m := yamlLine.FindStringSubmatch(msg); m != nil {
			n, _ := strconv.Atoi(m[1])
			at.Line += n
		}
		if m := unknownField.FindStringSubmatch(msg); m != nil {
			return at.Unknown("field", m[1], lessons.WordsOf(frontLines()))
		}
		return at.Invalid("%s", strings.TrimPrefix(strings.ReplaceAll(msg, "\n", " "), "yaml: "))
	}
	switch {
	case f.Demo != name:
		return at.Invalid("the file is %s.md, but the demo calls itself %q", name, f.Demo).WithFix("write demo: %s", name)
	case f.Title == "":
		return at.Invalid("the title is missing").WithFix("such as: title: An order")
	case f.About == "":
		return at.Invalid("what it is about is missing").WithFix("such as: about: what waiting costs")
	case f.Minutes < 1 || f.Minutes > 120:
		return at.Invalid("%d minutes are out of bounds", f.Minutes).WithFix("between 1 and 120")
	case f.World == "":
		return at.Invalid("the world is missing").WithFix("such as: world: checkout")
	}
	p.info = Info{Name: f.Demo, Title: f.Title, About: f.About, Minutes: f.Minutes, Audience: f.Audience}
	p.plays, p.show, p.at = f.World, f.Show, at
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
