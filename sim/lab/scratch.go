package lab

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/dirlock"
)

// scratch is the directory of a run whose brokers and databases keep nothing for the
// next one. It is made when somebody needs it, locked, and goes at the end. What a
// killed run left behind is removed by the next run, once it is a minute old.
type scratch struct {
	mu   sync.Mutex
	dir  string
	lock io.Closer
}

const (
	scratchName = "msc-sim-run-"
	scratchAge  = time.Minute // a younger one may belong to a run that has not locked it yet
)

// room makes a directory of that name in it.
func (s *scratch) room(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		dir, err := os.MkdirTemp("", scratchName)
		if err != nil {
			return "", err
		}
		if s.lock, err = dirlock.Take(dir); err != nil {
			return "", errors.Join(err, os.RemoveAll(dir))
		}
		s.dir = dir
	}
	dir := filepath.Join(s.dir, name)
	return dir, os.MkdirAll(dir, 0o700)
}

// close removes it. The brokers and databases in it are closed.
func (s *scratch) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		return nil
	}
	dir := s.dir
	s.dir = ""
	return errors.Join(s.lock.Close(), os.RemoveAll(dir))
}

// sweep removes what runs left in a directory before a moment whose lock is free:
// their process has ended. What cannot be removed stays for the next time.
func sweep(in string, before time.Time) {
	left, _ := filepath.Glob(filepath.Join(in, scratchName+"*"))
	for _, dir := range left {
		info, err := os.Stat(dir)
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if lock, err := dirlock.Take(dir); err == nil {
			_, _ = lock.Close(), os.RemoveAll(dir)
		}
	}
}
