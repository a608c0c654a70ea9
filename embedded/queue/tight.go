package queue

// An engine is tight from 7/8 of Options.MaxBytes on, until it is below 3/4: so
// publishers that wait meanwhile do not take turns for each byte.
func (e *Engine) tightAt() int64 { return e.opts.MaxBytes / 8 * 7 }
func (e *Engine) roomyAt() int64 { return e.opts.MaxBytes / 4 * 3 }

// weigh counts bytes that come or go, and notes when there is little room.
func (e *Engine) weigh(by int64) {
	e.bytes += by
	switch {
	case e.tight == nil && e.bytes > e.tightAt():
		e.tight = make(chan struct{})
	case e.tight != nil && e.bytes < e.roomyAt():
		close(e.tight)
		e.tight = nil
	}
}

// Tight is nil while there is room; otherwise it is closed when there is room
// again. Those who put may wait for that, before they are refused with ErrFull.
func (e *Engine) Tight() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tight
}
