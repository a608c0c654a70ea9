package queue

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Whatever stands in a record, reading it gives a message or an error, and what
// is written is read again.
func FuzzMessage(f *testing.F) {
	f.Add(uint64(1), uint64(2), int64(3), uint8(4), int64(5), int64(-1), "group", "dedup", []byte("props"), []byte("body"))
	f.Add(uint64(1<<63), uint64(0), int64(-1<<63), uint8(255), int64(1<<62), int64(0), "", "", []byte(nil), []byte{0})
	f.Fuzz(func(t *testing.T, id, queue uint64, at int64, priority uint8, ttl, delay int64, group, dedup string, props, body []byte) {
		m := &entry{queue: &Queue{id: queue}, Message: Message{
			ID: id, PutAt: time.Unix(0, at), Priority: priority, TTL: time.Duration(ttl), Delay: time.Duration(delay),
			Group: group, Dedup: dedup, Props: props, Body: body, Persistent: true,
		}}
		b := m.record(make([]byte, recordHeader))
		seal(b, 0)
		content, n, err := cut(append(b, "rest"...))
		if err != nil || n != len(b) || kind(content[0]) != kindPut {
			t.Fatalf("cut: kind %d, %d bytes of %d, %v", content[0], n, len(b), err)
		}
		in := fields{rest: content[1:]}
		got, from, err := in.message()
		if err != nil || from != queue || len(in.rest) > 0 {
			t.Fatalf("queue %d, want %d; %d bytes left; %v", from, queue, len(in.rest), err)
		}
		same := got.ID == id && got.PutAt.Equal(m.PutAt) && got.Priority == priority && got.TTL == m.TTL && got.Delay == m.Delay &&
			got.Group == group && got.Dedup == dedup && bytes.Equal(got.Props, props) && bytes.Equal(got.Body, body)
		if !same {
			t.Fatalf("got %+v, want %+v", got, m.Message)
		}
	})
}

// A directory may hold anything: it is opened or refused, and what was opened is
// the same when it is opened again.
func FuzzLog(f *testing.F) {
	f.Add([]byte{}, true)
	f.Add([]byte("not a log at all"), false)
	f.Add(sample(f), true)
	f.Add(sample(f)[:100], false)
	for _, content := range [][]byte{{byte(kindBegin), format}, {byte(kindPut), 1}, {byte(kindDeclare), 1, 1, 'q', 2, '{', '}'}, {99}} {
		f.Add(content, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, asContent bool) {
		if asContent && len(data) > 0 { // with a right checksum, so that the fields are reached
			head := appendBegin(make([]byte, recordHeader), 7)
			seal(head, 0)
			b := append(make([]byte, recordHeader), data...)
			seal(b, 0)
			data = append(head, b...)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "00000001.log"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := -1
		for range 2 {
			e, err := prepare(Options{Dir: dir}, segmentSize)
			if err != nil {
				if before >= 0 {
					t.Fatalf("it was opened once, and then: %v", err)
				}
				return
			}
			n := len(e.saved)
			for _, q := range e.Queues() {
				n += 1 + len(q.Peek(1<<20))
			}
			if before >= 0 && n != before {
				t.Fatalf("%d things, and then %d", before, n)
			}
			before = n
			if err := e.close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// sample is a log with everything in it.
func sample(f *testing.F) []byte {
	f.Helper()
	e, err := prepare(Options{Dir: f.TempDir()}, segmentSize)
	if err != nil {
		f.Fatal(err)
	}
	q := declare(f, e, "q", Settings{Durable: true, Meta: []byte("meta")})
	put(f, q, "a", "b")
	get(f, e.Hold(), q).Ack()
	e.Delete(declare(f, e, "deleted", Settings{Durable: true}))
	for _, value := range [][]byte{[]byte("value"), nil} {
		if err := e.Save("key", value); err != nil {
			f.Fatal(err)
		}
	}
	path := e.store.segments[0].path(e.store.dir)
	if err := e.close(); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return data
}
