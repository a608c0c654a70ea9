package lessons

import (
	"regexp"
	"testing"
)

var (
	opens = regexp.MustCompile(`\b[Oo]pen (it|the|one)\b`)
	named = regexp.MustCompile(`\b(first|last)\(`)
)

// Where a task tells to open a message, its value is taken from that message. So the
// face can select it.
func TestTheMessageToOpenIsNamedByTheAnswer(t *testing.T) {
	seen := 0
	for _, name := range Names(Builtin()) {
		l, err := Load(Builtin(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range l.steps {
			if st.task == nil || st.task.answer == nil {
				continue
			}
			text := st.task.text.open()
			if !opens.MatchString(text) {
				continue
			}
			seen++
			if !named.MatchString(st.task.answer.source) {
				t.Errorf("%s, %q: %q is taken from no message", name, st.title, st.task.answer.source)
			}
		}
	}
	if seen < 8 {
		t.Errorf("only %d tasks tell to open a message", seen)
	}
}
