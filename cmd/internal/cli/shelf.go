package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// folderOf finds the folder of a lesson by the lesson's name, or by a path. A
// path has a separator in it or begins with a dot; nothing outside of the
// folder's parent can be read through it.
func folderOf(nameOrPath string) (fsys fs.FS, name string, closeAll func() error, err error) {
	if !strings.ContainsAny(nameOrPath, `/\`) && !strings.HasPrefix(nameOrPath, ".") {
		return lessons.Builtin(), nameOrPath, func() error { return nil }, nil
	}
	path, err := filepath.Abs(nameOrPath)
	if err != nil {
		return nil, "", nil, sim.Invalidf("%s is not a path: %w", nameOrPath, err)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, "", nil, sim.Errorf(sim.NotFound, "the lesson %s cannot be read: %w", nameOrPath, err).
			WithFix("make one: msc-sim lesson new %s", nameOrPath)
	}
	name = filepath.Base(path)
	if err := lessonIn(root, name, sim.Visible(nameOrPath)); err != nil {
		return nil, "", nil, errors.Join(err, root.Close())
	}
	return root.FS(), name, root.Close, nil
}

// lessonIn says what is wrong with a folder that is no lesson. Said is how the
// person wrote its path.
func lessonIn(root *os.Root, name, said string) error {
	if _, err := root.Stat(name); err != nil {
		return sim.Errorf(sim.NotFound, "there is no folder %s", said).WithFix("make one: msc-sim lesson new %s", said)
	}
	if _, err := root.Stat(filepath.Join(name, "lesson.md")); err != nil {
		return sim.Errorf(sim.NotFound, "there is no lesson in %s", said).
			WithFix("a lesson is lesson.md, world.yaml and answers.txt in one folder; msc-sim lesson new ./NAME writes one that works")
	}
	if !slices.Contains(lessons.Names(root.FS()), name) {
		return sim.Invalidf("%s cannot be the name of a lesson", sim.Visible(name)).WithFix("small letters, digits and dashes, and a letter first")
	}
	return nil
}

// findLesson reads a lesson by its name or the path of its folder.
func findLesson(nameOrPath string) (*lessons.Lesson, error) {
	fsys, name, closeAll, err := folderOf(nameOrPath)
	if err != nil {
		return nil, err
	}
	l, err := lessons.Load(fsys, name)
	return l, errors.Join(err, closeAll())
}

// progress keeps what learners did.
func (a *app) progress() (*lessons.Store, error) {
	dir, err := a.stateDir()
	if err != nil {
		return nil, err
	}
	return &lessons.Store{Dir: filepath.Join(dir, "lessons")}, nil
}

// visit asks an address of this machine as somebody outside of the world would.
func visit(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return sim.Invalidf("%q is not an address", address)
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
		return sim.Errorf(sim.Denied, "%s is not on this machine", u.Host).WithFix("lessons visit 127.0.0.1 only")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return sim.Invalidf("%q is not an address", address)
	}
	req.Header.Set("User-Agent", "visitor/1.0")
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return sim.Errorf(sim.Unavailable, "no server answers at %s: %w", u.Host, err)
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return err
}
