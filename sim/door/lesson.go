package door

import "github.com/msc-sim/msc-sim/sim"

func predict() Verb {
	return Verb{
		Word:    "predict",
		Usage:   "predict <choice>",
		About:   "choose what you expect, before the request is sent",
		Example: "predict 2",
		Lesson:  true,
		parse: func(words []string) (sim.Command, error) {
			t, err := text(words)
			return sim.Predict{Choice: t}, err
		},
		format: func(c sim.Command) ([]string, bool) {
			p, ok := c.(sim.Predict)
			return textWords(p.Choice), ok
		},
	}
}

func answer() Verb {
	return Verb{
		Word:    "answer",
		Usage:   "answer <value>",
		About:   "enter the value that you read",
		Example: "answer application/problem+json",
		Lesson:  true,
		parse: func(words []string) (sim.Command, error) {
			t, err := text(words)
			return sim.AnswerTask{Value: t}, err
		},
		format: func(c sim.Command) ([]string, bool) {
			a, ok := c.(sim.AnswerTask)
			return textWords(a.Value), ok
		},
	}
}

func next() Verb {
	return alone(Verb{Word: "next", About: "go to the next step", Example: "next", Lesson: true}, sim.Next{})
}

func back() Verb {
	return alone(Verb{Word: "back", About: "go back one step", Example: "back", Lesson: true}, sim.Back{})
}

func enter() Verb {
	return alone(Verb{Word: "enter", About: "do what the Enter key offers in a lesson", Example: "enter", Lesson: true}, sim.Enter{})
}

func hint() Verb {
	return alone(Verb{Word: "hint", About: "ask for the next hint", Example: "hint", Lesson: true}, sim.Hint{})
}

func solve() Verb {
	return alone(Verb{Word: "solve", About: "let msc-sim solve the task", Example: "solve", Lesson: true}, sim.Solve{})
}
