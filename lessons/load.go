package lessons

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/mapping"
)

// Load reads the lesson in folder name of fsys and checks all of it: form,
// expressions, names of the world, lines of the door. The first error says file,
// line, column and the nearest word that would have been right. An unknown
// lesson is a NotFound error.
func Load(fsys fs.FS, name string) (*Lesson, error) {
	l, all := LoadAll(fsys, name)
	if len(all) > 0 {
		return nil, all[0]
	}
	return l, nil
}

// LoadAll is Load with all errors of the lesson, those of its files in their order.
func LoadAll(fsys fs.FS, name string) (*Lesson, []error) {
	names := Names(fsys)
	if !validName(name) || !isLesson(fsys, name) {
		return nil, []error{sim.Unknown("lesson", sim.Visible(name), names)}
	}
	var s source
	var errs []error
	for file, data := range s.files() {
		var err error
		if *data, err = readFile(fsys, name, file); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return s.understood(name, names)
}

// source is a lesson as it is written.
type source struct{ world, text, answers []byte }

// files are the three in the order in which they are understood.
func (s *source) files() iter.Seq2[string, *[]byte] {
	return func(yield func(string, *[]byte) bool) {
		_ = yield("world.yaml", &s.world) && yield("lesson.md", &s.text) && yield("answers.txt", &s.answers)
	}
}

// lesson understands a source, and returns the first error there is.
func (s source) lesson(name string) (*Lesson, error) {
	l, all := s.understood(name, nil)
	if len(all) > 0 {
		return nil, all[0]
	}
	return l, nil
}

// understood is a source with everything that is wrong in it. Beside are the
// lessons of the same shelf.
func (s source) understood(name string, beside []string) (*Lesson, []error) {
	l := &Lesson{folder: name, World: s.world, kept: map[string]any{}, answers: map[string][]line{}, written: s}
	spec, lines, err := readWorld(path.Join(name, "world.yaml"), s.world)
	if err != nil {
		_, form := parseDraft(path.Join(name, "lesson.md"), s.text) // its words are those of the world
		return nil, append(flat([]error{err}), form...)
	}
	l.words, l.setup.lines = worldWords{spec.Name, spec.Names()}, lines
	l.setup.services, l.setup.links = len(l.words.Services), len(l.words.Links)
	b := &builder{lesson: l, scope: &scope{words: l.words, kept: l.kept}}
	if l.read(path.Join(name, "lesson.md"), s.text, b, beside) {
		l.readAnswers(path.Join(name, "answers.txt"), s.answers, b)
	}
	return l, flat(b.errs)
}

// flat takes joined errors apart, and leaves out those that only follow from others.
func flat(errs []error) (all []error) {
	for _, err := range errs {
		var joined interface{ Unwrap() []error }
		switch {
		case errors.Is(err, errFollows) && !errors.As(err, &joined):
		case errors.As(err, &joined):
			all = append(all, flat(joined.Unwrap())...)
		default:
			all = append(all, err)
		}
	}
	return all
}

// readFile reads a file of a lesson; at most MaxFile+1 bytes of it.
func readFile(fsys fs.FS, folder, file string) ([]byte, error) {
	at := spot{file: path.Join(folder, file)}
	f, err := fsys.Open(at.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, at.invalid("the file is missing").WithFix("a lesson is lesson.md, world.yaml and answers.txt in one folder")
	}
	if err != nil {
		return nil, at.invalid("the file cannot be read: %v", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, at.invalid("the file cannot be read: %v", err)
	}
	return data, nil
}

// front is the front matter: what a lesson says of itself, where it plays, what
// stands on its stage, and what varies.
type front struct {
	Info
	show []string
	vary []swaps
}

var ofFront = mapping.Of("the front matter", "YAML between two lines of ---, at the beginning of lesson.md.",
	mapping.Text("lesson", "name of the folder", func(f *front) *string { return &f.Name }).Need("write the name of the folder: lesson: rest"),
	mapping.Text("title", "title", func(f *front) *string { return &f.Title }).Need("such as: title: REST"),
	mapping.Text("promise", "what the learner will be able to do, in one sentence", func(f *front) *string { return &f.Promise }).Need("say in a sentence what the learner will be able to do"),
	mapping.Number("minutes", "duration in minutes", 1, 60, 0, func(f *front) *int { return &f.Minutes }).Need("between 1 and 60"),
	mapping.Number("level", "difficulty", 0, 5, 0, func(f *front) *int { return &f.Level }),
	mapping.List("needs", "a list of lessons to finish before", func(f *front) *[]string { return &f.Needs }),
	mapping.Text("world", "name of the world in world.yaml", func(f *front) *string { return &f.World }).Need("the name that stands in world.yaml"),
	mapping.List("show", "a list of services on the stage; by default all", func(f *front) *[]string { return &f.show }),
	mapping.List("words", "a list of terms from the glossary", func(f *front) *[]string { return &f.Words }),
	mapping.Custom(form.Param{Name: "vary", About: "values that differ from learner to learner in an assignment"}, readVary, nil),
)

func readVary(p *mapping.Reader, n *yaml.Node, f *front) error {
	if err := n.Decode(&f.vary); err != nil {
		return p.At(n, sim.Invalidf("vary must be a list of words with what may stand in their place").WithFix(`such as: - {"2s": [1s, 3s]}`))
	}
	return nil
}

// read understands lesson.md, and reports whether it has steps.
func (l *Lesson) read(file string, data []byte, b *builder, beside []string) bool {
	d, errs := parseDraft(file, data)
	b.errs = append(b.errs, errs...)
	if d == nil {
		return false
	}
	if d.formed {
		f, err := l.front(d.front, beside)
		b.note(err)
		b.show = f.show
	}
	before := len(b.errs)
	for _, s := range d.steps {
		b.step(s)
	}
	l.Info.Steps = l.coreSteps()
	if len(b.errs) == before && len(errs) == 0 {
		b.note(b.whole(d))
	}
	return true
}

func (l *Lesson) front(p piece, beside []string) (f front, err error) {
	r, root, err := mapping.Open(p.at.file, []byte(strings.Repeat("\n", p.at.line-1)+p.text))
	if err != nil {
		return f, err
	}
	if root == nil {
		return f, p.at.invalid("the front matter is empty").WithFix("it begins with lesson, title, promise, minutes and world")
	}
	r.Note(ofFront.Read(r, root, &f))
	l.Info, l.vary = f.Info, f.vary
	return f, errors.Join(append(r.Errors, l.checkFront(f, p, beside))...)
}

// fieldSpot is the line of a field of the front matter.
func fieldSpot(p piece, name string) spot {
	at := p.at
	at.col = 0
	for i, l := range strings.Split(p.text, "\n") {
		if strings.HasPrefix(l, name+":") {
			at.line, at.col = p.at.line+i, len(name)+3
		}
	}
	return at
}

func (l *Lesson) checkFront(f front, p piece, beside []string) error {
	var all []error
	wrong := func(yes bool, field, format string, args ...any) *sim.Error {
		if !yes {
			return &sim.Error{}
		}
		e := fieldSpot(p, field).invalid(format, args...)
		all = append(all, e)
		return e
	}
	wrong(f.Name != "" && f.Name != l.folder, "lesson", "the folder is %s, but the lesson calls itself %q", l.folder, f.Name).Fix = "write lesson: " + l.folder
	wrong(f.World != "" && f.World != l.words.name, "world", "world.yaml is named %q, not %q", l.words.name, f.World)
	at := func(field string) spot { return fieldSpot(p, field) }
	known := append(Names(Builtin()), beside...)
	for _, n := range f.Needs {
		if !slices.Contains(known, n) {
			all = append(all, at("needs").unknown("lesson", n, known))
		}
	}
	for _, s := range f.show {
		if err := l.shows(at("show"), s); err != nil {
			all = append(all, err)
		}
	}
	for _, w := range f.Words {
		if t, err := Word(w); err != nil || t.Word != w {
			all = append(all, at("words").unknown("word in the glossary", w, allWords()))
		}
	}
	if err := l.checkVary(at("vary"), f.vary); err != nil {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// shows checks the name of a box.
func (l *Lesson) shows(at spot, box string) error {
	if boxes := slices.Concat(l.words.Services, l.words.Topics); !slices.Contains(boxes, box) {
		return at.unknown("service", box, boxes)
	}
	return nil
}
