package main

import "time"

// Size of the filmed terminal, in cells.
const columns, rows = 110, 32

// What arrow keys send.
const (
	down  = "\x1b[B"
	right = "\x1b[C"
)

// act is one thing a person does: they wait until they see a text, look for a
// while, and press keys. What was pressed is told below the screen.
type act struct {
	see  string
	look time.Duration
	keys string // "" = the end
	told string
}

// firstMinute is the beginning of the lesson rest.
func firstMinute() []act {
	return []act{
		{"How long until", 5 * time.Second, "3", "3  my guess: less than 1 ms"},
		{"Request product", 2500 * time.Millisecond, "\r", "enter  send it"},
		{"Order waited", 7 * time.Second, "n", "n  go on"},
		{"Read the bytes", 5 * time.Second, "2", "2  my guess: a quarter to half"},
		{"One header", 2500 * time.Millisecond, "\r", "enter  send it"},
		{"200 OK", 4 * time.Second, "\t", "tab  to the stage"},
		{"arrows select", 1500 * time.Millisecond, right, "→  to order"},
		{"", 1500 * time.Millisecond, right, "→  to the request"},
		{"", 1500 * time.Millisecond, down, "↓  to the response"},
		{"", 1500 * time.Millisecond, "\r", "enter  open it"},
		{"Content-Length", 6 * time.Second, "\x1b", "esc  back"},
		{"", 2 * time.Second, "", ""},
	}
}
