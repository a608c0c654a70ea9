//go:build !linux

package load

import (
	"runtime"
	"time"
)

// lateness is by how much time.Sleep may be late.
const lateness = 1200 * time.Microsecond

// nap sleeps most of the time and yields for the rest of it, because time.Sleep
// alone may be a millisecond late.
func nap(d time.Duration) {
	end := time.Now().Add(d)
	time.Sleep(d - lateness)
	for time.Now().Before(end) {
		runtime.Gosched()
	}
}
