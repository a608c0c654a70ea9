package kafka

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
)

var legalName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// checkName says whether Kafka takes a name for that of a topic.
// https://github.com/apache/kafka/blob/3.9.0/clients/src/main/java/org/apache/kafka/common/internals/Topic.java
func checkName(name string) error {
	if name == "." || name == ".." || !legalName.MatchString(name) {
		return fmt.Errorf("%w: %q is no name of a topic: 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'", kerr.InvalidTopicException, name)
	}
	return nil
}

// A config of a topic is known with the values that it takes.
type values interface{ take(value string) bool }

type (
	whole  struct{ least, most int64 }
	ratio  struct{} // 0 to 1
	truth  struct{}
	word   []string
	oneOf  []string // a list of these
	places struct{} // a list of partition:broker, or *
)

func (w whole) take(v string) bool {
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	return err == nil && n >= w.least && n <= w.most
}

func (ratio) take(v string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	return err == nil && f >= 0 && f <= 1
}

func (truth) take(v string) bool {
	v = strings.TrimSpace(v)
	return strings.EqualFold(v, "true") || strings.EqualFold(v, "false")
}

func (w word) take(v string) bool { return slices.Contains(w, strings.TrimSpace(v)) }

func (o oneOf) take(v string) bool {
	for each := range strings.SplitSeq(v, ",") {
		if !slices.Contains(o, strings.TrimSpace(each)) {
			return false
		}
	}
	return true
}

func (places) take(string) bool { return true }

func long(least int64) whole    { return whole{least, math.MaxInt64} }
func integer(least int64) whole { return whole{least, math.MaxInt32} }

// configs are those of a topic, as Kafka 3.9 knows them.
// https://kafka.apache.org/39/documentation.html#topicconfigs
var configs = map[string]values{
	"cleanup.policy":                          oneOf{"compact", "delete"},
	"compression.gzip.level":                  word{"-1", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, // 0 is refused
	"compression.lz4.level":                   whole{1, 17},
	"compression.type":                        word{"uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"},
	"compression.zstd.level":                  whole{-131072, 22},
	"delete.retention.ms":                     long(0),
	"file.delete.delay.ms":                    long(0),
	"flush.messages":                          long(1),
	"flush.ms":                                long(0),
	"follower.replication.throttled.replicas": places{},
	"index.interval.bytes":                    integer(0),
	"leader.replication.throttled.replicas":   places{},
	"local.retention.bytes":                   long(-2),
	"local.retention.ms":                      long(-2),
	"max.compaction.lag.ms":                   long(1),
	"max.message.bytes":                       integer(0),
	"message.downconversion.enable":           truth{},
	"message.timestamp.after.max.ms":          long(0),
	"message.timestamp.before.max.ms":         long(0),
	"message.timestamp.difference.max.ms":     long(0),
	"message.timestamp.type":                  word{"CreateTime", "LogAppendTime"},
	"min.cleanable.dirty.ratio":               ratio{},
	"min.compaction.lag.ms":                   long(0),
	"min.insync.replicas":                     integer(1),
	"preallocate":                             truth{},
	"remote.log.copy.disable":                 truth{},
	"remote.log.delete.on.disable":            truth{},
	"remote.storage.enable":                   truth{},
	"retention.bytes":                         long(math.MinInt64),
	"retention.ms":                            long(-1),
	"segment.bytes":                           integer(14),
	"segment.index.bytes":                     integer(4),
	"segment.jitter.ms":                       long(0),
	"segment.ms":                              long(1),
	"unclean.leader.election.enable":          truth{},
}

// checkConfig says whether a topic can have a config.
func checkConfig(name string, value *string) error {
	known, ok := configs[name]
	switch {
	case !ok:
		return fmt.Errorf("%w: a topic has no config %s", kerr.InvalidConfig, name)
	case value == nil || !known.take(*value):
		shown := "no value"
		if value != nil {
			shown = strconv.Quote(*value)
		}
		return fmt.Errorf("%w: %s cannot be %s", kerr.InvalidConfig, name, shown)
	}
	return nil
}
