package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
)

func (a *app) words() *cobra.Command {
	c := &cobra.Command{
		Use:     "words [WORD]",
		Short:   "explain the terms",
		Example: "  msc-sim words\n  msc-sim words idempotency key",
	}
	asJSON := format(c)
	c.RunE = func(_ *cobra.Command, args []string) error {
		terms := lessons.Words()
		if len(args) > 0 {
			t, err := lessons.Word(strings.Join(args, " "))
			if err != nil {
				return err
			}
			terms = []lessons.Term{t}
		}
		if asJSON() {
			return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "words": asWordJSON(terms)})
		}
		for _, t := range terms {
			a.say("%s\n    %s", strings.Join(append([]string{t.Word}, t.Also...), ", "), t.Text)
		}
		return nil
	}
	return c
}

// wordJSON is a term as words --format json writes it.
type wordJSON struct {
	Word string   `json:"word"`
	Also []string `json:"also"`
	Text string   `json:"text"`
}

func asWordJSON(terms []lessons.Term) []wordJSON {
	out := make([]wordJSON, len(terms))
	for i, t := range terms {
		out[i] = wordJSON{t.Word, append([]string{}, t.Also...), t.Text}
	}
	return out
}
