// Package sim holds the words of the simulator: services, links, messages,
// handlers, transports, events, commands, errors and units. It imports nothing
// of ours; everything else imports it. Reading this package is the shortest way
// to understand the program.
//
// Four ideas carry everything:
//
//   - One shape. Whatever a message passes through is a [Handler]; whatever
//     surrounds one is a [Middleware].
//   - One wire. Every socket is born in a [Net], so that byte counts, captures
//     and faults are written once.
//   - One log. What happens is an [Event] on one [Timeline], read by many.
//   - One door. What changes the world is a [Command] through a [Door].
package sim
