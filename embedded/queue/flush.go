package queue

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// Flush returns when everything done so far is stored as Options.Sync says. Many
// may flush at once and share one write. What could not be stored is told to all
// from then on: nothing is stored any more until the engine is opened again.
func (e *Engine) Flush() error {
	s := e.store
	if s == nil {
		return nil
	}
	e.mu.Lock()
	want := s.appended
	e.mu.Unlock()
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.written >= want {
		e.mu.Lock()
		defer e.mu.Unlock()
		return s.failed
	}
	return e.write()
}

// write writes all that is pending. It expects the store's lock, not the
// engine's.
func (e *Engine) write() error {
	s := e.store
	e.mu.Lock()
	chunks, upTo, failed := s.pending, s.appended, s.failed
	s.pending, s.unwritten = nil, 0
	e.alarms.set(&s.alarm, time.Time{})
	e.mu.Unlock()
	if failed != nil {
		return failed
	}
	for _, c := range chunks {
		if err := s.write(c); err != nil {
			return e.fail(err)
		}
	}
	if s.sync == Always && s.file != nil {
		if err := s.file.Sync(); err != nil {
			return e.fail(err)
		}
	}
	s.written = upTo
	return nil
}

// fail gives the store up.
func (e *Engine) fail(err error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.store.failed = fmt.Errorf("messages cannot be stored: %w", err)
	return e.store.failed
}

// write appends to the file of a segment. A file that is done is on the disk
// before the next one begins, so only the last one can be torn.
func (s *store) write(c chunk) error {
	if s.fileOf != c.to {
		if err := s.finish(); err != nil {
			return err
		}
		f, err := os.OpenFile(c.to.path(s.dir), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		s.file, s.fileOf = f, c.to
		if s.sync == Always {
			if err := syncDir(s.dir); err != nil {
				return err
			}
		}
	}
	_, err := s.file.Write(c.data)
	return err
}

// finish closes the file that was written last.
func (s *store) finish() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Sync(), s.file.Close())
	s.file, s.fileOf = nil, nil
	return err
}

// syncDir puts on the disk which files there are.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writer writes now and then what nobody flushed.
type writer struct{ *Engine }

// ring implements [ringer].
func (w writer) ring(time.Time) {
	w.tasks = append(w.tasks, task{do: func() { _ = w.Flush() }}) // who needs to know it hears of it too
}

// close writes what is left and gives the directory free. The engine has ended.
func (e *Engine) close() error {
	s := e.store
	if s == nil {
		return nil
	}
	err := e.Flush()
	s.writing.Lock()
	defer s.writing.Unlock()
	return errors.Join(err, s.finish(), s.lock.Close())
}
