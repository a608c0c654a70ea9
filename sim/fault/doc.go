// Package fault holds what can go wrong on purpose, one file each. A fault is a
// small struct whose fields are its parameters, and one method that says what
// becomes of what it meets. It keeps no time, opens no socket and starts no
// goroutine: sim/world arms it and gives it what it needs.
//
//	         policies
//	            │
//	Message ────┤   a whole message: late, lost, twice, answered with an error
//	            │
//	        transport
//	            │
//	Connection ─┤   bytes and sockets: refused, reset, held back, garbled
//	            │
//	         kernel ──▶ the other side ── Service: killed, paused, busy, skewed
//
// [Forms] is the one table of them: parsing, help, dialogs, completion and
// errors come from it. [Make] makes one of what a person wrote. A new fault is
// one file and one row.
package fault
