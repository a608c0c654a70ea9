// Package part holds everything that draws on the screen. A part is a plain
// struct that holds what is to be shown; its Draw method puts it into a
// rectangle of a grid:
//
//	part.Strip{Hop: hop, Now: now}.Draw(g, rect, th)
//
// Parts know no clock, no files and no sockets. The same fields give the same
// cells, live, paused, stepped back or replayed. Nothing is drawn outside the
// rectangle, whatever its size. Text from outside passes through sim.Visible here.
package part
