// Package wire is where every socket of a world is born: one [Net] opens all
// listeners and dials all connections, on loopback only. So bytes are counted,
// captured and held back in one place, whatever protocol they speak.
//
//	order                                               payment
//	  │ Dial ┌────────── conn ─────────┐   ┌── conn ──┐ Accept │
//	  └──────┤ gate · count · capture  ├───┤ gate ·   ├────────┘
//	         └─────────────────────────┘   │ count    │
//	            the caller's side          └──────────┘
//
// Every socket belongs to an instance. Killing the instance resets them all, as
// a power cut would; pausing it shuts the gate in front of them, as SIGSTOP
// would. While nothing is held back a connection costs what the bare one costs,
// and no goroutine of this package runs.
//
// A [Hook] is a fault on connections: it decides, and the net resets, cuts, holds
// back, slows down or changes what crosses. Bytes that are held back are parcels
// with the moment they came, so that a delay does not make a connection narrow.
//
// What crosses is kept as it is, bounded, on the caller's side; it is decoded
// only when somebody asks for an [Net.Exchange]. HTTP/2 alone is decoded as it
// goes, from its first byte and beside the path of its bytes, because a header
// block cannot be read from the middle of a connection.
package wire
