package sqs

import (
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// box is a queue and what is set for it.
type box struct {
	*queue.Queue
	spec  atomic.Pointer[spec]
	polls attempts
}

// box finds a queue by its name.
func (s *Server) box(name string) (*box, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.queues[name]
	return b, ok
}

// boxes are all queues, by name.
func (s *Server) boxes() []*box {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*box, 0, len(s.queues))
	for _, b := range s.queues {
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b *box) int { return cmp.Compare(a.Name(), b.Name()) })
	return all
}

// find finds the queue that a request names by its URL. Only the last part of
// that counts: the same queue has another URL for each name of this machine.
func (s *Server) find(o ofQueue) (*box, error) {
	if o.QueueUrl == "" {
		return nil, missing("QueueUrl")
	}
	return s.named(o.QueueUrl[strings.LastIndexByte(o.QueueUrl, '/')+1:])
}

func (s *Server) named(name string) (*box, error) {
	if b, ok := s.box(name); ok {
		return b, nil
	}
	return nil, no.noQueue.plain()
}

// messageID is the id that people see of a message: the same for the same
// message of the same queue, whoever asks.
func (b *box) messageID(id uint64) string {
	seed := []byte(b.Name())
	seed = binary.BigEndian.AppendUint64(seed, uint64(b.spec.Load().Created))
	seed = binary.BigEndian.AppendUint64(seed, id)
	return uuid(md5.Sum(seed))
}

// change gives a queue another spec.
func (s *Server) change(b *box, to func(*spec) (*spec, error)) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	next, err := to(b.spec.Load())
	if err != nil {
		return err
	}
	if err := b.SetSettings(next.settings()); err != nil {
		return err
	}
	b.spec.Store(next)
	return s.engine.Flush()
}

// told are the attributes of a queue as people may ask for them.
func (b *box) told() map[string]string {
	sp := b.spec.Load()
	all := map[string]string{}
	for name := range settables {
		if v := sp.get(name); v != "" {
			all[name] = v
		}
	}
	ready, inFlight := b.Len()
	delayed := b.Stats().Delayed
	for name, n := range map[string]int64{
		"ApproximateNumberOfMessages":           int64(ready),
		"ApproximateNumberOfMessagesNotVisible": int64(inFlight),
		"ApproximateNumberOfMessagesDelayed":    int64(delayed),
		"CreatedTimestamp":                      sp.Created,
		"LastModifiedTimestamp":                 sp.Modified,
	} {
		all[name] = strconv.FormatInt(n, 10)
	}
	all["QueueArn"] = arn(b.Name())
	return all
}

// newBox makes a queue, or returns the one that is there.
func (s *Server) newBox(name string, sp *spec) (*box, error) {
	q, _, err := s.engine.Declare(name, sp.settings())
	if err != nil {
		return nil, err
	}
	b := &box{Queue: q}
	b.spec.Store(sp)
	s.mu.Lock()
	s.queues[name] = b
	s.mu.Unlock()
	return b, s.engine.Flush()
}

func freshSpec(now time.Time) *spec {
	return &spec{Attributes: map[string]string{}, Created: now.Unix(), Modified: now.Unix()}
}
