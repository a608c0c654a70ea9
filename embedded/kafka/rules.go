package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// rules refuse what a Kafka broker refuses and the cluster inside would accept.
// The cluster itself answers: it is told of a fault for each entity of a request
// that is wrong, so that the others in the same request are carried out. A fault
// of the empty name, which a topic cannot have either, is one of all topics.
type rules struct {
	c    *kfake.Cluster
	last *kfake.FaultHandle // of the last request; requests are looked at one after another
}

// rule begins to hold c to the rules.
func rule(c *kfake.Cluster) {
	r := &rules{c: c}
	r.on(kmsg.Metadata, r.metadata)
	r.on(kmsg.CreateTopics, r.createTopics)
	r.on(kmsg.AlterConfigs, r.alterConfigs)
	r.on(kmsg.IncrementalAlterConfigs, r.incrementalAlterConfigs)
	r.on(kmsg.Produce, r.produce)
}

func (r *rules) on(key kmsg.Key, wrong func(kmsg.Request) []kfake.Fault) {
	r.c.ControlKey(int16(key), func(req kmsg.Request) (kmsg.Response, error, bool) {
		r.c.KeepControl()
		if r.last != nil {
			r.last.Remove()
			r.last = nil
		}
		faults := wrong(req)
		for i := range faults {
			faults[i].Keys, faults[i].Count = []kmsg.Key{key}, -1
			faults[i].When = func(other kmsg.Request) bool { return other == req }
		}
		if len(faults) > 0 {
			r.last = r.c.Fault(faults...)
		}
		return nil, nil, false
	})
}

// metadata lets old clients have their topics made. From version 4 on a client
// says whether it wants that; before, Kafka takes it for a yes. In version 0 an
// empty list means all topics.
func (r *rules) metadata(req kmsg.Request) (wrong []kfake.Fault) {
	m := req.(*kmsg.MetadataRequest)
	if m.Version < 4 {
		m.AllowAutoTopicCreation = true
	}
	if m.Version == 0 && len(m.Topics) == 0 {
		m.Topics = nil
	}
	for _, t := range m.Topics {
		if t.Topic != nil && checkName(*t.Topic) != nil {
			wrong = append(wrong, kfake.Fault{Topic: *t.Topic, Err: kerr.InvalidTopicException})
		}
	}
	return wrong
}

func (r *rules) createTopics(req kmsg.Request) (wrong []kfake.Fault) {
	for _, t := range req.(*kmsg.CreateTopicsRequest).Topics {
		fault := kfake.Fault{Topic: t.Topic}
		switch {
		case checkName(t.Topic) != nil:
			fault.Err = kerr.InvalidTopicException
		case t.NumPartitions > maxPartitions || len(t.ReplicaAssignment) > maxPartitions:
			fault.Err = kerr.InvalidPartitions
		}
		for _, c := range t.Configs {
			if fault.Err == nil && checkConfig(c.Name, c.Value) != nil {
				fault.Err = kerr.InvalidConfig
			}
		}
		if fault.Err != nil {
			wrong = append(wrong, fault)
		}
	}
	return wrong
}

func (r *rules) alterConfigs(req kmsg.Request) (wrong []kfake.Fault) {
	for _, resource := range req.(*kmsg.AlterConfigsRequest).Resources {
		for _, c := range resource.Configs {
			if resource.ResourceType == kmsg.ConfigResourceTypeTopic && checkConfig(c.Name, c.Value) != nil {
				wrong = append(wrong, kfake.Fault{Resource: resource.ResourceName, Err: kerr.InvalidConfig})
			}
		}
	}
	return wrong
}

func (r *rules) incrementalAlterConfigs(req kmsg.Request) (wrong []kfake.Fault) {
	for _, resource := range req.(*kmsg.IncrementalAlterConfigsRequest).Resources {
		for _, c := range resource.Configs {
			if resource.ResourceType == kmsg.ConfigResourceTypeTopic && checkChange(c) != nil {
				wrong = append(wrong, kfake.Fault{Resource: resource.ResourceName, Err: kerr.InvalidConfig})
			}
		}
	}
	return wrong
}

// checkChange checks one change of a topic's config. What is taken away may have
// any value.
func checkChange(c kmsg.IncrementalAlterConfigsRequestResourceConfig) error {
	list := false
	switch configs[c.Name].(type) {
	case oneOf, places:
		list = true
	}
	switch {
	case c.Op == kmsg.IncrementalAlterConfigOpDelete:
		return nil
	case c.Op != kmsg.IncrementalAlterConfigOpSet && !list:
		return fmt.Errorf("%s is no list", c.Name)
	case c.Op == kmsg.IncrementalAlterConfigOpSubtract:
		return nil
	default:
		return checkConfig(c.Name, c.Value)
	}
}

// produce refuses records without a key in compacted topics, where they could
// not be told apart.
func (r *rules) produce(req kmsg.Request) (wrong []kfake.Fault) {
	p := req.(*kmsg.ProduceRequest)
	for _, t := range p.Topics {
		var keyless []int32
		for _, part := range t.Partitions {
			if withoutKey(part.Records) {
				keyless = append(keyless, part.Partition)
			}
		}
		if len(keyless) == 0 {
			continue
		}
		var info *kfake.TopicInfo
		if p.Version >= 13 {
			info = r.c.TopicIDInfo(t.TopicID)
		} else {
			info = r.c.TopicInfo(t.Topic)
		}
		if info == nil {
			continue // the cluster says so
		}
		if policy := info.Configs["cleanup.policy"]; policy != nil && strings.Contains(*policy, "compact") {
			wrong = append(wrong, kfake.Fault{Topic: info.Topic, Partitions: keyless, Err: kerr.InvalidRecord})
		}
	}
	return wrong
}

// withoutKey reports whether a batch has a record without a key. What cannot be
// read is left to the cluster.
func withoutKey(batch []byte) bool {
	var b kmsg.RecordBatch
	if len(batch) < batchBegin || b.ReadFrom(batch) != nil {
		return false
	}
	records := b.Records
	if codec := kgo.CompressionCodecType(b.Attributes & 7); codec != kgo.CodecNone {
		var err error
		if records, err = kgo.DefaultDecompressor().Decompress(records, codec); err != nil {
			return false
		}
	}
	for range b.NumRecords {
		size, n := binary.Varint(records)
		if n <= 0 || size < 1 || size > int64(len(records)-n) {
			return false
		}
		record := records[n : n+int(size)]
		records = records[n+int(size):]
		if key, err := keySize(record); err == nil && key < 0 {
			return true
		}
	}
	return false
}

// keySize reads where a record tells the size of its key; -1 means that it has none.
//
//	| attributes 1 | timestamp varint | offset varint | key size varint | …
func keySize(record []byte) (size int64, err error) {
	record = record[1:]
	for range 3 {
		var n int
		if size, n = binary.Varint(record); n <= 0 {
			return 0, errors.New("the record is cut off")
		}
		record = record[n:]
	}
	return size, nil
}
