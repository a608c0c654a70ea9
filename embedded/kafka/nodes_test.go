package kafka_test

import (
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

func topic(t *testing.T, s *kafka.Server, name string) kafka.Topic {
	t.Helper()
	topics, err := s.Topics(within(t))
	ok(t, err)
	for _, topic := range topics {
		if topic.Name == name {
			return topic
		}
	}
	t.Fatalf("there is no topic %s in %+v", name, topics)
	panic("unreachable")
}

func TestALeaderMoves(t *testing.T) {
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "orders", 1, nil))
	c := connect(t, s)
	for _, to := range []int{2, 0, 1} {
		ok(t, s.MoveLeader("orders", 0, to))
		produce(t, c, "orders", 0, "a")
		if got := topic(t, s, "orders").Partitions[0]; got.Leader != to {
			t.Errorf("moved to %d, it is %+v", to, got)
		}
	}
	if got := topic(t, s, "orders").Partitions[0].End; got != 3 {
		t.Errorf("%d records are there", got)
	}
	for _, err := range []error{s.MoveLeader("orders", 0, 9), s.MoveLeader("orders", 9, 0), s.MoveLeader("nowhere", 0, 0)} {
		if err == nil {
			t.Error("it moved")
		}
	}
}

func TestABrokerStopsAndStarts(t *testing.T) {
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "orders", 3, nil))
	for p := range 3 {
		ok(t, s.MoveLeader("orders", p, p))
	}
	c := connect(t, s)
	produce(t, c, "orders", 1, "before")
	addrs := s.Addrs()
	open, err := net.Dial("tcp", addrs[1])
	ok(t, err)
	defer open.Close()

	ok(t, s.StopBroker(within(t), 1))
	if diff := cmp.Diff([]int{0, 2}, s.Brokers()); diff != "" {
		t.Error(diff)
	}
	ok(t, open.SetReadDeadline(time.Now().Add(soon)))
	if _, err := open.Read(make([]byte, 1)); err == nil {
		t.Error("its connections stay")
	}
	if again, err := net.Dial("tcp", addrs[1]); err == nil {
		t.Error("it can be reached")
		_ = again.Close()
	}
	ps := topic(t, s, "orders").Partitions
	if ps[0].Leader != 0 || ps[1].Leader == 1 || ps[2].Leader != 2 || ps[1].End != 1 {
		t.Errorf("the partitions are %+v", ps)
	}
	produce(t, c, "orders", 1, "meanwhile")

	ok(t, s.StartBroker(within(t), 1))
	if diff := cmp.Diff(addrs, s.Addrs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ps[1].Leader, topic(t, s, "orders").Partitions[1].Leader); diff != "" {
		t.Error(diff)
	}
	ok(t, s.MoveLeader("orders", 1, 1))
	produce(t, c, "orders", 1, "after")
	if got := topic(t, s, "orders").Partitions[1]; got.End != 3 || got.Leader != 1 {
		t.Errorf("it is %+v", got)
	}
}

func TestBrokersThatCannotStopOrStart(t *testing.T) {
	s := start(t, kafka.Options{Brokers: 2})
	for _, err := range []error{
		s.StopBroker(within(t), 7), s.StartBroker(within(t), 0), s.StopBroker(within(t), s.Controller()),
	} {
		if err == nil {
			t.Error("it did")
		}
	}
	ok(t, s.StopBroker(within(t), 0))
	if err := s.StopBroker(within(t), 0); err == nil {
		t.Error("it stopped twice")
	}
}

func TestTopicsGrowAndAreTrimmed(t *testing.T) {
	s := start(t, kafka.Options{Partitions: 4})
	ok(t, s.CreateTopic(t.Context(), "orders", 0, nil))
	if got := len(topic(t, s, "orders").Partitions); got != 4 {
		t.Errorf("it has %d partitions", got)
	}
	ok(t, grow(t, s, "orders", 6))
	if got := len(topic(t, s, "orders").Partitions); got != 6 {
		t.Errorf("it has %d partitions", got)
	}
	produce(t, connect(t, s), "orders", 5, "a", "b", "c")
	ok(t, trim(t, s, "orders", 5, 2))
	if got := topic(t, s, "orders").Partitions[5]; got.First != 2 || got.End != 3 {
		t.Errorf("it is %+v", got)
	}
	ok(t, trim(t, s, "orders", 5, -1))
	if got := topic(t, s, "orders").Partitions[5]; got.First != 3 || got.Bytes != 0 {
		t.Errorf("it is %+v", got)
	}
	for name, err := range map[string]error{
		"fewer":      grow(t, s, "orders", 1),
		"far more":   grow(t, s, "orders", 1_000_000_000),
		"many":       s.CreateTopic(t.Context(), "many", 1_000_000_000, nil),
		"twice":      s.CreateTopic(t.Context(), "orders", 1, nil),
		"not there":  s.DeleteTopic(t.Context(), "nowhere"),
		"trim":       trim(t, s, "orders", 99, 0),
		"not to add": grow(t, s, "nowhere", 9),
	} {
		if err == nil {
			t.Errorf("%s: it was done", name)
		}
	}
}

// grow asks for more partitions, as any client does.
func grow(t *testing.T, s *kafka.Server, topic string, n int32) error {
	req := kmsg.NewPtrCreatePartitionsRequest()
	of := kmsg.NewCreatePartitionsRequestTopic()
	of.Topic, of.Count = topic, n
	req.Topics = append(req.Topics, of)
	resp, err := req.RequestWith(within(t), connect(t, s))
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(resp.Topics[0].ErrorCode)
}

// trim asks to forget the records before an offset; -1 = all.
func trim(t *testing.T, s *kafka.Server, topic string, partition int32, before int64) error {
	req := kmsg.NewPtrDeleteRecordsRequest()
	of := kmsg.NewDeleteRecordsRequestTopic()
	at := kmsg.NewDeleteRecordsRequestTopicPartition()
	of.Topic, at.Partition, at.Offset = topic, partition, before
	of.Partitions = append(of.Partitions, at)
	req.Topics = append(req.Topics, of)
	resp, err := req.RequestWith(within(t), connect(t, s))
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(resp.Topics[0].Partitions[0].ErrorCode)
}
