package tui

import (
	"strings"
	"time"
)

// Terminals far away take only so much. What a frame changes is counted, and while
// more was changed than bytesPerSecond allows, frames are left out: under load a large
// screen is drawn less often, and what a key does at once.
const (
	bytesPerSecond = 20_000
	burst          = 12_000 // what may change at once: a screen that is drawn anew
)

// thrift is what frames may still change.
type thrift struct{ left float64 }

// pass saves for the time that has passed.
func (t *thrift) pass(d time.Duration) {
	t.left = min(t.left+d.Seconds()*bytesPerSecond, burst)
}

// spent counts what changed from one content to the next; no debt is deeper than burst.
func (t *thrift) spent(before, after string) {
	t.left = max(t.left-float64(changed(before, after)), -burst)
}

// changed is about how many bytes a terminal is sent: of each row that differs what
// lies between its common beginning and end.
func changed(before, after string) (n int) {
	for before != "" || after != "" {
		var a, b string
		a, before, _ = strings.Cut(before, "\n")
		b, after, _ = strings.Cut(after, "\n")
		if a == b {
			continue
		}
		from, end := 0, 0
		for from < len(a) && from < len(b) && a[from] == b[from] {
			from++
		}
		for end < len(a)-from && end < len(b)-from && a[len(a)-1-end] == b[len(b)-1-end] {
			end++
		}
		const move = 10 // to the row, and to the style
		n += len(b) - from - end + move
	}
	return n
}
