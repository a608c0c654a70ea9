package tui

// selectKeys move the selection and the focus.
func selectKeys() []binding {
	return []binding{
		{keys: "enter", word: "open", help: "opens what is selected", in: atHome, when: (*Model).hasRows, not: "there is nothing to open", do: (*Model).openRow},
		{keys: "up down j k", show: "↑ ↓", word: "choose", help: "choose a lesson or a world", in: atHome, do: (*Model).moveHome},
		{keys: "w", word: "words", help: "opens the glossary", in: atHome, when: (*Model).hasWords, not: "there is no glossary", do: (*Model).openWords},
		{keys: "home end g G pgup pgdown", show: "g G", help: "go to the first and the last", in: atHome, do: (*Model).moveHome},
		{keys: "+ - =", show: "+ -", word: "load", help: "offer more or less load", in: atStage, when: (*Model).canLoad, do: (*Model).load},
		{keys: "left right up down h j k l", show: "arrows", word: "select", help: "select a box or a message", in: atStage, when: (*Model).onBoxes, do: (*Model).moveSelection},
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", word: "scroll", help: "scroll the ladder", in: atStage, when: (*Model).onLadder, do: (*Model).scrollLadder},
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", help: "scroll the text", in: atText, do: (*Model).scrollText},
		{keys: "left right h l", in: atText, when: never, not: "tab goes to the stage, where arrows select"},
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", word: "select", help: "select an event", in: atPanel, when: (*Model).hasEvents, do: (*Model).moveEvent},
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", word: "select", help: "select a fault", in: atPanel, when: (*Model).hasFaults, do: (*Model).moveFault},
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", word: "select", help: "select a link", in: atPanel, do: (*Model).moveLink},
		{keys: "enter", word: "open", help: "opens the selected event", in: atPanel, when: (*Model).hasEvent, not: "↑ and ↓ select an event first", do: (*Model).openEvent},
		{keys: "/", word: "filter", help: "shows only events with these words", in: atPanel, when: (*Model).hasEvents, not: "1 opens the list of events, which can be filtered", do: (*Model).openFilter},
		{keys: "/", help: "shows only events with these words", in: atStage, when: (*Model).hasEvents, not: "1 opens the list of events, which can be filtered", do: (*Model).openFilter},
		{keys: "tab shift+tab", show: "tab", word: "stage", help: "goes to the stage", in: atText | atPanel, do: (*Model).turn},
		{keys: "tab shift+tab", show: "tab", word: "text", help: "goes to the text", in: atStage, when: (*Model).inLesson, do: (*Model).turn},
		{keys: "tab shift+tab", show: "tab", word: "panel", help: "goes to the panel", in: atStage, do: (*Model).turn},
		{keys: "1 2 3 4 5 6", show: "1–6", word: "panel", help: "choose what the panel shows", in: atPanel | atStage, when: (*Model).inPlayground, do: (*Model).chooseTab},
		{keys: "left right h l", show: "← →", help: "turn the panel", in: atPanel, do: (*Model).chooseTab},
	}
}

// timeKeys decide which moment is shown.
func timeKeys() []binding {
	return []binding{
		{keys: "space", word: "pause", help: "pauses the picture, and resumes", in: atWorld, when: (*Model).goesOn, do: (*Model).pause},
		{keys: "space", word: "go on", in: atWorld, do: (*Model).pause},
		{keys: "s", word: "step", help: "shows the next event", in: atWorld, do: (*Model).step},
		{keys: "S", show: "S", help: "shows the event before", in: atWorld, do: (*Model).stepBack},
		{keys: "r", help: "replays the last request", in: atWorld, do: (*Model).replay},
		{keys: "[ ]", show: "[ ]", help: "show it slower, faster", in: atWorld, do: (*Model).speed},
		{keys: "v", help: "switches between boxes and ladder", in: atWorld | atDemo, do: (*Model).switchView},
	}
}

// worldKeys act on the world.
func worldKeys() []binding {
	return []binding{
		{keys: "+ - =", show: "+ -", help: "offer more or less load", in: atWorld, when: (*Model).hasUseCase, not: "this world has no use case to make load with", do: (*Model).load},
		{keys: "x", help: "kills the selected box, and starts it again", in: atWorld, when: (*Model).hasBox, not: "select a box on the stage first, with the arrows", do: (*Model).killOrStart},
		{keys: ":", help: "opens the command line", in: atWorld | atDemo, do: (*Model).openPalette},
		{keys: ":", in: atHome | atMessage | atEnd, when: never, not: ": sends a command to a world; open one first"},
		{keys: "y", help: "copies the address of the selected box", in: atWorld, when: (*Model).hasAddress, not: "select a running box first; its address is copied", do: (*Model).copyAddress},
	}
}

// pageKeys hold on pages, and everywhere where letters are keys.
func pageKeys() []binding {
	return []binding{
		{keys: "tab left right h l shift+tab", show: "tab", word: "message · receipt", in: atInspector, when: (*Model).showsBrokered, do: (*Model).turnMessage},
		{keys: "tab left right h l shift+tab", show: "tab", word: "request · answer", help: "turns between request and answer; with a broker, goes on to each crossing", in: atInspector, do: (*Model).turnMessage},
		{keys: "up down j k pgup pgdown home end g G space", show: "↑ ↓", word: "scroll", help: "scroll", in: atInspector, when: (*Model).scrolls, not: "all of it is in view", do: (*Model).scrollPage},
		{keys: "up down j k pgup pgdown home end g G space", show: "↑ ↓", word: "scroll", help: "scroll", in: atPages &^ atInspector, do: (*Model).scrollPage},
		{keys: "x", word: "bytes", help: "shows the raw bytes, and the text again", in: atInspector, do: (*Model).turnHex},
		{keys: "c", word: "names", help: "reads protobuf without its contract, and with it again", in: atInspector, when: (*Model).showsProtobuf, not: "only protobuf can be read without its contract", do: (*Model).turnNumbers},
		{keys: "y", word: "copy", help: "copies what crossed", in: atInspector, do: (*Model).copyMessage},
		{keys: "w", help: "opens the glossary", in: atWorld | atHelp | atEnd, when: (*Model).hasWords, not: "there is no glossary", do: (*Model).openWords},
		{keys: "m", help: "lets the mouse select, and not", in: atReading, do: (*Model).switchMouse},
		{keys: "esc", word: "back", in: atPages&^atEnd | atForm, do: (*Model).back},
		{keys: "esc", word: "home", help: "goes to the home screen", in: atMessage, when: (*Model).hasFailed, do: (*Model).back},
		{keys: "esc", help: "goes back", in: atWorld | atEnd | atHome | atMessage | atDemo, do: (*Model).back},
		{keys: "?", word: "hint", help: "shows the next hint, the keys, the words, the signs", in: atWorld | atHelp, when: (*Model).hasHint, do: (*Model).openHelp},
		{keys: "?", word: "help", help: "shows the keys, the words and the signs", in: atReading &^ atHelp, do: (*Model).openHelp},
		{keys: "?", in: atHelp, do: (*Model).back},
		{keys: "ctrl+z", help: "stops msc-sim; fg in the shell resumes it", in: atReading | atTyping, when: (*Model).canStop, do: (*Model).stop},
		{keys: "q ctrl+c", show: "q", word: "leave", help: "leaves; your progress is saved", in: atReading, do: (*Model).quit},
	}
}
