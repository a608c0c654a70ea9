package kafka_test

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// inVersion asks a broker in an old version, as a client from years ago does.
func inVersion(t *testing.T, addr string, version int16, req kmsg.Request) kmsg.Response {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	ok(t, err)
	defer c.Close()
	ok(t, c.SetDeadline(time.Now().Add(soon)))
	req.SetVersion(version)
	_, err = c.Write(kmsg.NewRequestFormatter().AppendRequest(nil, req, 7))
	ok(t, err)
	var size [4]byte
	_, err = io.ReadFull(c, size[:])
	ok(t, err)
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	_, err = io.ReadFull(c, answer)
	ok(t, err)
	answer = answer[4:] // the correlation id
	if req.IsFlexible() {
		answer = answer[1:]
	}
	resp := req.ResponseKind()
	ok(t, resp.ReadFrom(answer))
	return resp
}

// answered is an error code in words.
func answered(t *testing.T, what string, got int16, want error) {
	t.Helper()
	if err := kerr.ErrorForCode(got); err != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func metadata(topics ...string) *kmsg.MetadataRequest {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{}
	for _, name := range topics {
		rt := kmsg.NewMetadataRequestTopic()
		rt.Topic = kmsg.StringPtr(name)
		req.Topics = append(req.Topics, rt)
	}
	return req
}

// Before version 4, asking for a topic makes it: clients cannot say otherwise.
func TestOldClientsHaveTheirTopicsMade(t *testing.T) {
	s := start(t, kafka.Options{})
	for v, name := range []string{"v0", "v1", "v2", "v3"} {
		resp := inVersion(t, s.Addr(), int16(v), metadata(name)).(*kmsg.MetadataResponse)
		answered(t, name, resp.Topics[0].ErrorCode, nil)
		if got := len(topic(t, s, name).Partitions); got != 2 {
			t.Errorf("%s has %d partitions", name, got)
		}
	}
	resp := inVersion(t, s.Addr(), 4, metadata("v4")).(*kmsg.MetadataResponse)
	answered(t, "v4 without allow_auto_topic_creation", resp.Topics[0].ErrorCode, kerr.UnknownTopicOrPartition)
	if all := inVersion(t, s.Addr(), 0, metadata()).(*kmsg.MetadataResponse); len(all.Topics) != 4 {
		t.Errorf("version 0 without names lists %d topics, there are 4", len(all.Topics))
	}
	if none := inVersion(t, s.Addr(), 1, metadata()).(*kmsg.MetadataResponse); len(none.Topics) != 0 {
		t.Errorf("version 1 without names lists %d topics", len(none.Topics))
	}
}

// controller is where topics are made.
func controller(s *kafka.Server) string { return s.Addrs()[s.Controller()] }

func create(topics ...kmsg.CreateTopicsRequestTopic) *kmsg.CreateTopicsRequest {
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Topics = topics
	return req
}

func asked(name string, config ...string) kmsg.CreateTopicsRequestTopic {
	rt := kmsg.NewCreateTopicsRequestTopic()
	rt.Topic, rt.NumPartitions, rt.ReplicationFactor = name, 1, 1
	for i := 0; i < len(config); i += 2 {
		c := kmsg.NewCreateTopicsRequestTopicConfig()
		c.Name, c.Value = config[i], kmsg.StringPtr(config[i+1])
		rt.Configs = append(rt.Configs, c)
	}
	return rt
}

// What is wrong with one topic of a request is no matter of the others; but an
// empty name stops them all.
func TestNamesOfTopics(t *testing.T) {
	s := start(t, kafka.Options{})
	for name, want := range map[string]error{
		"bad/name": kerr.InvalidTopicException, "a b": kerr.InvalidTopicException, "": kerr.InvalidTopicException,
		".": kerr.InvalidTopicException, "..": kerr.InvalidTopicException, "größe": kerr.InvalidTopicException,
		"a:b": kerr.InvalidTopicException, strings.Repeat("x", 250): kerr.InvalidTopicException,
		strings.Repeat("x", 249): nil, "A-z_0.9": nil, "...": nil,
	} {
		made := inVersion(t, controller(s), 4, create(asked(name), asked("beside")))
		topics := made.(*kmsg.CreateTopicsResponse).Topics
		answered(t, "create "+name, topics[0].ErrorCode, want)
		if want == nil {
			continue
		}
		if code := topics[1].ErrorCode; name != "" && code != 0 && code != kerr.TopicAlreadyExists.Code {
			t.Errorf("beside %q: %v", name, kerr.ErrorForCode(code))
		}
		for _, v := range []int16{1, 8} {
			resp := inVersion(t, s.Addr(), v, metadata(name, "auto")).(*kmsg.MetadataResponse)
			answered(t, "ask for "+name, resp.Topics[0].ErrorCode, want)
		}
		if err := s.CreateTopic(t.Context(), name, 1, nil); err == nil {
			t.Errorf("%q was made", name)
		}
	}
}

func TestConfigsOfTopics(t *testing.T) {
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "there", 1, map[string]string{"retention.ms": "1000"}))
	for _, c := range []struct {
		key, value string
		want       error
	}{
		{"retention.ms", "abc", kerr.InvalidConfig},
		{"retention.ms", "-2", kerr.InvalidConfig},
		{"retention.ms", "-1", nil},
		{"retention.ms", "9223372036854775808", kerr.InvalidConfig},
		{"segment.bytes", "2147483648", kerr.InvalidConfig},
		{"segment.bytes", "13", kerr.InvalidConfig},
		{"cleanup.policy", "shrink", kerr.InvalidConfig},
		{"cleanup.policy", "compact,delete", nil},
		{"compression.type", "zip", kerr.InvalidConfig},
		{"compression.gzip.level", "0", kerr.InvalidConfig},
		{"compression.gzip.level", "9", nil},
		{"min.cleanable.dirty.ratio", "1.5", kerr.InvalidConfig},
		{"min.cleanable.dirty.ratio", "0.01", nil},
		{"min.insync.replicas", "0", kerr.InvalidConfig},
		{"preallocate", "maybe", kerr.InvalidConfig},
		{"preallocate", "TRUE", nil},
		{"retension.ms", "1", kerr.InvalidConfig},
	} {
		name := strings.Map(func(r rune) rune {
			if r < 'A' || r > 'z' {
				return '-'
			}
			return r
		}, c.key+c.value)
		made := inVersion(t, controller(s), 4, create(asked(name, c.key, c.value))).(*kmsg.CreateTopicsResponse)
		answered(t, "create with "+c.key+"="+c.value, made.Topics[0].ErrorCode, c.want)

		alter := kmsg.NewPtrAlterConfigsRequest()
		all := kmsg.NewAlterConfigsRequestResource()
		all.ResourceType, all.ResourceName = kmsg.ConfigResourceTypeTopic, "there"
		one := kmsg.NewAlterConfigsRequestResourceConfig()
		one.Name, one.Value = c.key, kmsg.StringPtr(c.value)
		all.Configs = append(all.Configs, one)
		alter.Resources, alter.ValidateOnly = append(alter.Resources, all), true
		got := inVersion(t, s.Addr(), 1, alter).(*kmsg.AlterConfigsResponse)
		answered(t, "alter to "+c.key+"="+c.value, got.Resources[0].ErrorCode, c.want)
		answered(t, "set "+c.key+"="+c.value, change(t, s, kmsg.IncrementalAlterConfigOpSet, c.key, c.value), c.want)
		if err := s.CreateTopic(t.Context(), name+"-", 1, map[string]string{c.key: c.value}); (err == nil) != (c.want == nil) {
			t.Errorf("%s=%s: %v", c.key, c.value, err)
		}
	}
	answered(t, "append to a number", change(t, s, kmsg.IncrementalAlterConfigOpAppend, "retention.ms", "1"), kerr.InvalidConfig)
	answered(t, "append to a list", change(t, s, kmsg.IncrementalAlterConfigOpAppend, "cleanup.policy", "compact"), nil)
	answered(t, "take away", change(t, s, kmsg.IncrementalAlterConfigOpDelete, "retention.ms", ""), nil)
}

