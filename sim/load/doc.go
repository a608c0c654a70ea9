// Package load offers requests at a rate, whether answers come or not: an open
// loop, as a crowd of people is one.
//
// A tool that waits for an answer before it asks again stops asking exactly while
// the server stalls, and so never measures the stall (Gil Tene's "coordinated
// omission"). Here every request has an intended start, given by a schedule that
// knows nothing of answers, and its latency is measured from there:
//
//	intended  |    |    |    |    |    |        the schedule
//	started   |    |         |||  |    |        what the machine managed
//	          └─ took ─┘                        from intended: what the customer waited
//	                         └ service ┘        from started: what other tools print
//
// With one stall S in a run T the mean must come out as s(1−S/T) + S²/2T.
package load
