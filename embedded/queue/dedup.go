package queue

import "time"

// Dedup remembers names of messages for this long, as SQS does, and no more than
// so many of them.
const (
	dedupFor  = 5 * time.Minute
	dedupMost = 100_000
)

// dedup remembers which names were put lately. The zero value is empty.
type dedup struct {
	ids   map[string]uint64
	order []sighting // the oldest first
}

type sighting struct {
	name string
	at   time.Time
}

// find returns the ID of the message that had this name first.
func (s *dedup) find(name string, now time.Time) (id uint64, ok bool) {
	for len(s.order) > 0 && (len(s.order) >= dedupMost || now.Sub(s.order[0].at) >= dedupFor) {
		delete(s.ids, s.order[0].name)
		s.order = s.order[1:]
	}
	id, ok = s.ids[name]
	return id, ok
}

// add remembers a name that find did not know at that time. Names are added in the
// order of their times.
func (s *dedup) add(name string, id uint64, at time.Time) {
	if s.ids == nil {
		s.ids = map[string]uint64{}
	}
	s.ids[name] = id
	s.order = append(s.order, sighting{name, at})
}
