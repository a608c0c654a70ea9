package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon is how long a test waits for what must happen, before it is a failure.
const soon = 10 * time.Second

// start starts a cluster for one test.
func start(t *testing.T, o kafka.Options) *kafka.Server {
	t.Helper()
	s, err := kafka.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// within is a context that ends when something has not happened in time.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	t.Cleanup(cancel)
	return ctx
}

// connect is a client as anybody outside would write it.
func connect(t *testing.T, s *kafka.Server, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(s.Addrs()...), kgo.MetadataMinAge(10 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 10 * time.Millisecond }),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchCompression(kgo.NoCompression()),
	}, opts...)...)
	ok(t, err)
	t.Cleanup(c.Close)
	return c
}

// member is a consumer of a group.
func member(t *testing.T, s *kafka.Server, group, topic string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	return connect(t, s, append([]kgo.Opt{
		kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(), kgo.HeartbeatInterval(20 * time.Millisecond), kgo.FetchMaxWait(100 * time.Millisecond),
	}, opts...)...)
}

// produce puts values into a partition.
func produce(t *testing.T, c *kgo.Client, topic string, partition int, values ...string) {
	t.Helper()
	for _, v := range values {
		r := &kgo.Record{Topic: topic, Partition: int32(partition), Key: []byte("k"), Value: []byte(v)}
		ok(t, c.ProduceSync(within(t), r).FirstErr())
	}
}

// consume takes n records.
func consume(t *testing.T, c *kgo.Client, n int) (got []*kgo.Record) {
	t.Helper()
	ctx := within(t)
	for len(got) < n {
		f := c.PollFetches(ctx)
		if ctx.Err() != nil {
			t.Fatalf("%d of %d records came", len(got), n)
		}
		f.EachRecord(func(r *kgo.Record) { got = append(got, r) })
	}
	return got
}

func TestAnOutsideClientProducesAndConsumes(t *testing.T) {
	s := start(t, kafka.Options{})
	ok(t, s.CreateTopic(t.Context(), "orders", 3, nil))
	c := connect(t, s, kgo.ConsumeTopics("orders"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	produce(t, c, "orders", 1, "a", "b")
	got := consume(t, c, 2)
	if string(got[0].Value) != "a" || string(got[1].Value) != "b" || got[1].Offset != 1 || got[1].Partition != 1 {
		t.Errorf("got %v, %v", got[0], got[1])
	}
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer taken.Close()
	for _, o := range []kafka.Options{
		{Addr: "0.0.0.0:0"},
		{Addr: "192.0.2.1:9092"},
		{Addr: ":9092"},
		{Addr: "localhost"},
		{Addr: "127.0.0.1:x"},
		{Addr: "127.0.0.1:70000"},
		{Addr: "127.0.0.1:65535"},
		{Addr: taken.Addr().String()},
		{Brokers: 6},
		{Brokers: -1},
	} {
		if s, err := kafka.Start(t.Context(), o); err == nil {
			t.Errorf("%+v was served", o)
			ok(t, s.Close())
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := kafka.Start(ended, kafka.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v, %v", s, err)
	}
}

func TestBrokersHavePortsInARow(t *testing.T) {
	s := start(t, kafka.Options{Brokers: 2})
	addrs := s.Addrs()
	if len(addrs) != 2 || s.Addr() != addrs[0] {
		t.Fatalf("%v, the first is %s", addrs, s.Addr())
	}
	ok(t, s.Close())
	for port := 20000; ; port += 7 { // until two neighbours are free
		s, err := kafka.Start(t.Context(), kafka.Options{Brokers: 2, Addr: "127.0.0.1:" + strconv.Itoa(port)})
		if err != nil && port < 30000 {
			continue
		}
		ok(t, err)
		defer s.Close()
		if got := s.Addrs(); got[0] != "127.0.0.1:"+strconv.Itoa(port) || got[1] != "127.0.0.1:"+strconv.Itoa(port+1) {
			t.Errorf("they listen on %v", got)
		}
		return
	}
}

func TestADirIsKept(t *testing.T) {
	dir := t.TempDir()
	s := start(t, kafka.Options{Dir: dir})
	ok(t, s.CreateTopic(t.Context(), "kept", 1, nil))
	produce(t, connect(t, s), "kept", 0, "once", "twice")
	m := member(t, s, "readers", "kept")
	ok(t, m.CommitRecords(within(t), consume(t, m, 2)[0]))
	ok(t, s.Close())

	s = start(t, kafka.Options{Dir: dir})
	if got := consume(t, member(t, s, "others", "kept"), 2); string(got[0].Value) != "once" {
		t.Errorf("got %q", got[0].Value)
	}
	groups, err := s.Groups(t.Context())
	ok(t, err)
	if len(groups) == 0 || groups[len(groups)-1].Name != "readers" || groups[len(groups)-1].Positions[0].Offset != 1 {
		t.Errorf("the groups are %+v", groups)
	}
}

func TestCloseEndsConnections(t *testing.T) {
	s := start(t, kafka.Options{})
	c, err := net.Dial("tcp", s.Addr())
	ok(t, err)
	defer c.Close()
	ok(t, s.Close())
	ok(t, s.Close())
	ok(t, c.SetReadDeadline(time.Now().Add(soon)))
	var timeout net.Error
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("the connection is still there: %v", err)
	}
	if _, err := s.Topics(within(t)); err == nil {
		t.Error("a closed cluster knows its topics")
	}
	if err := s.MoveLeader("a", 0, 0); err == nil {
		t.Error("a closed cluster moves leaders")
	}
}

// Listeners may come from elsewhere, so that what crosses can be seen.
func TestListenersAreTheCallers(t *testing.T) {
	opened := 0
	s := start(t, kafka.Options{Brokers: 2, Listen: func(addr string) (net.Listener, error) {
		opened++
		return net.Listen("tcp", addr)
	}})
	if opened != 2 || len(s.Addrs()) != 2 {
		t.Errorf("%d listeners were asked for, %v are open", opened, s.Addrs())
	}
}

// What is no request ends its connection, and nothing else.
func TestWhatIsNoRequest(t *testing.T) {
	s := start(t, kafka.Options{})
	for name, bytes := range map[string]string{
		"another protocol": "GET / HTTP/1.1\r\nHost: kafka\r\n\r\n",
		"too long":         "\x7f\xff\xff\xff\x00\x03\x00\x01\x00\x00\x00\x01",
		"too short":        "\x00\x00\x00\x02\x00\x03",
		"no such request":  "\x00\x00\x00\x0a\x7f\xff\x00\x01\x00\x00\x00\x01\xff\xff",
		"no such version":  "\x00\x00\x00\x0a\x00\x03\x7f\xff\x00\x00\x00\x01\xff\xff",
	} {
		c, err := net.Dial("tcp", s.Addr())
		ok(t, err)
		ok(t, c.SetDeadline(time.Now().Add(soon)))
		_, err = c.Write([]byte(bytes))
		ok(t, err)
		var timeout net.Error
		if n, err := c.Read(make([]byte, 100)); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("%s: %d bytes came, %v", name, n, err)
		}
		ok(t, c.Close())
	}
	if _, err := s.Topics(within(t)); err != nil {
		t.Error(err)
	}
}

func TestVersionIsTheOneInside(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	ok(t, err)
	if !bytes.Contains(mod, []byte("github.com/twmb/franz-go/pkg/kfake "+kafka.Version)) {
		t.Errorf("go.mod does not say %s", kafka.Version)
	}
}
