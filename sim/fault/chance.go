package fault

import (
	"math/rand/v2"
	"sync"
)

// chance is seeded and may be used by many goroutines.
func chance(seed uint64) *rand.Rand {
	return rand.New(&source{src: rand.NewPCG(seed, 0x6d73632d73696d)})
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
