package wire

import "encoding/binary"

// kafkaReader reads the fields of a request or an answer. From its flexible
// version on lengths are written as varints, and every struct ends with tagged
// fields. After a field that is not there, all are zero.
//
// Source: the message definitions of Kafka, of which only what is shown is kept.
type kafkaReader struct {
	b        []byte
	version  int16
	flexible bool
	broken   bool
}

// kafkaPart is what a message says of one partition.
type kafkaPart struct {
	kafkaPlace
	err     int16
	offset  int64
	records []byte
}

// Versions from which on a message is flexible, and the last that are known here.
var kafkaVersions = map[int16]struct{ flexible, last int16 }{
	kafkaProduce:      {9, 13},
	kafkaFetch:        {12, 18},
	kafkaMetadata:     {9, 13},
	kafkaOffsetCommit: {8, 10},
}

// Versions from which on topics are named by their id alone.
var kafkaIDs = map[int16]int16{kafkaProduce: 13, kafkaFetch: 13, kafkaOffsetCommit: 10}

// readKafkaRequest begins to read the frame of a request.
func readKafkaRequest(frame []byte) *kafkaReader {
	if len(frame) < kafkaHead {
		return &kafkaReader{broken: true}
	}
	r := newKafkaReader(frame[kafkaHead:], int16(binary.BigEndian.Uint16(frame[4:])), int16(binary.BigEndian.Uint16(frame[6:])))
	r.take(max(int(int16(r.u16())), 0)) // the client's name, whose length is never a varint
	r.tags()
	return r
}

// readKafkaAnswer begins to read the frame of the answer to a request.
func readKafkaAnswer(frame []byte, key, version int16) *kafkaReader {
	if len(frame) < 8 {
		return &kafkaReader{broken: true}
	}
	r := newKafkaReader(frame[8:], key, version)
	r.tags()
	return r
}

func newKafkaReader(b []byte, key, version int16) *kafkaReader {
	v, known := kafkaVersions[key]
	return &kafkaReader{b: b, version: version, flexible: version >= v.flexible, broken: !known || version < 0 || version > v.last}
}

// produce reads a Produce request.
func (r *kafkaReader) produce() (acks int16, parts []kafkaPart) {
	if r.version >= 3 {
		r.text() // the transaction
	}
	acks = int16(r.u16())
	r.u32() // how long to wait
	parts = r.parts(kafkaProduce, func(p *kafkaPart) { p.records = r.bytes() })
	return acks, parts
}

// produced reads the answer to it.
func (r *kafkaReader) produced() []kafkaPart {
	return r.parts(kafkaProduce, func(p *kafkaPart) {
		p.err, p.offset = int16(r.u16()), int64(r.u64())
		r.since(2, 8) // when it was appended
		r.since(5, 8) // the first offset that is kept
		if r.version >= 8 {
			r.each(func() {
				r.u32()
				r.text()
			})
			r.text() // the error in words
		}
	})
}

// fetched reads the answer to a Fetch request.
func (r *kafkaReader) fetched() []kafkaPart {
	r.since(1, 4) // throttled for
	r.since(7, 6) // error, session
	return r.parts(kafkaFetch, func(p *kafkaPart) {
		p.err, p.offset = int16(r.u16()), int64(r.u64())
		r.since(4, 8) // the last stable offset
		r.since(5, 8) // the first offset that is kept
		if r.version >= 4 {
			r.each(func() { r.take(16) }) // aborted transactions
		}
		r.since(11, 4) // a better replica
		p.records = r.bytes()
	})
}

// commit reads an OffsetCommit request.
func (r *kafkaReader) commit() (group, member string, generation int32, parts []kafkaPart) {
	group = r.text()
	if r.version >= 1 {
		generation, member = int32(r.u32()), r.text()
	}
	if r.version >= 7 {
		r.text() // a member that comes back
	}
	if r.version >= 2 && r.version <= 4 {
		r.u64() // how long to keep it
	}
	parts = r.parts(kafkaOffsetCommit, func(p *kafkaPart) {
		p.offset = int64(r.u64())
		if r.version == 1 {
			r.u64()
		}
		r.since(6, 4) // of which leader it was read
		r.text()      // a note
	})
	return group, member, generation, parts
}

