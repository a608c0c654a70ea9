package queue

import (
	"context"
	"sync"
	"time"

	"github.com/go-stomp/stomp/v3/frame"
)

// subscribe says SUBSCRIBE; take is called for each message, one after another.
func (s *stompSession) subscribe(ctx context.Context, to, ack string, prefetch int, take func(*frame.Frame)) (id string, err error) {
	id = s.nextID()
	f := frame.New(frame.SUBSCRIBE, frame.Id, id, frame.Destination, to, frame.Ack, ack)
	if prefetch > 0 {
		f.Header.Add("activemq.prefetchSize", itoa(prefetch))
	}
	s.mu.Lock()
	s.takers[id] = take
	s.mu.Unlock()
	return id, s.say(ctx, encode(f))
}

// stompPull takes messages of one queue. The broker never hands out more than the
// prefetch before they are acknowledged.
type stompPull struct {
	s    *stompSession
	take func(delivery)

	mu      sync.Mutex
	stopped bool
}

func (s *stompSession) consume(a address, limit int, take func(delivery)) (stop func(), err error) {
	p := &stompPull{s: s, take: take}
	ctx, cancel := context.WithTimeout(context.Background(), greeting)
	defer cancel()
	_, err = s.subscribe(ctx, s.destination(a), "client-individual", limit, p.came)
	return p.stop, err
}

// came is called by the reader of the connection.
func (p *stompPull) came(f *frame.Frame) {
	d := &stompDelivery{pull: p, ackID: f.Header.Get(frame.Ack), p: parcelIn(f), tries: 1}
	if f.Header.Get("redelivered") == "true" {
		d.tries = 2
	}
	p.hand(d)
}

// hand hands a delivery out, unless it is too late: then it lies in the hand of
// the broker until the connection ends.
func (p *stompPull) hand(d *stompDelivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.s.over: // the broker has given it to another
	default:
		if !p.stopped {
			p.take(d)
		}
	}
}

// stop takes no more. It does not say UNSUBSCRIBE, at which ActiveMQ would hand
// what is being worked on to others: what nobody took goes back when the
// connection ends, soon after.
func (p *stompPull) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
}

// stompDelivery is a message in hand.
type stompDelivery struct {
	pull  *stompPull
	ackID string
	p     parcel
	tries int
}

func (d *stompDelivery) parcel() parcel { return d.p }
func (d *stompDelivery) try() int       { return d.tries }
func (d *stompDelivery) working()       {} // heart-beats say it for all
func (d *stompDelivery) free()          {} // the broker counts

func (d *stompDelivery) say(command string) {
	ctx, cancel := context.WithTimeout(context.Background(), greeting)
	defer cancel()
	_ = d.pull.s.say(ctx, encode(frame.New(command, frame.Id, d.ackID))) // unheard, it comes again
}

func (d *stompDelivery) ack() { d.say(frame.ACK) }

// nack keeps the message in hand for a while and then hands it out once more.
// After the last time it is the broker's to bury.
func (d *stompDelivery) nack(after time.Duration) {
	if d.tries >= maxTries {
		d.say(frame.NACK)
		return
	}
	next := *d
	next.tries++
	time.AfterFunc(after, func() { d.pull.hand(&next) })
}
