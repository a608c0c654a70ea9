package cli

import (
	"io"
	"strings"
	"unicode/utf8"
)

// table writes rows with aligned columns, two spaces apart. The first row is the
// head. Columns named in right are aligned to the right. Cells come from
// everywhere, so callers pass foreign text through sim.Visible.
func table(w io.Writer, rows [][]string, right ...int) error {
	width := map[int]int{}
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	numeric := map[int]bool{}
	for _, i := range right {
		numeric[i] = true
	}
	var out strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if numeric[i] {
				cell = gap + cell
			} else {
				cell += gap
			}
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(cell)
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}
