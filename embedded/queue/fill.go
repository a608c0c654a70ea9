package queue

import "fmt"

// Fill bounds a queue so that nothing more fits into it: what comes is refused,
// what waits stays. Undo lets hold what held before; it is harmless when the queue
// is gone.
func (e *Engine) Fill(name string) (undo func(), err error) {
	q, ok := e.Queue(name)
	if !ok {
		return nil, fmt.Errorf("there is no queue %q", name)
	}
	before := q.Settings()
	full := before
	full.MaxBytes, full.Overflow = 1, Reject
	if err := q.SetSettings(full); err != nil {
		return nil, err
	}
	return func() {
		now := q.Settings()
		now.MaxBytes, now.Overflow = before.MaxBytes, before.Overflow
		_ = q.SetSettings(now)
	}, nil
}
