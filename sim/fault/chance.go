package fault

import (
	"math/rand/v2"
	"sync"
)

// The two streams of one seed: which units a fault touches, and what it does to
// them. One stream for both would tie the size of a jitter to the draw of a share.
const (
	ofScope  = 0x6d73632d73696d
	ofEffect = 0x6566666563740a
)

// chance is seeded and may be used by many goroutines.
func chance(seed, stream uint64) *rand.Rand {
	return rand.New(&source{src: rand.NewPCG(seed, stream)})
}

type source struct {
	mu  sync.Mutex
	src rand.Source
}

func (s *source) Uint64() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Uint64()
}
