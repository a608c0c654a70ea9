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
func readLines(ctx context.Context, in io.Reader) (<-chan string, func(), error) {
	r, err := cancelreader.NewReader(in)
	if err != nil {
		return nil, nil, err
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(r)
		s.Buffer(nil, maxLine)
		for s.Scan() {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines, func() { r.Cancel() }, nil
}
