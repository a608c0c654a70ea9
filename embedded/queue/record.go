package queue

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"time"
)

// A log is a row of records. Each says how long it is, has a checksum (CRC-32C)
// of its content, and begins with its kind:
//
//	┌────────────┬────────────┬──────┬─────────
//	│ length u32 │ sum u32    │ kind │ fields …     little endian
//	└────────────┴────────────┴──────┴─────────
//	                          └── length bytes ──
//
// Fields are varints, and bytes with their length before them.
const recordHeader = 8

// kind is what a record says.
type kind byte

const (
	kindBegin   kind = iota + 1 // of a segment: format, the last ID given
	kindDeclare                 // ID of a queue, name, settings
	kindDelete                  // ID of a queue
	kindPut                     // a message
	kindRemove                  // ID of a message
	kindSave                    // key, value
	kindUnsave                  // key
)

// format is the version of all this.
const format = 1

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errTorn is what a record gives that was not written to its end.
var errTorn = errors.New("the record is not whole")

// seal fills in the header of the record that begins at start and ends b.
func seal(b []byte, start int) {
	content := b[start+recordHeader:]
	binary.LittleEndian.PutUint32(b[start:], uint32(len(content)))
	binary.LittleEndian.PutUint32(b[start+4:], crc32.Checksum(content, castagnoli))
}

// cut takes the first record from b: its content, and how long it is in all.
func cut(b []byte) (content []byte, n int, err error) {
	if len(b) < recordHeader {
		return nil, 0, errTorn
	}
	size := uint64(binary.LittleEndian.Uint32(b))
	if size == 0 || size > uint64(len(b)-recordHeader) {
		return nil, 0, errTorn
	}
	content = b[recordHeader : recordHeader+size]
	if crc32.Checksum(content, castagnoli) != binary.LittleEndian.Uint32(b[4:]) {
		return nil, 0, errTorn
	}
	return content, recordHeader + len(content), nil
}

func appendBytes[T ~string | ~[]byte](b []byte, field T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(field))), field...)
}

func appendBegin(b []byte, lastID uint64) []byte {
	return binary.AppendUvarint(append(b, byte(kindBegin), format), lastID)
}

// record implements [recorded].
func (q *Queue) record(b []byte) []byte {
	settings, err := json.Marshal(q.settings)
	if err != nil {
		panic(err) // it holds nothing that JSON cannot say
	}
	b = binary.AppendUvarint(append(b, byte(kindDeclare)), q.id)
	return appendBytes(appendBytes(b, q.name), settings)
}

// record implements [recorded].
func (m *entry) record(b []byte) []byte {
	b = binary.AppendUvarint(append(b, byte(kindPut)), m.ID)
	b = binary.AppendUvarint(b, m.queue.id)
	b = binary.AppendVarint(b, m.PutAt.UnixNano())
	b = binary.AppendUvarint(b, uint64(m.Priority))
	b = binary.AppendVarint(b, int64(m.TTL))
	b = binary.AppendVarint(b, int64(m.Delay))
	b = appendBytes(appendBytes(b, m.Group), m.Dedup)
	return appendBytes(appendBytes(b, m.Props), m.Body)
}

// record implements [recorded].
func (s *saved) record(b []byte) []byte {
	return appendBytes(appendBytes(append(b, byte(kindSave)), s.key), s.value)
}

// fields reads the fields of a record. The first that is wrong sticks.
type fields struct {
	rest []byte
	err  error
}

func (f *fields) uvarint() uint64 {
	v, n := binary.Uvarint(f.rest)
	f.advance(n)
	return v
}

func (f *fields) duration() time.Duration { return time.Duration(f.varint()) }

func (f *fields) varint() int64 {
	v, n := binary.Varint(f.rest)
	f.advance(n)
	return v
}

func (f *fields) bytes() []byte {
	size := f.uvarint()
	if f.err != nil || size > uint64(len(f.rest)) {
		f.advance(0)
		return nil
	}
	b := slices.Clone(f.rest[:size])
	f.rest = f.rest[size:]
	return b
}

func (f *fields) advance(n int) {
	if n <= 0 || f.err != nil {
		f.err = errors.New("a field is wrong")
		f.rest = nil
		return
	}
	f.rest = f.rest[n:]
}

// message reads what [entry.record] wrote after its kind.
func (f *fields) message() (m Message, queue uint64, err error) {
	m = Message{Persistent: true, ID: f.uvarint()}
	queue = f.uvarint()
	m.PutAt = time.Unix(0, f.varint())
	m.Priority = uint8(f.uvarint())
	m.TTL, m.Delay = f.duration(), f.duration()
	m.Group, m.Dedup = string(f.bytes()), string(f.bytes())
	m.Props, m.Body = f.bytes(), f.bytes()
	return m, queue, f.err
}

// declared reads what [Queue.record] wrote after its kind.
func (f *fields) declared() (id uint64, name string, s Settings, err error) {
	id, name = f.uvarint(), string(f.bytes())
	settings := f.bytes()
	if f.err != nil {
		return 0, "", s, f.err
	}
	if err := json.Unmarshal(settings, &s); err != nil {
		return 0, "", s, fmt.Errorf("settings of queue %q: %w", name, err)
	}
	if err := s.validate(); err != nil {
		return 0, "", s, fmt.Errorf("settings of queue %q: %w", name, err)
	}
	return id, name, s, nil
}
