package nats

import (
	"slices"
	"time"

	"github.com/nats-io/nats.go"
)

// Move is something that happened to a queue, which is one consumer of one stream,
// or to a stream.
type Move struct {
	Stream, Consumer string
	What             What

	// With Depth: messages that wait, and messages that were handed out and
	// neither acknowledged nor given up.
	Ready, Unacked int64

	// With Buried: what is known of the message.
	Header map[string][]string
	Tries  int    // how often it was handed out
	Why    string // in a few words

	// With Led: who leads the stream now, 0 = nobody, and its copies.
	Leader int
	Copies []Copy
}

// What says what a Move is about.
type What uint8

const (
	Depth  What = iota + 1 // Ready and Unacked are now these; also told when a queue is new
	Buried                 // a message went to the dead letters
	Led                    // Leader and Copies are now these; also told when a stream is new
)

func (w What) String() string { return [...]string{"", "depth", "buried", "led"}[w] }

// watch looks after the queues of a server: it buries what nobody could handle,
// and says what moves.
type watch struct {
	s    *Server
	say  func(Move)
	nc   *nats.Conn // of its own, inside the process, to a node that runs
	stop chan struct{}
	done chan struct{}
	seen map[queue]Consumer
	led  map[string]Stream
}

type queue struct{ stream, consumer string }

// observe begins to look after the queues of s. Close ends it.
func observe(s *Server) (*watch, error) {
	w := &watch{s: s, say: s.o.Observe, stop: make(chan struct{}), done: make(chan struct{}), seen: map[queue]Consumer{}, led: map[string]Stream{}}
	if w.say == nil {
		w.say = func(Move) {}
	}
	again := nats.NoReconnect()
	if len(s.nodes) > 1 { // when its node ends it goes to another one at once
		again = func(o *nats.Options) error {
			o.AllowReconnect, o.MaxReconnect = true, -1
			o.ReconnectWait, o.ReconnectJitter = time.Millisecond, 0
			return nil
		}
	}
	var err error
	if w.nc, err = nats.Connect("", nats.InProcessServer(s), nats.Name("dead letters"), again); err != nil {
		return nil, err
	}
	if err := w.bury(); err != nil {
		w.nc.Close()
		return nil, err
	}
	pause := s.o.Every
	if pause == 0 {
		pause = every
	}
	go w.run(pause, s.o.Observe != nil) // ends with close
	return w, nil
}

func (w *watch) close() {
	close(w.stop)
	<-w.done
	w.nc.Close()
}

func (w *watch) run(every time.Duration, heard bool) {
	defer close(w.done)
	if !heard {
		<-w.stop
		return
	}
	look := time.NewTimer(every)
	defer look.Stop()
	p := pace{every: every}
	for {
		select {
		case <-w.stop:
			return
		case <-look.C:
			changed := w.look()
			look.Reset(p.next(time.Now(), changed))
		}
	}
}

// pace is how often queues are looked at. For a while after a change it is often, so
// that a person who looks at one message sees the queue as it was then. Under load,
// when it changes at nearly every look, it is as seldom as at rest.
type pace struct {
	every  time.Duration
	last   time.Time // of the changes
	recent int       // how many changes there were lately: one less every so often
}

const (
	soon  = 2 * time.Millisecond
	while = 100 * time.Millisecond
	burst = 16
)

// next is how long it is to the next look.
func (p *pace) next(now time.Time, changed bool) time.Duration {
	if changed {
		p.recent = int(max(time.Duration(p.recent)-now.Sub(p.last)/p.every, 0)) + 1
		p.last = now
	}
	if now.Sub(p.last) >= while || p.recent >= burst {
		return p.every
	}
	return min(soon, p.every)
}

// look compares every stream and every queue with what it was before, and reports
// whether a queue has changed.
func (w *watch) look() (changed bool) {
	for _, t := range w.s.Streams() {
		if before, known := w.led[t.Name]; !known || before.Leader != t.Leader || !slices.Equal(before.Copies, t.Copies) {
			w.led[t.Name] = t
			w.say(Move{Stream: t.Name, What: Led, Leader: t.Leader, Copies: t.Copies})
		}
		for name, now := range t.Consumers {
			q := queue{t.Name, name}
			if before, known := w.seen[q]; !known || now != before {
				w.seen[q], changed = now, true
				w.say(Move{Stream: q.stream, Consumer: q.consumer, What: Depth, Ready: now.Ready, Unacked: now.Unacked})
			}
		}
	}
	return changed
}
