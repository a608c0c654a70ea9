package queue

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/embedded/dirlock"
)

// open reads the log in Options.Dir and makes its queues, messages and values
// anew. Nobody else uses the engine yet.
func (e *Engine) open(segment int64) error {
	dir := e.opts.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	lock, err := dirlock.Take(dir)
	if err != nil {
		return err
	}
	e.store = &store{dir: dir, sync: e.opts.Sync, segment: segment, lock: lock}
	e.store.alarm.owner = writer{e}
	if err := e.replay(); err != nil {
		return errors.Join(fmt.Errorf("reading queues: %w", err), lock.Close())
	}
	return nil
}

// replay reads all segments and gives their messages their places.
func (e *Engine) replay() error {
	numbers, err := segments(e.opts.Dir)
	if err != nil {
		return err
	}
	r := reading{Engine: e, queues: map[uint64]*Queue{}, messages: map[uint64]*stray{}}
	for i, n := range numbers {
		if err := r.segment(n, i == len(numbers)-1); err != nil {
			return err
		}
	}
	r.finish()
	return nil
}

// segments lists the numbers of the segments in a directory, in order.
func segments(dir string) (numbers []uint64, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name, isLog := strings.CutSuffix(f.Name(), ".log")
		if !isLog {
			continue
		}
		n, err := strconv.ParseUint(name, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s is no segment: %w", filepath.Join(dir, f.Name()), err)
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers, nil
}

// reading is a log that is being read.
type reading struct {
	*Engine
	queues   map[uint64]*Queue
	messages map[uint64]*stray
	named    []*stray // those with a Dedup, also when they were removed since
}

// stray is a message whose queue may be declared further on in the log.
type stray struct {
	entry
	queueID uint64
}

// segment reads one segment. The last one may be torn: what is not whole at its
// end is cut off.
func (r *reading) segment(number uint64, last bool) error {
	seg := newSegment(number)
	path := seg.path(r.opts.Dir)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r.store.segments = append(r.store.segments, seg)
	for rest := data; len(rest) > 0; {
		content, n, err := cut(rest)
		switch {
		case err != nil && last:
			return r.tear(seg, path)
		case err == nil:
			err = r.apply(content, int64(n))
		}
		if err != nil {
			return fmt.Errorf("%s at byte %d: %w", path, seg.size, err)
		}
		seg.size += int64(n)
		r.store.size += int64(n)
		rest = rest[n:]
	}
	switch {
	case seg.size > 0:
		return nil
	case last:
		return r.tear(seg, path)
	default:
		return fmt.Errorf("%s is empty", path)
	}
}

// tear cuts off what stands behind the last whole record of a segment.
func (r *reading) tear(seg *segment, path string) error {
	if seg.size > 0 {
		return os.Truncate(path, seg.size)
	}
	r.store.segments = r.store.segments[:len(r.store.segments)-1]
	return os.Remove(path)
}

// apply does what a record of so many bytes says.
func (r *reading) apply(content []byte, size int64) error {
	f := fields{rest: content[1:]}
	switch k := kind(content[0]); k {
	case kindBegin:
		if len(f.rest) == 0 || f.rest[0] != format {
			return errors.New("another version of this program wrote it")
		}
		f.rest = f.rest[1:]
		r.sawID(f.uvarint())
	case kindDeclare:
		return r.declare(&f, size)
	case kindDelete:
		if q := r.queues[f.uvarint()]; q != nil {
			r.store.release(&q.place)
			delete(r.queues, q.id)
		}
	case kindPut:
		return r.put(&f, size)
	case kindRemove:
		id := f.uvarint()
		if m := r.messages[id]; m != nil {
			r.store.release(&m.entry.place)
			delete(r.messages, id)
		}
	case kindSave:
		r.save(string(f.bytes()), f.bytes(), size)
	case kindUnsave:
		key := string(f.bytes())
		if s := r.saved[key]; s != nil {
			r.store.release(&s.place)
			delete(r.saved, key)
		}
	default:
		return fmt.Errorf("there is no record of kind %d", k)
	}
	return f.err
}

func (r *reading) sawID(id uint64) { r.lastID = max(r.lastID, id) }

func (r *reading) declare(f *fields, size int64) error {
	id, name, s, err := f.declared()
	if err != nil {
		return err
	}
	r.sawID(id)
	q := r.queues[id]
	if q == nil {
		q = newQueue(r.Engine, id, name, s)
		r.queues[id] = q
	}
	q.settings = s
	r.found(&q.place, q, size)
	return nil
}

func (r *reading) put(f *fields, size int64) error {
	msg, queue, err := f.message()
	if err != nil {
		return err
	}
	r.sawID(msg.ID)
	m := r.messages[msg.ID]
	if m == nil {
		m = &stray{entry: entry{Message: msg, again: true}, queueID: queue}
		r.messages[msg.ID] = m
		if msg.Dedup != "" {
			r.named = append(r.named, m)
		}
	}
	r.found(&m.entry.place, &m.entry, size)
	return nil
}

func (r *reading) save(key string, value []byte, size int64) {
	if old := r.saved[key]; old != nil {
		r.store.release(&old.place)
	}
	s := &saved{key: key, value: value}
	r.saved[key] = s
	r.found(&s.place, s, size)
}

// found notes where something stands, and that it is live until now.
func (r *reading) found(p *place, of recorded, size int64) {
	r.store.release(p)
	p.of = of
	r.store.link(p, size)
}

// finish gives queues and messages that are still there to the engine.
func (r *reading) finish() {
	byName := make([]*Queue, 0, len(r.queues))
	for _, q := range r.queues {
		byName = append(byName, q)
		r.Engine.queues[q.name] = q
	}
	slices.SortFunc(byName, func(a, b *Queue) int { return strings.Compare(a.name, b.name) })
	for _, q := range byName {
		q.say(Created, nil, "it was kept")
		q.used()
		q.changed()
	}
	r.remember()
	r.place()
}

// remember makes queues know again what they would know had they never ended.
func (r *reading) remember() {
	slices.SortFunc(r.named, func(a, b *stray) int { return byID(&a.entry, &b.entry) }) // copies stand further on in the log
	for _, m := range r.named {
		q := r.queues[m.queueID]
		if q == nil {
			continue
		}
		if _, known := q.seen.find(m.Dedup, m.PutAt); !known {
			q.seen.add(m.Dedup, m.ID, m.PutAt)
		}
	}
}

// place gives the messages to their queues, in order. Those of a queue that was
// deleted are dead.
func (r *reading) place() {
	now := r.now()
	for _, id := range slices.Sorted(maps.Keys(r.messages)) {
		m := r.messages[id]
		if m.queue = r.queues[m.queueID]; m.queue != nil {
			m.queue.take(&m.entry, now)
		} else {
			r.store.release(&m.entry.place)
		}
	}
}
