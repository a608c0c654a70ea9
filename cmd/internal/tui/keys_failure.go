package tui

// formKeys hold in a form that makes a line of the door.
func formKeys() []binding {
	return []binding{
		{keys: "enter", word: "do it", in: atField, do: (*Model).runForm},
		{keys: "up down tab shift+tab", show: "↑ ↓", word: "fields", in: atField, do: (*Model).moveField},
		{keys: "?", in: atField, when: never, not: "what may be given stands below the field; esc goes back to the list"},
		{keys: "enter tab", show: "enter", word: "go on", help: "goes on to the fields, or does what has none", in: atForm, do: (*Model).fillForm},
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", word: "choose", help: "choose a word", in: atForm, do: (*Model).moveForm},
		{keys: "left right h l", show: "← →", word: "where", help: "choose what to act on", in: atForm, when: (*Model).formTurns, not: "there is nothing else to act on", do: (*Model).turnForm},
		{keys: "x", word: "take off", help: "takes the policy off", in: atForm, when: (*Model).canTakeOff, not: "x takes off a policy that stands there", do: (*Model).takeOff},
	}
}

// failureKeys break, guard and swap.
func failureKeys() []binding {
	const none = "this world has no links"
	return []binding{
		{keys: "f", word: "break", help: "lets something go wrong: opens the list of faults", in: atPanel | atStage, when: (*Model).canBreak, do: (*Model).openFault},
		{keys: "f", help: "lets something go wrong: opens the list of faults", in: atWorld, when: (*Model).hasLinks, not: none, do: (*Model).openFault},
		{keys: "c", word: "clear", help: "clears the selected fault, or the newest one there", in: atWorld, when: (*Model).hasArmed, not: "no fault is armed; f breaks something", do: (*Model).clearFault},
		{keys: "p", help: "puts a policy around a link, or a preset", in: atWorld, when: (*Model).hasLinks, not: none, do: (*Model).openPolicy},
		{keys: "t", help: "swaps the transport of a link", in: atWorld, when: (*Model).hasLinks, not: none, do: (*Model).openWay},
		{keys: "W", show: "W", help: "writes this world, and your commands, to a file", in: atPanel | atStage, when: (*Model).inPlayground, not: "a lesson is kept by itself", do: (*Model).openSave},
	}
}
