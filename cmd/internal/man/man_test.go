package man_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/man"
)

func TestPages(t *testing.T) {
	root := &cobra.Command{Use: "tool", Short: "does it", Run: func(*cobra.Command, []string) {}}
	sub := &cobra.Command{
		Use: "make THING", Short: `make a "thing"`, Long: "Makes a thing.\n\n.TH is no macro here, nor is a \\ one.",
		Example: "  tool make --fast x", Run: func(*cobra.Command, []string) {},
	}
	sub.Flags().IntP("size", "s", 3, "how `large`")
	sub.Flags().Bool("fast", false, "at once")
	root.AddCommand(sub, &cobra.Command{Use: "secret", Hidden: true, Run: func(*cobra.Command, []string) {}})

	pages := man.Pages(root, "v1", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	var names []string
	for _, p := range pages {
		names = append(names, p.Name)
	}
	if d := cmp.Diff([]string{"tool.1", "tool-make.1"}, names); d != "" {
		t.Fatalf("pages (-want +got):\n%s", d)
	}
	want := `.TH "TOOL\-MAKE" "1" "2026\-03\-01" "msc\-sim v1" "msc\-sim"
.SH "NAME"
tool\-make \- make a "thing"
.SH "SYNOPSIS"
.B "tool make THING [flags]"
.SH "DESCRIPTION"
Makes a thing.
.PP
\&.TH is no macro here, nor is a \e one.
.SH "OPTIONS"
.TP
.B "\-\-fast"
at once
.TP
.B "\-s, \-\-size large"
how large (3 unless told otherwise)
.SH "EXAMPLES"
.nf
tool make \-\-fast x
.fi
.SH "SEE ALSO"
tool(1)
`
	if d := cmp.Diff(want, pages[1].Text); d != "" {
		t.Errorf("page (-want +got):\n%s", d)
	}
}
