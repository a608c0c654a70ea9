package lessons

import (
	"errors"
	"strings"
)

// A text, a verdict or a question that holds only under a condition names it:
//
//	only if overtaken("order-created:email") > 0
//	otherwise All twenty emails were written before c-2 placed the order.
//
// In a task nothing is told or kept while the condition does not hold, and the step
// is offered again. A prediction is then not judged. A question of the quiz is
// asked once the steps that measure it have made the condition true.

// only reads what stands behind the word only.
func (b *builder) only(p piece) (*condition, error) {
	word, rest := p.word()
	if word != "if" {
		return nil, p.at.invalid("a condition is expected here").WithFix("write it as: only if EXPRESSION")
	}
	x, err := b.scope.boolean(rest)
	return &condition{holds: x}, err
}

// happened reports whether all conditions hold, and where not what is to be said.
// The error is errUnread where bytes decide that are still being read.
func (e *evidence) happened(all []condition) (yes bool, otherwise string, err error) {
	for _, c := range all {
		yes, err := e.holds(c.holds)
		if errors.Is(err, errUnread) {
			return false, "", err
		}
		if !yes {
			words, _ := c.otherwise.fill(e)
			return false, flow(words), nil
		}
	}
	return true, "", nil
}

// didNotHappen begins what is said of a condition that did not hold.
const didNotHappen = "In this run it did not happen."

// missed is what a task says whose condition did not hold.
func missed(otherwise string) string {
	return strings.TrimSpace(didNotHappen + " " + otherwise)
}

// unjudged is put before the text of a step whose prediction has no true choice.
func unjudged(q *question, otherwise string) string {
	const fate = "Your prediction counts neither as right nor as wrong."
	if q.only != nil {
		return missed(otherwise) + " " + fate
	}
	return "None of the choices came true in this run. " + fate
}
