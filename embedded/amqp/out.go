package amqp

import (
	"net"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// Bounds of what a connection has still to write.
const (
	maxUnsent = 1 << 20          // bytes, beyond which consumers and requests wait
	patience  = 15 * time.Second // for a client to take what is written; RabbitMQ: send_timeout
	farewell  = 250 * time.Millisecond
)

// outbox is what a connection has still to write. Many put into it; one writes.
type outbox struct {
	mu      sync.Mutex
	room    sync.Cond
	w       wire.Writer
	closed  bool
	hurry   bool          // the connection is to end soon
	stalled []*consumer   // those that wait for room
	wake    chan struct{} // something is there
	gone    chan struct{} // closed with closed
}

func newOutbox() *outbox {
	o := &outbox{wake: make(chan struct{}, 1), gone: make(chan struct{})}
	o.room.L = &o.mu
	return o
}

// put calls write to append whole frames. Nothing is appended after shut.
func (o *outbox) put(write func(w *wire.Writer)) {
	o.mu.Lock()
	if !o.closed {
		write(&o.w)
	}
	o.mu.Unlock()
	o.ring()
}

func (o *outbox) ring() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// method puts one method frame.
func (o *outbox) method(channel uint16, class, method uint16, args func(w *wire.Writer)) {
	o.put(func(w *wire.Writer) {
		at := w.Begin(wire.FrameMethod, channel)
		w.U16(class).U16(method)
		if args != nil {
			args(w)
		}
		w.End(at)
	})
}

// full reports whether there is no room.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.w.B) >= maxUnsent
}

// stall reports whether there is no room; k is resumed when there is some again.
func (o *outbox) stall(k *consumer) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.w.B) < maxUnsent || o.closed {
		return false
	}
	o.stalled = append(o.stalled, k)
	return true
}

// await returns when there is room, or none will ever be.
func (o *outbox) await() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.w.B) >= maxUnsent && !o.closed {
		o.room.Wait()
	}
}

// take takes what is to be written, in exchange for an empty buffer.
func (o *outbox) take(empty []byte) (full []byte, resumed []*consumer, last bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	full, o.w.B = o.w.B, empty[:0]
	resumed, o.stalled = o.stalled, nil
	o.room.Broadcast()
	return full, resumed, o.closed
}

// deadline is when a client must have taken what is written now.
func (o *outbox) deadline(nc net.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	after := patience
	if o.hurry {
		after = farewell
	}
	_ = nc.SetWriteDeadline(time.Now().Add(after)) // a closed connection says so at the write
}

// shut lets nothing more in; what is there is still written.
func (o *outbox) shut() {
	o.mu.Lock()
	if !o.closed {
		o.closed = true
		close(o.gone)
	}
	o.room.Broadcast()
	o.mu.Unlock()
	o.ring()
}

// write writes to nc until shut, and closes it. beat is how often something is
// said, if only that nothing is new; 0 = never. It ends with shut, or when the
// client is gone.
func (o *outbox) write(nc net.Conn, beat <-chan time.Duration) {
	defer nc.Close()
	defer o.shut()
	var buf []byte
	tick := new(time.Ticker)
	defer func() {
		if tick.C != nil {
			tick.Stop()
		}
	}()
	for quiet := false; ; {
		select {
		case <-o.wake:
			quiet = false
		case every := <-beat:
			tick = time.NewTicker(every) // one at most: a connection is tuned once
			continue
		case <-tick.C:
			if quiet {
				o.put(func(w *wire.Writer) { w.Frame(wire.FrameHeartbeat, 0, nil) })
			}
			quiet = true
			continue
		}
		full, resumed, last := o.take(buf)
		o.deadline(nc)
		if _, err := nc.Write(full); err != nil {
			return
		}
		if last {
			return
		}
		if buf = full; cap(buf) > 2*maxUnsent {
			buf = nil
		}
		for _, k := range resumed {
			k.resume()
		}
	}
}

// hangUp ends the connection soon, also one whose client takes nothing.
func (o *outbox) hangUp(nc net.Conn) {
	o.mu.Lock()
	o.hurry = true
	_ = nc.SetWriteDeadline(time.Now().Add(farewell)) // a closed connection needs none
	o.mu.Unlock()
	o.shut()
}
