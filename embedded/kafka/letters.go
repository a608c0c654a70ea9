package kafka

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
)

// DeadSuffix ends the name of the topic in which the dead letters of another lie.
// Kafka itself knows no dead letters: this is what many do.
const DeadSuffix = ".dlt"

// Letter is a record that was given up, for people.
type Letter struct {
	ID      string // its partition and offset among the dead: "0/17"
	Headers [][2]string
	Body    []byte
}

// mostLetters bounds how many dead letters are looked at.
const mostLetters = 10_000

// letters reads up to n records of partitions of a topic, each from its First to
// its End.
func (s *Server) letters(ctx context.Context, dead string, in []Partition, n int) (letters []Letter, err error) {
	ends, from := map[int32]int64{}, map[int32]kgo.Offset{}
	for _, p := range in {
		if p.First < p.End {
			ends[int32(p.Number)], from[int32(p.Number)] = p.End, kgo.NewOffset().At(p.First)
		}
	}
	if len(ends) == 0 {
		return nil, nil
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(s.Addrs()...), kgo.Dialer(s.doors.enter),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{dead: from}))
	if err != nil {
		return nil, fmt.Errorf("the dead letters in %s: %w", dead, err)
	}
	defer reader.Close()
	for len(ends) > 0 && len(letters) < n {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return nil, fmt.Errorf("the dead letters in %s: %w", dead, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if len(letters) < n {
				letters = append(letters, letterOf(r))
			}
			if r.Offset+1 >= ends[r.Partition] {
				delete(ends, r.Partition)
			}
		})
	}
	return letters, nil
}

func letterOf(r *kgo.Record) Letter {
	l := Letter{ID: fmt.Sprintf("%d/%d", r.Partition, r.Offset), Body: r.Value}
	for _, h := range r.Headers {
		l.Headers = append(l.Headers, [2]string{h.Key, string(h.Value)})
	}
	return l
}
