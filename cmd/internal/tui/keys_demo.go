package tui

// demoKeys lead through a demo. Those of a clicker are among them: it sends
// PageDown, PageUp, and "." or b.
func demoKeys() []binding {
	return []binding{
		{keys: "space", word: "pause", help: "pauses the picture, and resumes", in: atDemo, when: (*Model).demoMoves, do: (*Model).stopDemo},
		{keys: "space", word: "go on", in: atDemo, when: (*Model).demoStands, not: "the demo is over; 0 plays this chapter again", do: (*Model).goOnDemo},
		{keys: "1 2 3 4 5 6 7 8 9", show: "1–9", word: "chapter", in: atDemo, when: (*Model).demoEnded, do: (*Model).jumpDemo},
		{keys: "pgdown enter", show: "PageDown", help: "continues where the demo waits, else goes to the next chapter", in: atDemo, do: (*Model).clickDemo},
		{keys: "n right l", show: "n", word: "next", help: "goes to the next chapter", in: atDemo, when: (*Model).demoHasNext, not: "this is the last chapter", do: (*Model).nextChapter},
		{keys: "p left h pgup", show: "p", help: "goes to the chapter before; PageUp too", in: atDemo, do: (*Model).chapterBefore},
		{keys: "esc", word: "home", in: atDemo, when: (*Model).demoEnded, do: (*Model).back},
		{keys: "0", word: "restore", help: "plays this chapter from its beginning", in: atDemo, do: (*Model).restoreDemo},
		{keys: "1 2 3 4 5 6 7 8 9", show: "1–9", help: "jumps to a chapter", in: atDemo, do: (*Model).jumpDemo},
		{keys: "[ ]", show: "[ ]", help: "go slower, faster", in: atDemo, do: (*Model).paceDemo},
		{keys: "b .", show: "b", help: "blanks the screen; any key brings it back", in: atDemo, do: (*Model).blankDemo},
		{keys: "o", word: "take over", help: "gives you the world and its keys", in: atDemo, do: (*Model).join},
		{keys: "o", word: "give back", help: "continues the demo, or restarts it if you changed the world", in: atWorld, when: (*Model).hasJoined, do: (*Model).letGo},
		{keys: "0", help: "plays the chapter from its beginning", in: atWorld, when: (*Model).hasJoined, do: (*Model).restoreDemo},
	}
}
