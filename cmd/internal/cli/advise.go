package cli

import (
	"bufio"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/advise"
)

func (a *app) advise() *cobra.Command {
	c := &cobra.Command{
		Use:   "advise",
		Short: "rank REST, gRPC, queues and Kafka for what you need",
		Long: `Asks a few questions and ranks the methods of communication, with the reasons and
their sources. Answers given as flags are not asked again; without a terminal, or
with any flag, the other answers are the defaults, which are the first words.

The ranking adds the points of the rules that hold: --rules prints all of them.
It knows only what you answered. Where two methods are close, it says so.`,
		Example: "  msc-sim advise\n  msc-sim advise --wait no --readers many --replay yes\n  msc-sim advise --rules",
		Args:    atMost(0, "nothing more"),
	}
	given := map[string]*choice{}
	for _, q := range advise.Questions {
		given[q.Name] = oneOf(q.Words()...)
		c.Flags().Var(given[q.Name], q.Name, lower(q.Ask))
	}
	table := c.Flags().Bool("rules", false, "print the table of rules")
	asJSON := format(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *table {
			return a.tellRules(asJSON())
		}
		answers := advise.Answers{}
		for name, v := range given {
			if c.Flags().Changed(name) {
				answers[name] = v.value
			}
		}
		if len(answers) == 0 && !asJSON() && isTerminal(a.In) && isTerminal(a.Out) {
			if err := a.ask(answers); err != nil {
				return err
			}
		}
		advice, err := advise.Give(answers)
		if err != nil {
			return err
		}
		if asJSON() {
			return json.NewEncoder(a.Out).Encode(struct {
				Schema int `json:"schema"`
				advise.Advice
			}{1, advice})
		}
		a.tellAdvice(advice)
		return nil
	}
	return c
}

// ask reads an answer to each question: its number, its word, or nothing for the first.
func (a *app) ask(answers advise.Answers) error {
	in := bufio.NewScanner(a.In)
	a.say("Answer with a number; Enter takes the first.")
	for _, q := range advise.Questions {
		a.say("\n%s", q.Ask)
		for i, c := range q.Choices {
			a.say("  %d  %s", i+1, c.Means)
		}
		for answers[q.Name] == "" {
			if !in.Scan() {
				return in.Err() // the other answers are the defaults
			}
			answers[q.Name] = chosen(q, strings.TrimSpace(in.Text()))
			if answers[q.Name] == "" {
				a.say("  a number from 1 to %d", len(q.Choices))
			}
		}
	}
	a.say("")
	return nil
}

// chosen is the word that a line chooses; "" for none.
func chosen(q advise.Question, line string) string {
	if line == "" {
		return q.Choices[0].Word
	}
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(q.Choices) {
		return q.Choices[n-1].Word
	}
	for _, w := range q.Words() {
		if strings.EqualFold(w, line) {
			return w
		}
	}
	return ""
}

func (a *app) tellAdvice(advice advise.Advice) {
	first, second := advice.Ranking[0], advice.Ranking[1]
	if advice.Clear {
		a.say("%s fits best.", first.Method)
	} else {
		a.say("%s and %s are close: %s and %s points.", first.Method, second.Method, advise.Points(first.Points), advise.Points(second.Points))
	}
	for _, r := range advice.Ranking {
		a.say("\n%-9s %s", r.Method, advise.Points(r.Points))
		for _, why := range r.Reasons {
			a.say("  %9s  %s  [%s]", advise.Points(why.Points), why.Why, why.Because)
		}
	}
	a.say("\nThe article that the course follows says of %s: %s", first.Method, first.Article)
	a.say("Sources: msc-sim advise --rules")
}

func (a *app) tellRules(asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "rules": advise.Table()})
	}
	rows := [][]string{{"when", "for", "points", "because", "source"}}
	for _, r := range advise.Table() {
		rows = append(rows, []string{r.When, r.For, r.Points, r.Why, r.Source})
	}
	return table(a.Out, rows, 2)
}

func lower(s string) string { return strings.ToLower(s[:1]) + sim.Visible(s[1:]) }
