// Package trace is the one log. What happens is recorded once, by those who do
// it, and read by many, each at its own pace.
//
//	instance ─ Emit ─▶ Shard ┐                        ┌─ Read ─▶ screen
//	instance ─ Emit ─▶ Shard ┼─ merge ─▶ ring (Seq) ──┼─ Read ─▶ metrics
//	instance ─ Emit ─▶ Shard ┘                        └─ Await ▶ checks
//
// Writers never wait for readers: an instance appends flat records to a shard of
// its own under a lock that is held for the copy alone. The readers' side merges
// the shards by time into a ring with one numbering. Counters are applied while
// recording and stay exact, whatever the ring forgets.
package trace
