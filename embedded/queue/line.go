package queue

import "math/bits"

// line keeps ready messages in order, by priority and then by ID: a skip list,
// so that what is put back finds its old place, and what is selected leaves from
// the middle. The zero value is empty.
type line struct {
	head [levels]*entry
	tail [levels]*entry // the last entry of each level
	len  int
}

const levels = 10 // one entry in four is on the next level: good for a million

// before says which of two messages is handed out first.
func before(a, b *entry) bool {
	if a.Priority != b.Priority {
		return a.Priority > b.Priority
	}
	return a.ID < b.ID
}

// height is how many levels an entry is on. It is drawn from its ID.
func height(id uint64) int {
	return min(1+bits.TrailingZeros64(id*0x9E3779B97F4A7C15>>8)/2, levels)
}

func (l *line) first() *entry { return l.head[0] }

func (l *line) after(e *entry) *entry { return e.next[0] }

// add puts an entry into its place.
func (l *line) add(e *entry) {
	h := height(e.ID)
	e.next = make([]*entry, h)
	l.len++
	if last := l.tail[0]; last == nil || before(last, e) { // most come to the end
		for i := range h {
			l.link(i, l.tail[i], e)
		}
		return
	}
	for i, prev := range l.preceding(e) {
		if i < h {
			l.link(i, prev, e)
		}
	}
}

// remove takes an entry out. It must be in the line.
func (l *line) remove(e *entry) {
	l.len--
	for i, prev := range l.preceding(e) {
		if i >= len(e.next) {
			break
		}
		if prev == nil {
			l.head[i] = e.next[i]
		} else {
			prev.next[i] = e.next[i]
		}
		if l.tail[i] == e {
			l.tail[i] = prev
		}
	}
	e.next = nil
}

// from is the first entry that is e or comes after it.
func (l *line) from(e *entry) *entry {
	if prev := l.preceding(e)[0]; prev != nil {
		return prev.next[0]
	}
	return l.head[0]
}

// preceding is the last entry before e on each level, nil where e comes first.
func (l *line) preceding(e *entry) (prev [levels]*entry) {
	var at *entry
	for i := levels - 1; i >= 0; i-- {
		next := l.head[i]
		if at != nil {
			next = at.next[i]
		}
		for next != nil && before(next, e) {
			at, next = next, next.next[i]
		}
		prev[i] = at
	}
	return prev
}

func (l *line) link(level int, prev, e *entry) {
	if prev == nil {
		e.next[level] = l.head[level]
		l.head[level] = e
	} else {
		e.next[level] = prev.next[level]
		prev.next[level] = e
	}
	if e.next[level] == nil {
		l.tail[level] = e
	}
}
