package queue

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// NATS itself leaves what nobody could handle in its stream. Our own servers move it
// to the stream DEAD, with these headers besides its own.
const (
	natsDead         = "DEAD"
	natsDeadSign     = "Dead-"
	natsDeadReason   = natsDeadSign + "Reason"   // why, for people
	natsDeadSubject  = natsDeadSign + "Subject"  // where it had been sent
	natsDeadSequence = natsDeadSign + "Sequence" // its place in its stream
	natsDeadConsumer = natsDeadSign + "Consumer" // who could not handle it
)

// letters implements undertaker.
func (s *natsSession) letters(ctx context.Context, a address, n int) (all []Letter, err error) {
	err = s.eachDead(ctx, a, func(_ jetstream.Stream, m *jetstream.RawStreamMsg) (bool, error) {
		l := Letter{ID: m.Header.Get(natsDeadSequence), Why: m.Header.Get(natsDeadReason), At: m.Time, Body: m.Data}
		l.Header = (parcel{header: withoutDead(m.Header)}).outside()
		all = append(all, l)
		return len(all) < n, nil
	})
	return all, err
}

// redrive implements undertaker. From a stream with several consumers all of them
// get it.
func (s *natsSession) redrive(ctx context.Context, a address) (n int, err error) {
	err = s.eachDead(ctx, a, func(dead jetstream.Stream, m *jetstream.RawStreamMsg) (bool, error) {
		again := &nats.Msg{Subject: m.Header.Get(natsDeadSubject), Header: withoutDead(m.Header), Data: m.Data}
		again.Header.Set(nats.MsgIdHdr, natsDead+"/"+strconv.FormatUint(m.Sequence, 10)) // stored once, however often it is sent
		if _, err := s.js.PublishMsg(ctx, again); err != nil {
			return false, s.trouble(ctx, err)
		}
		n++
		return true, s.trouble(ctx, dead.DeleteMsg(ctx, m.Sequence))
	})
	return n, err
}

// eachDead reads the dead letters of a queue, the oldest first, while each says so.
func (s *natsSession) eachDead(ctx context.Context, a address, each func(jetstream.Stream, *jetstream.RawStreamMsg) (bool, error)) error {
	if s.Prefix != "" {
		return keepsNone(s.name())
	}
	dead, err := s.js.Stream(ctx, natsDead)
	for from, more := uint64(1), err == nil; more && err == nil; {
		var m *jetstream.RawStreamMsg
		m, err = dead.GetMsg(ctx, from, jetstream.WithGetMsgSubject(natsDead+"."+s.stream(a)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			break
		}
		from = m.Sequence + 1
		if m.Header.Get(natsDeadConsumer) == s.consumer(a) {
			more, err = each(dead, m)
		}
	}
	return s.trouble(ctx, err)
}

// withoutDead are the headers that a dead letter had before it was one.
func withoutDead(h nats.Header) nats.Header {
	h = maps.Clone(h)
	maps.DeleteFunc(h, func(name string, _ []string) bool {
		return strings.HasPrefix(name, natsDeadSign) || name == nats.MsgIdHdr
	})
	return h
}
