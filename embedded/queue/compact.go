package queue

import "os"

// Segments go in the order in which they came. When more than half of the log is
// dead, and more than two segments, what is live in the oldest one is appended
// once more, and the segment is removed when the copies are on the disk:
//
//	7 ██░░░█░░   8 ░░██░███   9 ████         7 ········   8 ░░██░███   9 ███████
//	  └┴───┴──────────────────────▶             removed                      copies
//
// A round through all segments copies what is live once and frees at least as
// much, so a byte is written twice on average. A crash in between leaves
// both, and the later one counts.
const moveAtOnce = 256

// compact does a part of that work, if there is any, and says whether there is
// more.
func (e *Engine) compact() (more bool) {
	s := e.store
	if s == nil || s.failed != nil || len(s.segments) < 2 {
		return false
	}
	oldest := s.segments[0]
	if !oldest.empty() && s.size <= 2*s.live+2*s.segment {
		return false
	}
	for range moveAtOnce {
		if oldest.empty() {
			s.segments = s.segments[1:]
			s.size -= oldest.size
			e.tasks = append(e.tasks, task{do: func() { e.discard(oldest) }})
			return true
		}
		p := oldest.live.next
		e.keep(p, p.of)
	}
	return true
}

// discard removes the file of a segment in which nothing is live, after what
// was copied from it is on the disk. The lock is not held.
func (e *Engine) discard(old *segment) {
	if e.Flush() != nil {
		return
	}
	s := e.store
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.file != nil && s.sync != Always {
		if err := s.file.Sync(); err != nil {
			_ = e.fail(err) // whoever flushes hears of it
			return
		}
	}
	if err := os.Remove(old.path(s.dir)); err != nil {
		_ = e.fail(err)
	}
}
