package wire

import (
	"encoding/binary"
	"slices"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// batchHead is how long the head of a record batch (magic 2) is, in bytes:
//
//	0             8        12            16      17    21           23
//	│ base offset │ length │ leader epoch │ magic │ CRC │ attributes │ … │ records
const batchHead = 61

// Attributes of a batch.
const (
	batchCodec   = 0x07 // how its records are compressed; 0 = they are not
	batchControl = 0x20 // markers of transactions, no records
)

// batched is a record, as it lay in a batch.
type batched struct {
	batch  [batchHead]byte
	of     int    // records in the batch
	offset int64  // in the partition; in a Produce request from 0 on
	size   int    // of the record as it crossed, its length included
	bytes  []byte // the record; of a long value only the beginning
}

// recordsIn reads the records of batches, which follow each other; the last one
// may be cut off. Of a long value message bytes are kept. Compressed batches, and
// those of formats before Kafka 0.11, are passed over.
func recordsIn(b []byte, message int) (all []batched) {
	for len(b) >= batchHead {
		size := int64(binary.BigEndian.Uint32(b[8:])) + 12
		if size < batchHead || size > int64(len(b)) {
			return all
		}
		head, records := [batchHead]byte(b), b[batchHead:size]
		b = b[size:]
		attributes := binary.BigEndian.Uint16(head[21:])
		if head[16] != 2 || attributes&(batchCodec|batchControl) != 0 {
			continue
		}
		all = append(all, recordsOf(head, records, message)...)
	}
	return all
}

func recordsOf(head [batchHead]byte, b []byte, message int) (all []batched) {
	for len(b) > 0 {
		length, n := binary.Varint(b)
		if n <= 0 || length < 0 || length > int64(len(b)-n) {
			return all
		}
		size := n + int(length)
		one := batched{batch: head, of: int(binary.BigEndian.Uint32(head[57:])), size: size}
		var r kmsg.Record
		if r.ReadFrom(b[:size]) != nil {
			return all
		}
		one.offset = int64(binary.BigEndian.Uint64(head[:])) + int64(r.OffsetDelta)
		if one.bytes = slices.Clone(b[:size]); size > message && len(r.Value) > message {
			r.Value = r.Value[:message]
			one.bytes = resized(r)
		}
		all, b = append(all, one), b[size:]
	}
	return all
}

// resized writes a record with the length it has now.
func resized(r kmsg.Record) []byte {
	r.Length = 0 // takes one byte
	r.Length = int32(len(r.AppendTo(nil)) - 1)
	return r.AppendTo(nil)
}
