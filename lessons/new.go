package lessons

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

//go:embed template/lesson
var templates embed.FS

// New writes the beginning of a lesson into folder name of dir: a lesson that
// works as it is, with remarks on every part. It writes into no folder that is
// there already, and leaves nothing behind when it fails.
func New(dir, name string) (err error) {
	if !validName(name) {
		return sim.Invalidf("%q cannot be the name of a lesson", sim.Visible(name)).
			WithFix("lower-case letters, digits and -, at most 40")
	}
	folder := filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return sim.Errorf(sim.Denied, "%s cannot be made: %w", dir, err)
	}
	switch err := os.Mkdir(folder, 0o755); {
	case errors.Is(err, fs.ErrExist):
		return sim.Errorf(sim.Conflict, "%s is there already", folder).WithFix("choose another name, or move it away")
	case err != nil:
		return sim.Errorf(sim.Denied, "%s cannot be made: %w", folder, err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	for _, file := range []string{"lesson.md", "world.yaml", "answers.txt"} {
		data, err := templates.ReadFile(path.Join("template/lesson", file))
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(data), "NAME", name)
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
			return sim.Errorf(sim.Unavailable, "the lesson cannot be written: %w", err).WithFix("is there room on the disk?")
		}
	}
	return nil
}
