package plain_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/lessons"
)

func TestRecallAsksAndExplains(t *testing.T) {
	q := lessons.Prediction{Question: "How *many*?", Chosen: -1, Truth: 1, Choices: []lessons.Choice{{Key: "1", Text: "few", Why: "too few"}, {Key: "2", Text: "many", Why: "so it is"}}}
	all := []plain.Recalled{{Lesson: "Tiny", Question: q}, {Lesson: "Tiny", Question: q}, {Lesson: "Tiny", Question: q}}
	var out strings.Builder
	var given []int
	err := plain.Recall(t.Context(), strings.NewReader("x\n1\n2\nq\n"), &out, all, func(i, choice int) error {
		given = append(given, choice)
		return nil
	}, plain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{0, 1}, given); d != "" {
		t.Errorf("given (-want +got):\n%s", d)
	}
	for _, want := range []string{"Question 1 of 3, from Tiny: How many?", "  1) few\n", "You chose few. What is true: many.\ntoo few", "You were right: many.\nso it is", "Question 3 of 3"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
