// Command pictures turns terminal output into a PNG, without a browser and
// without a font on the machine:
//
//	some-program | go run ./cmd/tools/pictures -w 120 -h 40 -dark > screen.png
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/picture"
)

// limit bounds what is read.
const limit = 4 << 20

func main() {
	w := flag.Int("w", 120, "columns")
	h := flag.Int("h", 40, "rows")
	dark := flag.Bool("dark", false, "a dark ground")
	size := flag.Float64("size", 20, "height of letters in pixels")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *w, *h, picture.Options{Dark: *dark, Size: *size}); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, w, h int, o picture.Options) error {
	if w < 1 || w > 500 || h < 1 || h > 300 || o.Size < 6 || o.Size > 100 {
		return fmt.Errorf("%d columns, %d rows and letters of %g pixels: at most 500, 300 and 6 to 100", w, h, o.Size)
	}
	content, err := io.ReadAll(io.LimitReader(in, limit))
	if err != nil {
		return fmt.Errorf("reading the screen: %w", err)
	}
	return picture.NewScreen(string(content), w, h).PNG(out, o)
}
