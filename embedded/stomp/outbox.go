package stomp

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// outbox is what a client is still to be told. A client that does not read makes
// it full: then nothing is handed out to the client, and nothing more is read
// from it.
type outbox struct {
	room func() // called when deliveries may go on

	mu     sync.Mutex
	freed  sync.Cond
	items  []item
	size   int  // bytes not written yet
	wanted bool // somebody waits for room
	ending bool // what is there is written, and then the end
	closed bool
	wake   chan struct{}
}

// item is a frame to be written: its head, and a body that is shared with the
// queue. done is called when it was written.
type item struct {
	head, body []byte
	done       func()
}

const (
	outboxFull = 1 << 20         // bytes, after which no more is handed out
	lastWords  = 2 * time.Second // for a client to read why it is sent away
)

func newOutbox(room func()) *outbox {
	o := &outbox{room: room, wake: make(chan struct{}, 1)}
	o.freed.L = &o.mu
	return o
}

// push adds a frame and says whether there is room for more.
func (o *outbox) push(i item) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || o.ending {
		return false
	}
	o.items = append(o.items, i)
	o.size += len(i.head) + len(i.body) + len(end)
	o.stir()
	if o.size >= outboxFull {
		o.wanted = true
		return false
	}
	return true
}

func (o *outbox) stir() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// waitRoom waits until there is room or nobody writes any more.
func (o *outbox) waitRoom() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.size >= outboxFull && !o.closed {
		o.freed.Wait()
	}
}

// finish lets what is there be written and takes no more.
func (o *outbox) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ending = true
	o.stir()
}

// close drops what was not written.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.items = nil
	o.freed.Broadcast()
	o.stir()
}

// next takes all that is to be written; over says that nothing will follow.
func (o *outbox) next() (batch []item, over bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch, o.items = o.items, nil
	return batch, o.closed || o.ending
}

// written makes room.
func (o *outbox) written(batch []item) {
	o.mu.Lock()
	for _, i := range batch {
		o.size -= len(i.head) + len(i.body) + len(end)
	}
	tell := o.wanted && o.size < outboxFull
	if tell {
		o.wanted = false
	}
	o.freed.Broadcast()
	o.mu.Unlock()
	for _, i := range batch {
		if i.done != nil {
			i.done()
		}
	}
	if tell {
		o.room()
	}
}

// run writes until the outbox is closed or finished, or the socket breaks. When
// nothing is said for as long as beat tells, it sends a heart-beat.
func (o *outbox) run(c net.Conn, beat <-chan time.Duration) error {
	w := bufio.NewWriterSize(c, 32<<10)
	var every time.Duration
	quiet := time.NewTimer(time.Hour)
	defer quiet.Stop()
	for {
		batch, over := o.next()
		if over {
			_ = c.SetWriteDeadline(time.Now().Add(lastWords))
		}
		if err := writeAll(w, batch); err != nil {
			return err
		}
		o.written(batch)
		if over {
			return nil
		}
		if len(batch) > 0 && every > 0 {
			quiet.Reset(every)
		}
		select {
		case <-o.wake:
		case every = <-beat:
			quiet.Reset(every)
		case <-quiet.C:
			if every > 0 {
				_ = w.WriteByte('\n') // what is wrong is said by the flush that follows
				if err := w.Flush(); err != nil {
					return err
				}
				quiet.Reset(every)
			}
		}
	}
}

func writeAll(w *bufio.Writer, batch []item) error {
	for _, i := range batch { // a broken writer stays broken: Flush tells it
		_, _ = w.Write(i.head)
		_, _ = w.Write(i.body)
		_, _ = w.WriteString(end)
	}
	return w.Flush()
}
