package queue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// model is a queue as simple as can be: a list, looked through for everything.
type model struct {
	settings Settings
	all      []*modelMessage // by ID
	graves   []string
}

type modelMessage struct {
	id       uint64
	body     string
	priority uint8
	group    string
	state    state
	tries    int
	due      time.Time
	locks    bool
}

func (m *model) first() (best *modelMessage) {
	for i, x := range m.all {
		locked := m.settings.FIFO && (slices.ContainsFunc(m.all, func(o *modelMessage) bool { return o.group == x.group && o.locks }) ||
			slices.ContainsFunc(m.all[:i], func(o *modelMessage) bool { return o.group == x.group && o.state == ready }))
		if x.state == ready && !locked && (best == nil || x.priority > best.priority) {
			best = x
		}
	}
	return best
}

func (m *model) remove(x *modelMessage) {
	m.all = slices.DeleteFunc(m.all, func(o *modelMessage) bool { return o == x })
}

func (m *model) bury(x *modelMessage, why Reason) {
	m.graves = append(m.graves, fmt.Sprintf("%s %s", x.body, why))
	m.remove(x)
}

func (m *model) back(x *modelMessage, after time.Duration) {
	switch limit := m.settings.MaxTries; {
	case limit > 0 && x.tries >= limit:
		m.bury(x, DeliveryLimit)
	case after > 0:
		x.state, x.due = delayed, time.Now().Add(after)
	default:
		x.state, x.locks = ready, false
	}
}

// tick makes ready what is due.
func (m *model) tick() {
	for _, x := range m.all {
		if x.state == delayed && !x.due.After(time.Now()) {
			x.state, x.locks = ready, false
		}
	}
}

func (m *model) count(s state) (n int) {
	for _, x := range m.all {
		if x.state == s {
			n++
		}
	}
	return n
}

// play does the same to a queue and to a model, and compares.
type play struct {
	*testing.T
	r      *rand.Rand
	opts   Options
	heard  heard
	engine *Engine
	queue  *Queue
	holder *Holder
	hands  map[*Delivery]*modelMessage
	model  model
}

func (p *play) open() {
	p.engine = openWith(p.T, p.opts)
	p.queue = declare(p.T, p.engine, "q", p.model.settings)
	p.holder = p.engine.Hold()
	p.hands = map[*Delivery]*modelMessage{}
}

func (p *play) put() {
	body := fmt.Sprint(p.r.Uint32())
	msg := Message{Body: []byte(body), Priority: uint8(p.r.IntN(4)), Group: string(rune('a' + p.r.IntN(3))), Persistent: true}
	x := &modelMessage{body: body, priority: min(msg.Priority, p.model.settings.MaxPriority), group: msg.Group, state: ready}
	if p.r.IntN(4) == 0 && !p.model.settings.FIFO {
		msg.Delay = time.Duration(p.r.IntN(5)+1) * time.Second
		x.state, x.due = delayed, time.Now().Add(msg.Delay)
	}
	id, err := p.queue.Put(msg)
	if err != nil {
		limit := p.model.settings.MaxLength
		if limit == 0 || len(p.model.all)-p.model.count(inHand) < limit {
			p.Fatalf("put: %v", err)
		}
		return
	}
	x.id = id
	p.model.all = append(p.model.all, x)
	s := p.model.settings
	for s.MaxLength > 0 && !s.FIFO && p.model.count(ready)+p.model.count(delayed) > s.MaxLength && p.model.first() != nil {
		p.model.bury(p.model.first(), MaxLen)
	}
}

func (p *play) get() {
	x := p.model.first()
	d, ok := p.holder.Get(p.queue, false)
	if ok != (x != nil) {
		p.Fatalf("get: %v, but there is %v", ok, x)
	}
	if !ok {
		return
	}
	x.state, x.locks = inHand, true
	x.tries++
	if d.ID != x.id || d.Tries != x.tries || string(d.Body) != x.body {
		p.Fatalf("get: message %d, try %d; want %d, %d", d.ID, d.Tries, x.id, x.tries)
	}
	p.hands[d] = x
}

