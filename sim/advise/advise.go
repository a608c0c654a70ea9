// Package advise ranks the ways in which services communicate by what a person
// needs. It knows no more than its table of rules.
package advise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Methods that are ranked; where points are equal, the simpler one comes first.
var Methods = []string{"rest", "grpc", "nats", "rabbitmq", "activemq", "sqs", "kafka"}

// Answers maps the name of a question to the word of a choice.
type Answers map[string]string

// Reason is one rule that spoke.
type Reason struct {
	Points  int    `json:"points"`
	Because string `json:"because"` // the answers: "wait=no"
	Why     string `json:"why"`
	Source  string `json:"source"`
}

// Ranked is one method with what speaks for it and against it, the strongest first.
type Ranked struct {
	Method   string   `json:"method"`
	Points   int      `json:"points"`
	RuledOut bool     `json:"ruled_out"`
	Reasons  []Reason `json:"reasons"`
	Article  string   `json:"article"`
}

// Advice is the ranking. Clear says whether the first is ahead by more than a
// single advantage; where it is not, an experiment decides.
type Advice struct {
	Answers Answers  `json:"answers"`
	Ranking []Ranked `json:"ranking"`
	Clear   bool     `json:"clear"`
}

// Give ranks all methods. A question without an answer has its default.
func Give(given Answers) (Advice, error) {
	all, err := complete(given)
	if err != nil {
		return Advice{}, err
	}
	a := Advice{Answers: all}
	for _, m := range Methods {
		a.Ranking = append(a.Ranking, rank(m, all))
	}
	slices.SortStableFunc(a.Ranking, func(x, y Ranked) int { return cmp.Compare(y.Points, x.Points) })
	a.Clear = a.Ranking[0].Points-a.Ranking[1].Points > helps
	return a, nil
}

func complete(given Answers) (Answers, error) {
	all, names := Answers{}, []string{}
	for _, q := range Questions {
		all[q.Name] = q.Choices[0].Word
		names = append(names, q.Name)
	}
	for name, word := range given {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, sim.Unknown("question", name, names)
		}
		if !slices.Contains(Questions[i].Words(), word) {
			return nil, sim.Unknown("choice of "+name, word, Questions[i].Words())
		}
		all[name] = word
	}
	return all, nil
}

// Words are the words of all choices.
func (q Question) Words() (all []string) {
	for _, c := range q.Choices {
		all = append(all, c.Word)
	}
	return all
}

func rank(method string, all Answers) Ranked {
	r := Ranked{Method: method, Article: says[method]}
	for _, rule := range rules {
		if !rule.of(method) || !all.hold(rule.when) {
			continue
		}
		r.Points += rule.points
		r.RuledOut = r.RuledOut || rule.points == never
		r.Reasons = append(r.Reasons, Reason{rule.points, rule.when, rule.why, Sources[rule.source]})
	}
	slices.SortStableFunc(r.Reasons, func(x, y Reason) int { return cmp.Compare(abs(y.Points), abs(x.Points)) })
	return r
}

func (r rule) of(method string) bool {
	return slices.ContainsFunc(strings.Fields(r.to), func(name string) bool {
		return name == method || slices.Contains(groups[name], method)
	})
}

// hold reports whether all answers of a rule were given.
func (a Answers) hold(when string) bool {
	for word := range strings.FieldsSeq(when) {
		name, choice, _ := strings.Cut(word, "=")
		if a[name] != choice {
			return false
		}
	}
	return true
}

func abs(n int) int { return max(n, -n) }

// Rule is one row of the table of rules, for those who want to read all of it.
type Rule struct{ When, For, Points, Why, Source string }

// Table is the table of rules.
func Table() (all []Rule) {
	for _, r := range rules {
		all = append(all, Rule{r.when, r.to, Points(r.points), r.why, Sources[r.source]})
	}
	return all
}

// Points writes what a rule or a method has: "+2", "ruled out".
func Points(n int) string {
	if n <= never/2 {
		return "ruled out"
	}
	return fmt.Sprintf("%+d", n)
}
