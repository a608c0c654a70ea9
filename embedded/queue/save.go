package queue

import (
	"slices"
	"strings"
)

// saved is a value that somebody wants to find again.
type saved struct {
	key   string
	value []byte
	place place
}

// Save keeps a small value under a key, in Options.Dir if there is one, from the
// next Flush on; nil deletes it. It is for what belongs to the queues, such as
// who is bound to them.
func (e *Engine) Save(key string, value []byte) error {
	e.mu.Lock()
	defer e.unlock()
	if e.closed {
		return ErrClosed
	}
	s := e.saved[key]
	switch {
	case s == nil && value == nil:
	case value == nil:
		delete(e.saved, key)
		e.unkeep(&s.place, func(b []byte) []byte { return appendBytes(append(b, byte(kindUnsave)), key) })
	default:
		if s == nil {
			s = &saved{key: key}
			e.saved[key] = s
		}
		s.value = slices.Clone(value)
		e.keep(&s.place, s)
	}
	return nil
}

// Saved are all values whose keys begin with prefix, by their whole keys.
func (e *Engine) Saved(prefix string) map[string][]byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	found := map[string][]byte{}
	for key, s := range e.saved {
		if strings.HasPrefix(key, prefix) {
			found[key] = slices.Clone(s.value)
		}
	}
	return found
}
