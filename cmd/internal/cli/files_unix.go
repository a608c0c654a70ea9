//go:build unix

package cli

import "syscall"

// fileLimit is how many files this process may have open.
func fileLimit() (n uint64, ok bool) {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 0, false
	}
	return uint64(l.Cur), true
}
