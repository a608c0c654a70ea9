package trace

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Options of a log. The zero value works.
type Options struct {
	Now      func() time.Duration // the world's clock, which never goes back; nil = real time since New. Many call it at once.
	Ring     int                  // events to keep; 0 = 262,144; rounded up to whole chunks of 8,192
	ShardCap int                  // events a shard keeps between two merges, a quarter more for urgent ones; 0 = 8,192
}

// Log is the one log of a world. All its methods may be called by many at once.
// It owns one goroutine, from [New] to [Log.Close].
type Log struct {
	now      func() time.Duration
	shardCap int
	names    *symbols
	texts    *symbols
	attempts attempts
	turn     atomic.Uint32 // of the newest batch

	shards   atomic.Pointer[[]*Shard] // replaced, never changed
	byOwner  map[sim.Instance]*Shard
	followed atomic.Pointer[[]sim.TraceID] // replaced, never changed
	mu       sync.Mutex                    // guards byOwner, and replacing shards and followed

	merging   sync.Mutex // guards what follows
	queue     [][]Record
	held      []Record // younger than the last watermark, in order
	heldSpare []Record
	unmarked  bool // merge without the watermark; for the test that shows why it is there

	ring ring

	wake  chan struct{} // a shard has something
	hurry chan struct{} // a shard is half full
	done  chan struct{} // Close was called
	ended chan struct{} // the merger is gone
	close func()
}

// New starts a log.
func New(o Options) *Log {
	if o.Now == nil {
		start := time.Now()
		o.Now = func() time.Duration { return time.Since(start) }
	}
	if o.Ring <= 0 {
		o.Ring = 1 << 18
	}
	if o.ShardCap <= 0 {
		o.ShardCap = 8192
	}
	l := &Log{
		now: o.Now, shardCap: o.ShardCap,
		names: newSymbols(MaxNames, 0), texts: newSymbols(MaxTexts, passing),
		byOwner: make(map[sim.Instance]*Shard), ring: newRing(o.Ring),
		wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		done: make(chan struct{}), ended: make(chan struct{}),
	}
	l.close = sync.OnceFunc(func() { close(l.done) })
	go l.run()
	return l
}

// Close ends the background merging and returns when it has ended. What was
// recorded can still be read, and recording goes on to count.
func (l *Log) Close() {
	l.close()
	<-l.ended
}

// Shard is where owner records. The same owner always gets the same shard,
// through all its lives.
func (l *Log) Shard(owner sim.Instance) *Shard {
	l.mu.Lock()
	defer l.mu.Unlock()
	owner.N = max(owner.N, 1)
	if s := l.byOwner[owner]; s != nil {
		return s
	}
	s := &Shard{log: l, owner: l.Symbol(owner.String()), missed: -1, links: make(map[uint32]*counts)}
	l.byOwner[owner] = s
	all := append(slices.Clone(l.allShards()), s)
	l.shards.Store(&all)
	return s
}

func (l *Log) allShards() []*Shard {
	if p := l.shards.Load(); p != nil {
		return *p
	}
	return nil
}
