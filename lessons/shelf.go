package lessons

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed */lesson.md */world.yaml */answers.txt
var builtin embed.FS

// Builtin holds the lessons that come with the program: every folder beside this
// file that has a lesson.md.
func Builtin() fs.FS { return builtin }

// Names lists the lessons of fsys in alphabetical order: its folders that have a
// lesson.md.
func Names(fsys fs.FS) []string {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && validName(e.Name()) && isLesson(fsys, e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

var lessonName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

func validName(name string) bool { return lessonName.MatchString(name) }

func isLesson(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, path.Join(name, "lesson.md"))
	return err == nil
}

// Over lays a teacher's lessons over others: a lesson that is on top hides the
// one of the same name below it, as a whole. Open the teacher's folder with
// [os.OpenRoot], so that no path leads out of it.
func Over(top, below fs.FS) fs.FS { return over{top, below} }

type over struct{ top, below fs.FS }

// Open implements [fs.FS].
func (o over) Open(name string) (fs.File, error) {
	folder, _, _ := strings.Cut(name, "/")
	if isLesson(o.top, folder) {
		return o.top.Open(name)
	}
	return o.below.Open(name)
}

// ReadDir implements [fs.ReadDirFS].
func (o over) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		folder, _, _ := strings.Cut(name, "/")
		if isLesson(o.top, folder) {
			return fs.ReadDir(o.top, name)
		}
		return fs.ReadDir(o.below, name)
	}
	all, err := fs.ReadDir(o.below, ".")
	if err != nil {
		return nil, err
	}
	top, err := fs.ReadDir(o.top, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range top {
		if e.IsDir() && isLesson(o.top, e.Name()) {
			all = slices.DeleteFunc(all, func(b fs.DirEntry) bool { return b.Name() == e.Name() })
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}
