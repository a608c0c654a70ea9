package queue

import (
	"context"
	"strconv"
	"strings"

	"github.com/go-stomp/stomp/v3/frame"

	"github.com/msc-sim/msc-sim/sim"
)

// letters implements undertaker: the one queue of all dead letters is browsed. A
// broker shows no more of it than it likes to (ActiveMQ: 400).
func (s *stompSession) letters(ctx context.Context, a address, n int) (all []Letter, err error) {
	in := make(chan *frame.Frame, mostBrowsed)
	id := s.nextID()
	s.taking(id, func(f *frame.Frame) {
		select {
		case in <- f:
		default: // more than anybody wants to see
		}
	})
	f := frame.New(frame.SUBSCRIBE, frame.Id, id, frame.Destination, "/queue/"+deadQueue, frame.Ack, "auto", "browser", "true")
	if err := s.say(ctx, encode(f)); err != nil {
		return nil, err
	}
	defer func() { _ = s.say(ctx, encode(frame.New(frame.UNSUBSCRIBE, frame.Id, id))) }()
	for len(all) < n {
		select {
		case f := <-in:
			if f.Header.Get("browser") == "end" {
				return all, nil
			}
			if f.Header.Get("original-destination") == s.destination(a) {
				all = append(all, stompLetter(f))
			}
		case <-s.over:
			return all, errGone()
		case <-ctx.Done():
			return all, sim.AsError(ctx.Err())
		}
	}
	return all, nil
}

// mostBrowsed is how many dead letters are looked at, of all queues.
const mostBrowsed = 1024

func stompLetter(f *frame.Frame) Letter {
	l := Letter{ID: f.Header.Get(frame.MessageId), Why: f.Header.Get("dlqDeliveryFailureCause"), Body: f.Body}
	if l.Why == "" {
		l.Why = "refused with NACK"
	}
	l.Tries, _ = strconv.Atoi(f.Header.Get("JMSXDeliveryCount")) // ActiveMQ itself does not tell it over STOMP
	for i := range f.Header.Len() {
		if key, value := f.Header.GetAt(i); key != frame.Subscription && key != frame.Ack {
			l.Header = append(l.Header, [2]string{key, value})
		}
	}
	return l
}

// redrive implements undertaker: those letters of the queue that can be seen are
// taken one by one, by their trace, which is a word that a selector knows. Then
// there may be others to see.
func (s *stompSession) redrive(ctx context.Context, a address) (n int, err error) {
	for {
		all, err := s.letters(ctx, a, mostBrowsed)
		before := n
		for _, l := range all {
			if err == nil && l.Trace() != "" {
				if err = s.revive(ctx, a, l.Trace()); err == nil {
					n++
				}
			}
		}
		if err != nil || n == before {
			return n, err
		}
	}
}

// revive sends a dead letter to its queue again, and takes it from the others.
// Those of the same publication for other groups go back.
func (s *stompSession) revive(ctx context.Context, a address, trace string) error {
	in := make(chan *frame.Frame, mostBrowsed)
	id := s.nextID()
	s.taking(id, func(f *frame.Frame) { in <- f })
	f := frame.New(frame.SUBSCRIBE, frame.Id, id, frame.Destination, "/queue/"+deadQueue, frame.Ack, "client-individual",
		"activemq.prefetchSize", itoa(mostBrowsed), "selector", headTrace+" = '"+strings.ReplaceAll(trace, "'", "''")+"'")
	if _, err := s.ask(ctx, f); err != nil {
		return err
	}
	for {
		select {
		case f := <-in:
			if f.Header.Get("original-destination") != s.destination(a) {
				continue
			}
			if _, err := s.send(ctx, s.destination(a), parcelIn(f)); err != nil {
				return err
			}
			if _, err := s.ask(ctx, frame.New(frame.ACK, frame.Id, f.Header.Get(frame.Ack))); err != nil {
				return err
			}
			_, err := s.ask(ctx, frame.New(frame.UNSUBSCRIBE, frame.Id, id))
			return err
		case <-s.over:
			return errGone()
		case <-ctx.Done():
			return sim.AsError(ctx.Err())
		}
	}
}

// taking lets take hear what comes for a subscription.
func (s *stompSession) taking(id string, take func(*frame.Frame)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takers[id] = take
}
