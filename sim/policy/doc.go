// Package policy holds what a link or a service does about trouble, one file a
// policy. A policy is a [sim.Middleware]: it knows no transport, so the same
// one serves HTTP headers, gRPC metadata and queue headers.
//
// [Forms] is the table of the words that people put on a link. Words become a
// [Policy] through [Make], policies become a [Stack], and a stack is one
// middleware: order is nesting, outermost first.
//
//	fallback(cache(retry(hedge(budget(throttle(breaker(ratelimit(adaptive(shed(bulkhead(timeout(call))))))))))))
//
// The loop of retries, the timing of hedges and the places of a bulkhead are
// failsafe-go's. The
// breaker is our own, because the published presets need what no library has in
// one: a least number of calls in a count window, slow calls, probes that are
// judged together, forced states, and late results that are harmless. Its tests
// hold it to failsafe-go's wherever the two mean the same.
package policy