func (p *play) settle() {
	for _, d := range inOrder(hands(p.hands)) {
		if p.r.IntN(3) > 0 {
			continue
		}
		x := p.hands[d]
		delete(p.hands, d)
		var ok bool
		switch p.r.IntN(4) {
		case 0:
			ok = d.Ack()
			p.model.remove(x)
		case 1:
			ok = d.Reject()
			p.model.bury(x, Rejected)
		case 2:
			ok = d.Nack(0)
			p.model.back(x, 0)
		case 3:
			ok = d.Nack(3 * time.Second)
			p.model.back(x, 3*time.Second)
		}
		if !ok || d.Ack() {
			p.Fatalf("settled once: %v, or twice", ok)
		}
	}
}

func hands(m map[*Delivery]*modelMessage) map[*Delivery]struct{} {
	held := map[*Delivery]struct{}{}
	for d := range m {
		held[d] = struct{}{}
	}
	return held
}

func (p *play) closeHolder() {
	for _, d := range inOrder(hands(p.hands)) {
		p.model.back(p.hands[d], 0)
	}
	p.holder.Close()
	p.holder, p.hands = p.engine.Hold(), map[*Delivery]*modelMessage{}
}

// restart forgets tries, and whatever was put back for later is there at once.
func (p *play) restart() {
	end(p.T, p.engine)
	for _, x := range p.model.all {
		if x.state == inHand || x.locks || x.tries > 0 {
			x.state = ready
		}
		x.tries, x.locks = 0, false
	}
	p.open()
}

func (p *play) check() {
	synctest.Wait()
	var want []string
	for _, x := range p.model.all {
		if x.state != inHand {
			want = append(want, x.body)
		}
	}
	if got := texts(p.queue.Peek(1 << 20)); !slices.Equal(got, want) {
		p.Fatalf("there is %q, want %q", got, want)
	}
	s := p.queue.Stats()
	if s.Ready != p.model.count(ready) || s.Unacked != p.model.count(inHand) || s.Delayed != p.model.count(delayed) {
		p.Fatalf("%+v; want %d ready, %d in hand, %d delayed", s, p.model.count(ready), p.model.count(inHand), p.model.count(delayed))
	}
	if got := p.heard.graves(); !slices.Equal(got, p.model.graves) {
		p.Fatalf("buried %q, want %q", got, p.model.graves)
	}
	p.model.graves = nil
}

// Whatever is done to a queue, in whatever order, it does what a list would do.
func TestLikeAList(t *testing.T) {
	kinds := map[string]Settings{
		"plain":      {Durable: true},
		"priorities": {Durable: true, MaxPriority: 2},
		"tries":      {Durable: true, MaxTries: 2, MaxPriority: 1},
		"bounded":    {Durable: true, MaxLength: 6, MaxPriority: 1},
		"fifo":       {Durable: true, FIFO: true, MaxTries: 3, MaxLength: 12},
	}
	for name, s := range kinds {
		for seed := range uint64(15) {
			t.Run(fmt.Sprint(name, seed), func(t *testing.T) {
				dir := t.TempDir()
				synctest.Test(t, func(t *testing.T) {
					p := &play{T: t, r: rand.New(rand.NewPCG(seed, 7)), model: model{settings: s}}
					p.opts = Options{Dir: dir, Bury: p.heard.bury}
					p.open()
					for range 300 {
						p.step()
						p.check()
					}
					end(t, p.engine)
				})
			})
		}
	}
}

func (p *play) step() {
	switch n := p.r.IntN(100); {
	case n < 40:
		p.put()
	case n < 75:
		p.get()
	case n < 90:
		p.settle()
	case n < 95:
		time.Sleep(time.Duration(p.r.IntN(3)+1) * time.Second)
		synctest.Wait()
		p.model.tick()
	case n < 97:
		p.closeHolder()
	case n < 98:
		p.restart()
	default:
		p.check()
	}
}
