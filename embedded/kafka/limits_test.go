package kafka_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// Every limit that is told is one. When one of these tests fails, a limit is
// gone: then it must not be told any more.
func TestLimits(t *testing.T) {
	told := kafka.Limits()
	for _, l := range []struct {
		begins string
		holds  func(t *testing.T)
	}{
		{"Replicas exist by name", replicasAreNames},
		{"acks=0, 1 and all", acksAreAlike},
		{"A producer gets a response", tooFewReplicasSuffice},
		{"The controller", controllerStays},
		{"A broker that returns", returnsWithoutWork},
		{"A topic has 1,000 partitions", sizesAreBounded},
		{"Quotas", quotasAreNotEnforced},
		{"A compacted topic", compactionIsSimple},
		{"An invalid name or config", refusedWithoutWords},
	} {
		t.Run(l.begins, l.holds)
		if len(told) == 0 || !strings.HasPrefix(told[0], l.begins) {
			t.Fatalf("told next is %q, tested is %q", told, l.begins)
		}
		told = told[1:]
	}
	if len(told) > 0 {
		t.Errorf("told and not tested: %q", told)
	}
}

// replicasAreNames looks for the copies that are said to be in sync.
func replicasAreNames(t *testing.T) {
	dir := t.TempDir()
	s := start(t, kafka.Options{Dir: dir})
	ok(t, s.CreateTopic(t.Context(), "orders", 1, nil))
	c := connect(t, s)
	produce(t, c, "orders", 0, "what is kept")
	resp, err := kmsg.NewPtrMetadataRequest().RequestWith(within(t), c)
	ok(t, err)
	if p := resp.Topics[0].Partitions[0]; len(p.Replicas) != 3 || len(p.ISR) != 3 {
		t.Errorf("copies are said to be with %v, in sync %v", p.Replicas, p.ISR)
	}
	ok(t, s.Close())
	copies := 0
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kept, err := os.ReadFile(path)
		copies += bytes.Count(kept, []byte("what is kept"))
		return err
	}))
	if copies != 1 {
		t.Errorf("it is kept %d times", copies)
	}
}

// acksAreAlike loses the leader right after it stored what nobody waited for.
func acksAreAlike(t *testing.T) {
	for name, acks := range map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()} {
		s := start(t, kafka.Options{})
		ok(t, s.CreateTopic(t.Context(), "orders", 1, nil))
		ok(t, s.MoveLeader("orders", 0, 0))
		c := connect(t, s, kgo.RequiredAcks(acks), kgo.DisableIdempotentWrite())
		produce(t, c, "orders", 0, "a")
		consume(t, member(t, s, "before", "orders"), 1)
		ok(t, s.StopBroker(within(t), 0))
		if got := consume(t, member(t, s, "after", "orders"), 1); string(got[0].Value) != "a" {
			t.Errorf("acks=%s: got %q", name, got[0].Value)
		}
	}
}

func tooFewReplicasSuffice(t *testing.T) {
	s := start(t, kafka.Options{Brokers: 1})
	ok(t, s.CreateTopic(t.Context(), "orders", 1, map[string]string{"min.insync.replicas": "3"}))
	produce(t, connect(t, s, kgo.RequiredAcks(kgo.AllISRAcks())), "orders", 0, "a")
}

func controllerStays(t *testing.T) {
	s := start(t, kafka.Options{})
	if err := s.StopBroker(within(t), 2); err == nil || s.Controller() != 2 {
		t.Errorf("%d is the controller, and 2 was stopped: %v", s.Controller(), err)
	}
}

func returnsWithoutWork(t *testing.T) {
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "orders", 6, nil))
	ok(t, s.StopBroker(within(t), 0))
	ok(t, s.StartBroker(within(t), 0))
	for _, p := range topic(t, s, "orders").Partitions {
		if p.Leader == 0 {
			t.Errorf("it serves %+v", p)
		}
	}
}

// sizesAreBounded asks over the wire for what would take too much memory.
func sizesAreBounded(t *testing.T) {
	s := start(t, kafka.Options{})
	c := connect(t, s, kgo.ProducerBatchMaxBytes(64<<20), kgo.BrokerMaxWriteBytes(100<<20), kgo.RecordRetries(0), kgo.DisableIdempotentWrite())
	req := kmsg.NewPtrCreateTopicsRequest()
	huge := kmsg.NewCreateTopicsRequestTopic()
	huge.Topic, huge.NumPartitions, huge.ReplicationFactor = "huge", 1001, 1
	req.Topics = append(req.Topics, huge)
	resp, err := req.RequestWith(within(t), c)
	ok(t, err)
	if resp.Topics[0].ErrorCode != kerr.InvalidPartitions.Code {
		t.Errorf("1,001 partitions: %v", kerr.ErrorForCode(resp.Topics[0].ErrorCode))
	}
	ok(t, s.CreateTopic(t.Context(), "orders", 1, nil))
	large := &kgo.Record{Topic: "orders", Value: make([]byte, 9<<20)}
	if err := c.ProduceSync(within(t), large).FirstErr(); err == nil {
		t.Error("9 MiB were taken")
	}
}

func quotasAreNotEnforced(t *testing.T) {
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "orders", 1, nil))
	c := connect(t, s)
	req := kmsg.NewPtrAlterClientQuotasRequest()
	user := kmsg.NewAlterClientQuotasRequestEntryEntity()
	user.Type = "client-id"
	slow := kmsg.NewAlterClientQuotasRequestEntryOp()
	slow.Key, slow.Value = "producer_byte_rate", 1
	entry := kmsg.NewAlterClientQuotasRequestEntry()
	entry.Entity, entry.Ops = append(entry.Entity, user), append(entry.Ops, slow)
	req.Entries = append(req.Entries, entry)
	resp, err := req.RequestWith(within(t), c)
	ok(t, err)
	ok(t, kerr.ErrorForCode(resp.Entries[0].ErrorCode))
	produce(t, c, "orders", 0, strings.Repeat("x", 100_000), "b")
}

// What is too much for a partition goes, the oldest first; so does what is too old.
func TestRetention(t *testing.T) {
	for name, c := range map[string]struct {
		o      kafka.Options
		config map[string]string
	}{
		"bytes":           {kafka.Options{}, map[string]string{"retention.bytes": "5000"}},
		"time":            {kafka.Options{}, map[string]string{"retention.ms": "1"}},
		"bytes of others": {kafka.Options{MaxPartition: 5000}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			moves := make(chan kafka.Move, 1024)
			c.o.Observe = func(m kafka.Move) { moves <- m }
			s := start(t, c.o)
			ok(t, s.CreateTopic(t.Context(), "orders", 1, c.config))
			p := connect(t, s)
			for i := range 10 {
				produce(t, p, "orders", 0, fmt.Sprint(i, strings.Repeat("x", 1000)))
			}
			m := told(t, moves, "records are forgotten", func(m kafka.Move) bool { return m.What == kafka.Grown && m.End == 10 && m.First > 0 })
			if m.Bytes > 5000 {
				t.Errorf("it keeps %d bytes", m.Bytes)
			}
		})
	}
}
