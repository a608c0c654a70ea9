package kafka

import (
	"encoding/binary"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxPartitions is how many partitions a topic can have here. Kafka knows no
// such bound; but each takes memory, and anybody may ask for two billion.
const maxPartitions = 1000

// bound refuses what would take too much memory at once, and batches that lie.
func bound(c *kfake.Cluster) {
	c.ControlKey(int16(kmsg.Produce), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		for _, t := range r.(*kmsg.ProduceRequest).Topics {
			for _, p := range t.Partitions {
				if !counts(p.Records) {
					return nil, errBatch, true // who sends that is put out
				}
			}
		}
		return nil, nil, false
	})
	c.ControlKey(int16(kmsg.CreatePartitions), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		req := r.(*kmsg.CreatePartitionsRequest)
		resp := req.ResponseKind().(*kmsg.CreatePartitionsResponse)
		over := false
		for _, t := range req.Topics {
			over = over || t.Count > maxPartitions
			refused := kmsg.NewCreatePartitionsResponseTopic()
			refused.Topic, refused.ErrorCode = t.Topic, kerr.InvalidPartitions.Code
			resp.Topics = append(resp.Topics, refused)
		}
		return resp, nil, over
	})
}

var errBatch = errors.New("a batch does not hold as many records as it says")

// Where the records of a batch are counted, and where they begin.
const (
	batchCount = 57
	batchBegin = 61
)

// counts reports whether a batch may hold as many records as it says. The
// cluster believes it: a negative number would move the end of a partition
// back. A record takes 7 bytes at least, but batches may be compressed: so this
// bounds what nobody could compress so much. What is shorter than a batch is
// left to the cluster.
func counts(batch []byte) bool {
	if len(batch) < batchBegin {
		return true
	}
	n := int32(binary.BigEndian.Uint32(batch[batchCount:]))
	return n > 0 && int64(n) <= int64(len(batch))*1000
}
