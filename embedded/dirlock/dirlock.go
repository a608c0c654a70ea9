// Package dirlock keeps a directory for one process: whoever stores things in it
// takes it first, so that a second program does not write into the same files.
//
//	l, err := dirlock.Take(dir)
//	if errors.Is(err, dirlock.ErrTaken) { … }
//	defer l.Close()
package dirlock

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
)

// ErrTaken says that somebody else has the directory.
var ErrTaken = errors.New("another program uses it")

// Take makes a directory that exists its caller's own until it is closed, or the
// process ends, however it does. A directory that somebody has, also in this
// process, gives [ErrTaken]. In it a file called lock stays behind, which means
// nothing by itself.
func Take(dir string) (io.Closer, error) {
	l, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("taking %s for this program alone: %w", dir, err)
	}
	return held(sync.OnceValue(l.Close)), nil
}

// held is a directory that is taken. A second Close says what the first one said.
type held func() error

// Close implements [io.Closer].
func (h held) Close() error { return h() }
