//go:build !unix

package queue

import (
	"os"
	"path/filepath"
)

// lockDir opens the file that keeps others out where the system can do that.
func lockDir(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
}
