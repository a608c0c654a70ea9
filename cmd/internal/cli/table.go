package cli

import (
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	tables "charm.land/lipgloss/v2/table"
)

// gap parts the columns of a table.
const gap = 2

// table writes rows with aligned columns. The first row is the head. Columns
// named in right are aligned to the right. Cells come from everywhere, so
// callers pass foreign text through sim.Visible.
func table(w io.Writer, rows [][]string, right ...int) error {
	columns := 0
	for _, row := range rows {
		columns = max(columns, len(row))
	}
	t := tables.New().
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderColumn(false).BorderRow(false).BorderHeader(false).
		StyleFunc(func(_, column int) lipgloss.Style {
			s := lipgloss.NewStyle()
			if slices.Contains(right, column) {
				s = s.Align(lipgloss.Right)
			}
			if column < columns-1 {
				s = s.PaddingRight(gap)
			}
			return s
		}).
		Rows(rows...)
	var out strings.Builder
	for line := range strings.Lines(t.Render() + "\n") {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}
