package queue

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// pull takes messages of one consumer, never more than limit in hand. It has at
// most one request for messages open: as many as there is room for.
//
//	in hand + asked for ≤ limit
type pull struct {
	s     *natsSession
	next  string // the subject to ask at
	inbox string
	limit int
	take  func(delivery)
	sub   *nats.Subscription

	alarm *time.Timer // of a cluster: nothing is heard of the one who was asked; nil = there is no other

	mu      sync.Mutex
	inHand  int
	asked   int
	stopped bool
}

func (s *natsSession) consume(a address, limit int, take func(delivery)) (stop func(), err error) {
	p := &pull{s: s, limit: limit, take: take, inbox: s.nc.NewInbox()}
	p.next = "$JS.API.CONSUMER.MSG.NEXT." + s.stream(a) + "." + s.consumer(a)
	if p.sub, err = s.nc.Subscribe(p.inbox, p.came); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.cluster {
		p.alarm = time.AfterFunc(silence, p.unheard)
	}
	p.ask()
	return p.stop, nil
}

// How a request for messages stays alive in a cluster, where the one who has taken
// it may die in silence: it says every second that it is there still.
const (
	beat    = time.Second
	silence = 3 * beat
	longest = 30 * time.Second // of one request
)

// request says for how many messages there is room.
func (p *pull) request(room int) []byte {
	if p.alarm == nil {
		return fmt.Appendf(nil, `{"batch":%d}`, room)
	}
	p.alarm.Reset(silence)
	return fmt.Appendf(nil, `{"batch":%d,"expires":%d,"idle_heartbeat":%d}`, room, longest, beat)
}

// unheard: whoever was asked is gone.
func (p *pull) unheard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = 0
	p.ask()
}

// ask asks for as many messages as there is room for; mu is held.
func (p *pull) ask() {
	room := p.limit - p.inHand
	if p.stopped || p.asked > 0 || room <= 0 {
		return
	}
	p.asked = room
	_ = p.s.nc.PublishRequest(p.next, p.inbox, p.request(room)) // a broken connection ends everything
}

// came is called by the client library, one message after another.
func (p *pull) came(m *nats.Msg) {
	d := &natsDelivery{pull: p, m: m}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alarm != nil && !p.stopped {
		p.alarm.Reset(silence)
	}
	switch status := m.Header.Get("Status"); {
	case status == "100": // it is there still
	case status == "408": // it was asked long enough ago
		p.asked = 0
		p.ask()
	case status != "": // the request has ended: ask again, in a while
		p.asked = 0
		time.AfterFunc(again, p.askAgain)
	case p.stopped:
		d.nack(0)
	default:
		p.asked--
		p.inHand++
		p.take(d)
		p.ask()
	}
}

func (p *pull) askAgain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ask()
}

func (p *pull) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.alarm != nil {
		p.alarm.Stop()
	}
	_ = p.sub.Unsubscribe()
}

// natsDelivery is a message of a pull. Its Reply is where the server hears what
// becomes of it.
type natsDelivery struct {
	pull *pull
	m    *nats.Msg
}

func (d *natsDelivery) parcel() parcel { return parcelOf(d.m) }

func (d *natsDelivery) try() int {
	if meta, err := d.m.Metadata(); err == nil {
		return int(meta.NumDelivered)
	}
	return 1
}

func (d *natsDelivery) say(what string) { _ = d.pull.s.nc.Publish(d.m.Reply, []byte(what)) } // unheard, it comes again

func (d *natsDelivery) working() { d.say("+WPI") }
func (d *natsDelivery) ack()     { d.say("+ACK") }

func (d *natsDelivery) nack(after time.Duration) {
	if after <= 0 {
		d.say("-NAK")
		return
	}
	delay, _ := json.Marshal(map[string]int64{"delay": after.Nanoseconds()}) // a number always encodes
	d.say("-NAK " + string(delay))
}

func (d *natsDelivery) free() {
	d.pull.mu.Lock()
	defer d.pull.mu.Unlock()
	d.pull.inHand--
	d.pull.ask()
}
