package worldfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// Every field of the table is one that the parser knows, with the bounds and the
// choices of the table.
func TestTheTableIsWhatTheParserReads(t *testing.T) {
	below := map[string]string{
		"a world": "%s: %s\n", "a service": "services:\n  s:\n    %s: %s\n", "a link": "links:\n  a:b:\n    %s: %s\n",
		"a topic": "topics:\n  t:\n    %s: %s\n", "a use case": "use_cases:\n  u:\n    %s: %s\n",
		"a raw request": "use_cases:\n  u:\n    raw:\n      %s: %s\n",
	}
	for _, p := range worldfile.Shape() {
		for _, f := range p.Fields {
			said := func(value string) string {
				if _, err := worldfile.Parse("w.yaml", fmt.Appendf(nil, below[p.Name], f.Name, value)); err != nil {
					return err.Error()
				}
				return ""
			}
			if got := said("x"); strings.Contains(got, "no field") {
				t.Errorf("%s: the parser knows no %s: %s", p.Name, f.Name, got)
			}
			for _, c := range f.Choices {
				if got := said(c); strings.Contains(got, fmt.Sprintf("%q", c)) {
					t.Errorf("%s: %s=%s: %s", p.Name, f.Name, c, got)
				}
			}
			if most := int(f.Max); f.Kind == form.Count && most < 1<<20 && strings.Contains(said("x"), "whole number") {
				if got := said(fmt.Sprint(most)); strings.Contains(got, "not allowed") {
					t.Errorf("%s: %s=%d: %s", p.Name, f.Name, most, got)
				}
				if got := said(fmt.Sprint(most + 1)); !strings.Contains(got, "not allowed") {
					t.Errorf("%s: %s=%d is read", p.Name, f.Name, most+1)
				}
			}
		}
	}
}