// change would change a config of the topic "there".
func change(t *testing.T, s *kafka.Server, op kmsg.IncrementalAlterConfigOp, key, value string) int16 {
	t.Helper()
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeTopic, "there"
	c := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	c.Name, c.Op, c.Value = key, op, kmsg.StringPtr(value)
	resource.Configs = append(resource.Configs, c)
	req.Resources, req.ValidateOnly = append(req.Resources, resource), true
	return inVersion(t, s.Addr(), 0, req).(*kmsg.IncrementalAlterConfigsResponse).Resources[0].ErrorCode
}

// A fenced producer is told so in the words of its version.
func TestFencedInTheWordsOfTheVersion(t *testing.T) {
	s := start(t, kafka.Options{Brokers: 1})
	ok(t, s.CreateTopic(t.Context(), "orders", 1, nil))
	begin := func(v int16, id int64, epoch int16) *kmsg.InitProducerIDResponse {
		req := kmsg.NewPtrInitProducerIDRequest()
		req.TransactionalID, req.TransactionTimeoutMillis = kmsg.StringPtr("tx"), 10_000
		req.ProducerID, req.ProducerEpoch = id, epoch
		return inVersion(t, s.Addr(), v, req).(*kmsg.InitProducerIDResponse)
	}
	old := begin(1, -1, -1)
	ok(t, kerr.ErrorForCode(old.ErrorCode))
	ok(t, kerr.ErrorForCode(begin(1, -1, -1).ErrorCode)) // another one takes its place
	for _, v := range []struct {
		version int16
		want    error
	}{{0, kerr.InvalidProducerEpoch}, {1, kerr.InvalidProducerEpoch}, {2, kerr.ProducerFenced}, {3, kerr.ProducerFenced}} {
		end := kmsg.NewPtrEndTxnRequest()
		end.TransactionalID, end.ProducerID, end.ProducerEpoch, end.Commit = "tx", old.ProducerID, old.ProducerEpoch, true
		answered(t, "EndTxn", inVersion(t, s.Addr(), v.version, end).(*kmsg.EndTxnResponse).ErrorCode, v.want)

		offsets := kmsg.NewPtrAddOffsetsToTxnRequest()
		offsets.TransactionalID, offsets.ProducerID, offsets.ProducerEpoch, offsets.Group = "tx", old.ProducerID, old.ProducerEpoch, "g"
		answered(t, "AddOffsetsToTxn", inVersion(t, s.Addr(), v.version, offsets).(*kmsg.AddOffsetsToTxnResponse).ErrorCode, v.want)

		parts := kmsg.NewPtrAddPartitionsToTxnRequest()
		parts.TransactionalID, parts.ProducerID, parts.ProducerEpoch = "tx", old.ProducerID, old.ProducerEpoch
		in := kmsg.NewAddPartitionsToTxnRequestTopic()
		in.Topic, in.Partitions = "orders", []int32{0}
		parts.Topics = append(parts.Topics, in)
		added := inVersion(t, s.Addr(), v.version, parts).(*kmsg.AddPartitionsToTxnResponse)
		answered(t, "AddPartitionsToTxn", added.Topics[0].Partitions[0].ErrorCode, v.want)
	}
	for version := range int16(5) {
		commit := kmsg.NewPtrTxnOffsetCommitRequest()
		commit.TransactionalID, commit.ProducerID, commit.ProducerEpoch, commit.Group = "tx", old.ProducerID, old.ProducerEpoch, "g"
		in := kmsg.NewTxnOffsetCommitRequestTopic()
		in.Topic, in.Partitions = "orders", []kmsg.TxnOffsetCommitRequestTopicPartition{kmsg.NewTxnOffsetCommitRequestTopicPartition()}
		commit.Topics = append(commit.Topics, in)
		committed := inVersion(t, s.Addr(), version, commit).(*kmsg.TxnOffsetCommitResponse)
		answered(t, "TxnOffsetCommit", committed.Topics[0].Partitions[0].ErrorCode, kerr.InvalidProducerEpoch)
	}
	answered(t, "InitProducerId", begin(3, old.ProducerID, old.ProducerEpoch+9).ErrorCode, kerr.InvalidProducerEpoch)
	answered(t, "InitProducerId", begin(4, old.ProducerID, old.ProducerEpoch+9).ErrorCode, kerr.ProducerFenced)
}