// committed reads the answer to it.
func (r *kafkaReader) committed() []kafkaPart {
	r.since(3, 4) // throttled for
	return r.parts(kafkaOffsetCommit, func(p *kafkaPart) { p.err = int16(r.u16()) })
}

// topics reads what the answer to a Metadata request calls the topics.
func (r *kafkaReader) topics(each func(id [16]byte, name string)) {
	r.since(3, 4)   // throttled for
	r.each(func() { // brokers
		r.u32()
		r.text()
		r.u32()
		if r.version >= 1 {
			r.text()
		}
	})
	if r.version >= 2 {
		r.text() // the cluster
	}
	r.since(1, 4) // the controller
	r.each(func() {
		r.u16() // error
		name, id := r.text(), [16]byte{}
		if r.version >= 10 {
			copy(id[:], r.take(16))
		}
		r.since(1, 1) // internal
		r.each(func() {
			r.take(10)    // error, number, leader
			r.since(7, 4) // its epoch
			r.ints()      // replicas
			r.ints()      // those in sync
			if r.version >= 5 {
				r.ints() // those that are not there
			}
		})
		r.since(8, 4) // what one may do
		if !r.broken && name != "" {
			each(id, name)
		}
	})
}

// parts reads topics with their partitions, as most messages have them; rest
// reads what follows the partition's number.
func (r *kafkaReader) parts(key int16, rest func(*kafkaPart)) (all []kafkaPart) {
	r.each(func() {
		var at kafkaPlace
		if r.version >= kafkaIDs[key] {
			copy(at.id[:], r.take(16))
		} else {
			at.topic = r.text()
		}
		r.each(func() {
			p := kafkaPart{kafkaPlace: at}
			p.partition = int32(r.u32())
			if rest(&p); !r.broken {
				all = append(all, p)
			}
		})
	})
	return all
}

// each reads an array of structs.
func (r *kafkaReader) each(one func()) {
	for n := r.length(4); n > 0 && !r.broken; n-- {
		one()
		r.tags()
	}
}

// ints passes over an array of numbers of four bytes.
func (r *kafkaReader) ints() { r.take(4 * max(r.length(4), 0)) }

// since passes over so many bytes that are there from a version on.
func (r *kafkaReader) since(version int16, n int) {
	if r.version >= version {
		r.take(n)
	}
}

// tags passes over tagged fields: how many, and for each its number, its length
// and its bytes.
func (r *kafkaReader) tags() {
	if !r.flexible {
		return
	}
	for n := r.uvarint(); n > 0 && !r.broken; n-- {
		r.uvarint()
		r.take(int(min(r.uvarint(), kafkaRead)))
	}
}

// length is that of an array, a text or bytes, written in so many bytes unless
// the version is flexible; -1 for none.
func (r *kafkaReader) length(size int) int {
	switch {
	case r.flexible:
		return int(min(r.uvarint(), kafkaRead)) - 1
	case size == 2:
		return int(int16(r.u16()))
	}
	return int(int32(r.u32()))
}

func (r *kafkaReader) text() string  { return string(r.take(max(r.length(2), 0))) }
func (r *kafkaReader) bytes() []byte { return r.take(max(r.length(4), 0)) }

func (r *kafkaReader) u16() uint16 { return binary.BigEndian.Uint16(r.fixed(2)) }
func (r *kafkaReader) u32() uint32 { return binary.BigEndian.Uint32(r.fixed(4)) }
func (r *kafkaReader) u64() uint64 { return binary.BigEndian.Uint64(r.fixed(8)) }

func (r *kafkaReader) fixed(n int) []byte {
	if b := r.take(n); b != nil {
		return b
	}
	return make([]byte, n)
}

func (r *kafkaReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || r.broken {
		r.broken = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// take takes n bytes; nil when there are not so many.
func (r *kafkaReader) take(n int) []byte {
	if r.broken || n > len(r.b) {
		r.broken = true
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}
