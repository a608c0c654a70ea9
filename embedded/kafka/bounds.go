package kafka

import (
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxPartitions is how many partitions a topic can have here. Kafka knows no
// such bound; but each takes memory, and anybody may ask for two billion.
const maxPartitions = 1000

// bound refuses what would take too much memory at once.
func bound(c *kfake.Cluster) {
	c.ControlKey(int16(kmsg.CreateTopics), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		req := r.(*kmsg.CreateTopicsRequest)
		resp := req.ResponseKind().(*kmsg.CreateTopicsResponse)
		over := false
		for _, t := range req.Topics {
			over = over || t.NumPartitions > maxPartitions || len(t.ReplicaAssignment) > maxPartitions
			refused := kmsg.NewCreateTopicsResponseTopic()
			refused.Topic, refused.ErrorCode = t.Topic, kerr.InvalidPartitions.Code
			resp.Topics = append(resp.Topics, refused)
		}
		return resp, nil, over
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
