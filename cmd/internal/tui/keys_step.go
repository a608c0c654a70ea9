package tui

import "github.com/msc-sim/msc-sim/lessons"

// typingKeys hold while letters are text.
func typingKeys() []binding {
	return []binding{
		{keys: "enter", word: "do it", in: atPalette, do: (*Model).runLine},
		{keys: "tab", word: "complete", in: atPalette, do: (*Model).complete},
		{keys: "up", show: "↑ ↓", word: "earlier lines", in: atPalette, do: (*Model).recall},
		{keys: "down", in: atPalette, do: (*Model).recall},
		{keys: "shift+tab", in: atPalette, do: (*Model).complete},
		{keys: "enter", word: "keep", in: atFilter, do: (*Model).keepFilter},
		{keys: "up down pgup pgdown", show: "↑ ↓", word: "select", in: atFilter, do: (*Model).moveEvent},
		{keys: "tab shift+tab", in: atFilter, not: "enter keeps the filter, esc removes it", when: never},
		{keys: "enter", word: "give it", in: atAnswer, do: (*Model).giveAnswer},
		{keys: "tab shift+tab", show: "tab", word: "stage", in: atAnswer, do: (*Model).turn},
		{keys: "?", word: "hint", in: atAnswer, do: (*Model).openHelp},
		{keys: "up down pgup pgdown", in: atAnswer, do: (*Model).scrollText},
		{keys: "esc", word: "back", in: atTyping, do: (*Model).back},
		{keys: "ctrl+c", in: atTyping, do: (*Model).quit},
	}
}

// stepKeys lead through a lesson.
func stepKeys() []binding {
	return []binding{
		{keys: "enter", word: "open", help: "opens what is selected", in: atStage, when: (*Model).hasSelected, do: (*Model).openSelected},
		{keys: "enter", word: "read on", help: "shows the rest of the text", in: atLesson, when: (*Model).unread, do: (*Model).readOn},
		{
			keys: "1 2 3 4 5 6 7 8 9", show: "1–9", word: "choose", help: "chooses an answer", in: atLesson,
			when: (*Model).chooses, not: "there is nothing to choose now", do: (*Model).choose,
		},
		{keys: "enter", word: "show it now", help: "shows at once what the stage still moves towards", in: atLesson, when: (*Model).isHeld, do: (*Model).showNow},
		{
			keys: "enter", word: "do it", help: "does the next line of the task", in: atLesson,
			when: (*Model).canSend, do: (*Model).sendStep,
		},
		{keys: "enter", in: atLesson, when: (*Model).runs, do: (*Model).mustWait},
		{keys: "a", word: "answer", help: "types what you read", in: atLesson, when: (*Model).canAnswer, not: "this step asks for no value now", do: (*Model).startAnswer},
		{keys: "enter", in: atText, when: (*Model).canAnswer, do: (*Model).startAnswer},
		{keys: "enter n", show: "enter", word: "go on", help: "goes on to the next step", in: atLesson, when: (*Model).canGoOn, do: (*Model).next},
		{keys: "enter", in: atLesson, when: (*Model).chooses, do: (*Model).mustChoose},
		{keys: "enter", word: "send", help: "sends the first use case of the world", in: atStage, when: (*Model).canBegin, do: (*Model).begin},
		{keys: "enter", word: "open", help: "opens the newest message", in: atStage, when: (*Model).hasMessage, do: (*Model).openNewest},
		{keys: "enter", in: atStage, when: never, not: "arrows select a box or a message, enter opens it"},
		{keys: "enter", in: atText, when: never, not: "the task is in the text; : opens the command line for your own command"},
		{keys: "n", help: "goes on to the next step", in: atLesson, when: (*Model).inLesson, not: "there are no steps in the playground", do: (*Model).next},
		{keys: "b", help: "goes back one step", in: atLesson, when: (*Model).inLesson, not: "there are no steps in the playground", do: (*Model).stepBefore},
		{keys: "enter", word: "home", help: "goes to the home screen", in: atEnd, do: (*Model).goHome},
		{keys: "n", word: "more steps", help: "goes on to the steps for advanced learners", in: atEnd, when: (*Model).hasMore, not: "this lesson has no more steps", do: (*Model).next},
		{keys: "p", word: "playground", help: "opens the world of this lesson, to try things in", in: atEnd, do: (*Model).tryWorld},
		{keys: "b", help: "goes back one step", in: atEnd, do: (*Model).stepBefore},
	}
}

func never(*Model) bool { return false }

func (m *Model) inLesson() bool { return m.run != nil && m.run.lesson != nil }

func (m *Model) chooses() bool {
	if !m.inLesson() {
		return false
	}
	st := m.run.state
	return st.Predict != nil && (st.Phase == lessons.Predicting || st.Phase == lessons.Asking)
}

// canSend: the step has a line that enter sends and is not done.
func (m *Model) canSend() bool {
	if !m.inLesson() || m.run.state.Phase != lessons.Doing {
		return false
	}
	t := m.run.state.Task
	return t != nil && !t.Done && (t.Send != "" || t.Missed != "")
}

// isHeld: the task is done, and the stage has not shown it yet.
func (m *Model) isHeld() bool { return m.inLesson() && m.run.held }

// runs: what enter has begun goes on.
func (m *Model) runs() bool {
	return m.inLesson() && m.run.state.Task != nil && m.run.state.Task.Running != ""
}

// hasMore: the lesson has steps beyond its core.
func (m *Model) hasMore() bool {
	return m.inLesson() && m.run.state.Summary != nil && len(m.run.state.Summary.More) > 0
}

func (m *Model) canAnswer() bool { return m.inLesson() && wantsValue(m.run.state) }

func (m *Model) canGoOn() bool {
	return m.inLesson() && (m.run.state.Phase == lessons.Reading || m.run.state.Phase == lessons.Explaining)
}