// refusedWithoutWords asks for a topic that cannot be.
func refusedWithoutWords(t *testing.T) {
	s := start(t, kafka.Options{Brokers: 1})
	resp := inVersion(t, s.Addr(), 4, create(asked("bad/name"), asked("bad", "retention.ms", "abc"))).(*kmsg.CreateTopicsResponse)
	for _, made := range resp.Topics {
		if made.ErrorCode == 0 || made.ErrorMessage != nil {
			t.Errorf("%s: code %d, message %v", made.Topic, made.ErrorCode, made.ErrorMessage)
		}
	}
}

// compactionIsSimple holds also what is right about it: in a compacted topic the
// newest record of each key stays, and each has a key. The cleaner looks as often
// as Kafka's does; here it is made to hurry.
func compactionIsSimple(t *testing.T) {
	s := start(t, kafka.Options{Brokers: 1})
	c := connect(t, s)
	if got := backoff(t, c); got != "15000" {
		t.Errorf("the cleaner waits for %s ms", got)
	}
	hurry := kmsg.NewPtrIncrementalAlterConfigsRequest()
	all := kmsg.NewIncrementalAlterConfigsRequestResource()
	all.ResourceType = kmsg.ConfigResourceTypeBroker
	set := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	set.Name, set.Value = "log.cleaner.backoff.ms", kmsg.StringPtr("20")
	all.Configs = append(all.Configs, set)
	hurry.Resources = append(hurry.Resources, all)
	resp, err := hurry.RequestWith(within(t), c)
	ok(t, err)
	ok(t, kerr.ErrorForCode(resp.Resources[0].ErrorCode))

	ok(t, s.CreateTopic(t.Context(), "latest", 1, map[string]string{
		"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "1", "min.compaction.lag.ms": "3600000", "segment.ms": "3600000",
	}))
	ok(t, s.CreateTopic(t.Context(), "plain", 1, nil))
	produce(t, c, "latest", 0, "old", "older", "new", "newest")
	for ctx := within(t); ; {
		var kept []string
		for _, r := range consume(t, connect(t, s, kgo.ConsumeTopics("latest"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())), 1) {
			kept = append(kept, string(r.Value))
		}
		if kept[0] == "new" || kept[0] == "newest" { // the last batch is left as it is
			break
		}
		ok(t, ctx.Err())
	}
	for _, codec := range []kgo.CompressionCodec{kgo.NoCompression(), kgo.GzipCompression(), kgo.ZstdCompression()} {
		keyless := connect(t, s, kgo.ProducerBatchCompression(codec), kgo.RecordRetries(0))
		value := []byte(strings.Repeat("x", 1000))
		err := keyless.ProduceSync(within(t), &kgo.Record{Topic: "latest", Value: value}).FirstErr()
		if err != kerr.InvalidRecord {
			t.Errorf("a record without a key: %v", err)
		}
		ok(t, keyless.ProduceSync(within(t), &kgo.Record{Topic: "latest", Key: []byte{}, Value: value}).FirstErr())
		ok(t, keyless.ProduceSync(within(t), &kgo.Record{Topic: "plain", Value: value}).FirstErr())
	}
}

// backoff is how long the cleaner waits between two looks.
func backoff(t *testing.T, c *kgo.Client) string {
	t.Helper()
	req := kmsg.NewPtrDescribeConfigsRequest()
	all := kmsg.NewDescribeConfigsRequestResource()
	all.ResourceType, all.ConfigNames = kmsg.ConfigResourceTypeBroker, []string{"log.cleaner.backoff.ms"}
	req.Resources = append(req.Resources, all)
	resp, err := req.RequestWith(within(t), c)
	ok(t, err)
	value := ""
	for _, c := range resp.Resources[0].Configs {
		if c.Value != nil {
			value = *c.Value
		}
	}
	return value
}
