package queue

import (
	"fmt"
	"sync"
)

// Fill makes a queue full: what comes is refused with ErrFull, what waits stays.
// It is full until each Fill of it was undone, or the engine ends. A second undo,
// or one of a queue that is gone, does nothing.
func (e *Engine) Fill(name string) (undo func(), err error) {
	q, ok := e.Queue(name)
	if !ok {
		return nil, fmt.Errorf("there is no queue %q", name)
	}
	q.fill(1)
	return sync.OnceFunc(func() { q.fill(-1) }), nil
}

func (q *Queue) fill(by int) {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	q.filled += by
}
