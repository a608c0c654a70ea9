//go:build !unix

package cli

// fileLimit is how many files this process may have open.
func fileLimit() (n uint64, ok bool) { return 0, false }
