// Package kafka runs a cluster of brokers that speak Kafka's protocol inside
// this process, on loopback only. It is kfake, which the authors of franz-go test
// their client against: topics, partitions, keys, both group protocols, offsets,
// transactions and retention are as clients know them; replication is not. What
// it cannot do is said by [Limits].
//
//	s, err := kafka.Start(ctx, kafka.Options{})
//	client, err := kgo.NewClient(kgo.SeedBrokers(s.Addrs()...))
//	defer s.Close()
//
// It knows nothing of the program around it and may be used without it. Whoever
// is interested hears what moves: ends of partitions, positions of groups, who
// has which partition.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// Options of a cluster. The zero value works.
type Options struct {
	// Addr is where the first broker listens, a loopback address such as
	// "127.0.0.1:9092"; the others take the ports after it. "" and port 0 let the
	// system choose all ports.
	Addr string
	// Brokers is how many there are, 1 to 5; 0 = 3.
	Brokers int
	// Dir is where topics and offsets are kept. What stands there is served
	// again. "" keeps everything in memory.
	Dir string
	// SyncAlways answers when a record is on the disk, not when the system has it.
	SyncAlways bool
	// Partitions is how many a topic gets whose creator does not say; 0 = 2.
	Partitions int
	// MaxPartition bounds what a partition keeps where its topic does not say
	// (retention.bytes), in bytes; the oldest records go first. 0 = 32 MiB.
	MaxPartition int64
	// Listen opens the listeners; nil = net.Listen on TCP.
	Listen func(addr string) (net.Listener, error)
	// Observe hears what moves; nil = nobody listens. It is called by one
	// goroutine at a time and must not block.
	Observe func(Move)
	// Every is how often the cluster is looked at for Observe; 0 = 50 ms.
	Every time.Duration
}

const (
	brokers      = 3
	maxBrokers   = 5
	partitions   = 2
	maxPartition = 32 << 20
	segment      = "4194304" // bytes; memory is given back by whole segments
	cleaner      = "15000"   // ms between two compactions, as in Kafka; the cluster's default is an hour
	every        = 50 * time.Millisecond
	keep         = time.Second // between two looks at what is too old or too much
)

// Version is the version of the kfake inside.
const Version = "v0.0.0-20260918054303-01f206a7e32c"

// Server is a running cluster. Its methods may be called by many goroutines.
type Server struct {
	cluster *kfake.Cluster
	doors   *doors
	client  *kgo.Client // of its own, inside the process
	watch   *watch
	roll    roll

	controller int // the number of the broker that makes topics

	mu      sync.RWMutex // held to read while the cluster is asked something
	closed  bool
	stopped map[int]string // where brokers listened that do not run
}

// Start returns when clients can connect; ctx bounds only that. Close ends the
// cluster. When Start fails, nothing is left behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	at, err := loopback.Parse(o.Addr)
	if err != nil {
		return nil, err
	}
	host, port := at.Addr().String(), int(at.Port())
	if o.Brokers == 0 {
		o.Brokers = brokers
	}
	if o.Brokers < 1 || o.Brokers > maxBrokers || port+o.Brokers-1 > 65535 {
		return nil, fmt.Errorf("%d brokers from port %d on: there can be 1 to %d", o.Brokers, port, maxBrokers)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("kafka cannot start: %w", err)
	}
	s := &Server{doors: newDoors(host, o.Listen), controller: o.Brokers - 1, stopped: map[int]string{}}
	if s.cluster, err = kfake.NewCluster(settings(o, port, s.doors)...); err != nil {
		s.doors.close()
		s.doors.wait()
		return nil, fmt.Errorf("kafka cannot start: %w", err)
	}
	bound(s.cluster)
	rule(s.cluster)
	s.roll.listen(s.cluster)
	s.client, err = kgo.NewClient(kgo.SeedBrokers(s.Addrs()...), kgo.Dialer(s.doors.enter), kgo.MetadataMinAge(20*time.Millisecond))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kafka cannot start: %w", err), s.Close())
	}
	if err := s.clearRoll(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("kafka cannot start: %w", err), s.Close())
	}
	s.watch = observe(s, o)
	s.roll.begin(s.call)
	return s, nil
}

// settings are the cluster's own. Sessions may be short, so that a member that
// died is missed soon.
func settings(o Options, port int, d *doors) []kfake.Opt {
	if o.Partitions == 0 {
		o.Partitions = partitions
	}
	if o.MaxPartition == 0 {
		o.MaxPartition = maxPartition
	}
	opts := []kfake.Opt{
		kfake.NumBrokers(o.Brokers), kfake.ListenFn(d.listen), kfake.ClusterID("kafka"),
		kfake.AllowAutoTopicCreation(), kfake.DefaultNumPartitions(o.Partitions),
		kfake.GroupMinSessionTimeout(shortestSession), kfake.GroupMaxSessionTimeout(longestSession),
		kfake.BrokerConfigs(map[string]string{
			"log.retention.bytes":                  strconv.FormatInt(o.MaxPartition, 10),
			"log.segment.bytes":                    segment,
			"log.cleaner.backoff.ms":               cleaner,
			"group.consumer.heartbeat.interval.ms": "500",
		}),
	}
	if port > 0 {
		ports := make([]int, o.Brokers)
		for i := range ports {
			ports[i] = port + i
		}
		opts = append(opts, kfake.Ports(ports...))
	}
	if o.Dir != "" {
		opts = append(opts, kfake.DataDir(o.Dir))
	}
	if o.SyncAlways {
		opts = append(opts, kfake.SyncWrites())
	}
	return opts
}

// Addr is where the first broker that runs listens, such as "127.0.0.1:9092";
// clients learn of the others from it.
func (s *Server) Addr() string {
	if all := s.Addrs(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Addrs is where the brokers that run listen, in the order of their numbers.
func (s *Server) Addrs() []string { return s.doors.addrs() }

// Close ends all connections and the cluster, and waits for that. With a Dir,
// what was stored is kept.
func (s *Server) Close() error {
	if s.watch != nil {
		s.watch.close()
	}
	s.roll.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.client != nil {
		s.client.Close()
	}
	s.doors.close() // first, so that whoever reads inside the cluster finds out
	s.cluster.Close()
	s.doors.wait()
	return nil
}

var errClosed = errors.New("the cluster has been closed")

// ask asks the cluster something, unless it is closed: then it never answers.
func (s *Server) ask(question func(*kfake.Cluster) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return errClosed
	}
	return question(s.cluster)
}
