package nats

import (
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Move is something that happened to a queue, which is one consumer of one stream.
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
}

// What says what a Move is about.
type What uint8

const (
	Depth  What = iota + 1 // Ready and Unacked are now these; also told when a queue is new
	Buried                 // a message went to the dead letters
)

func (w What) String() string { return [...]string{"", "depth", "buried"}[w] }

// watch looks after the queues of a server: it buries what nobody could handle,
// and says what moves.
type watch struct {
	server *server.Server
	say    func(Move)
	nc     *nats.Conn // of its own, inside the process
	stop   chan struct{}
	done   chan struct{}
	seen   map[queue]depth
}

type (
	queue struct{ stream, consumer string }
	depth struct{ ready, unacked int64 }
)

// observe begins to look after the queues of s. Close ends it.
func observe(s *server.Server, o Options) (*watch, error) {
	w := &watch{server: s, say: o.Observe, stop: make(chan struct{}), done: make(chan struct{}), seen: map[queue]depth{}}
	if w.say == nil {
		w.say = func(Move) {}
	}
	var err error
	if w.nc, err = nats.Connect("", nats.InProcessServer(s), nats.Name("dead letters"), nats.NoReconnect()); err != nil {
		return nil, err
	}
	if err := w.bury(); err != nil {
		w.nc.Close()
		return nil, err
	}
	pause := o.Every
	if pause == 0 {
		pause = every
	}
	go w.run(pause, o.Observe != nil) // ends with close
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
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-look.C:
			w.look()
		}
	}
}

// look compares every queue with what it was before.
func (w *watch) look() {
	account, err := w.server.JszAccount(&server.JSzOptions{Account: server.DEFAULT_GLOBAL_ACCOUNT, Streams: true, Consumer: true})
	if err != nil {
		return // nothing was ever kept, or the server is ending
	}
	for _, s := range account.Streams {
		for _, c := range s.Consumer {
			q := queue{s.Name, c.Name}
			now := depth{int64(c.NumPending), int64(c.NumAckPending)}
			if before, known := w.seen[q]; !known || now != before {
				w.seen[q] = now
				w.say(Move{Stream: q.stream, Consumer: q.consumer, What: Depth, Ready: now.ready, Unacked: now.unacked})
			}
		}
	}
}
