package plain

import (
	"bufio"
	"context"
	"io"

	"github.com/muesli/cancelreader"
)

// maxLine bounds one typed line; longer ones end the input.
const maxLine = 64 << 10

// readLines gives the lines of in, one after another, until in ends or ctx
// does. The channel is closed then. Cancelling ctx and calling the returned
// function interrupts a terminal that nobody types at.
func readLines(ctx context.Context, in io.Reader) (<-chan string, func()) {
	in, interrupt := interruptible(in)
	lines := make(chan string)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(in)
		s.Buffer(nil, maxLine)
		for s.Scan() {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines, interrupt
}

// interruptible makes a reader that can be told to stop. A file, or /dev/null,
// cannot be waited for and needs no interruption: reading it never blocks.
func interruptible(in io.Reader) (io.Reader, func()) {
	r, err := cancelreader.NewReader(in)
	if err != nil {
		return in, func() {}
	}
	return r, func() { r.Cancel() }
}
