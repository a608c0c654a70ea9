package tui

// deadKeys open dead letters, and put them back.
func deadKeys() []binding {
	const none = "its dead-letter queue is empty"
	return []binding{
		{keys: "up down j k pgup pgdown home end g G", show: "↑ ↓", word: "select", help: "select a queue", in: atPanel, when: (*Model).hasQueues, do: (*Model).moveQueue},
		{keys: "enter", word: "dead-letter queue", help: "opens the dead-letter queue of the selected queue", in: atPanel, when: (*Model).hasDead, do: (*Model).openDead},
		{keys: "enter", in: atPanel, when: (*Model).queueIsFine, do: (*Model).sayFine},
		{keys: "r", word: "redrive all", help: "moves all messages back to their queue", in: atDead, when: (*Model).hasLetters, not: none, do: (*Model).redrive},
		{keys: "up down j k home end g G", show: "↑ ↓", word: "select", help: "select a message", in: atDead, do: (*Model).moveLetter},
		{keys: "pgup pgdown space", show: "space", word: "scroll", help: "scrolls the message", in: atDead, do: (*Model).scrollPage},
		{keys: "y", word: "copy", help: "copies the body of the message", in: atDead, when: (*Model).hasLetters, not: none, do: (*Model).copyLetter},
		{keys: "esc", word: "back", in: atDead, do: (*Model).back},
	}
}
