package stomp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// conn is one client. One goroutine reads and does what the client says, one
// writes, and the engine's hands messages out.
type conn struct {
	s      *Server
	net    net.Conn
	out    *outbox
	beat   chan time.Duration // how often the client wants to hear something
	by     time.Time          // by when it must have said CONNECT; zero = it has
	silent time.Duration      // how long it may say nothing then; 0 = for ever
	in     decoder
	id     string
	holder *queue.Holder

	// Only the reader uses these.
	connected bool
	clientID  string
	messages  int               // sent
	temps     map[string]dest   // by the client's own name for them
	txs       map[string]*trans // open
	receipts  []string          // to be sent when all is stored

	mu    sync.Mutex
	names map[string]string        // of temporary destinations: the client's own, by that in the broker
	subs  []*subscription          // in the order of their SUBSCRIBE
	byID  map[string]*subscription // the last one of each id
	hand  map[string]*held         // by the id of their acknowledgement
	over  bool
}

// greeting is how long a client may take to say CONNECT.
const greeting = 30 * time.Second

func newConn(s *Server, socket net.Conn, n int) *conn {
	c := &conn{
		s: s, net: socket, id: fmt.Sprintf("%s1:%d", s.id, n), beat: make(chan time.Duration, 1), by: time.Now().Add(greeting),
		holder: s.engine.Hold(), temps: map[string]dest{}, txs: map[string]*trans{},
		names: map[string]string{}, byID: map[string]*subscription{}, hand: map[string]*held{},
	}
	c.out = newOutbox(c.resume)
	c.in = decoder{r: bufio.NewReader(listener{c}), maxBody: s.o.MaxBody}
	return c
}

// listener reads from the socket of a client that must not take too long.
type listener struct{ c *conn }

func (l listener) Read(p []byte) (int, error) {
	by := l.c.by
	if l.c.silent > 0 {
		by = time.Now().Add(l.c.silent)
	}
	if err := l.c.net.SetReadDeadline(by); err != nil {
		return 0, err
	}
	return l.c.net.Read(p)
}

// write tells the client what there is to tell, and then hangs up.
func (c *conn) write() {
	err := c.out.run(c.net, c.beat)
	c.out.close()
	if half, ok := c.net.(interface{ CloseWrite() error }); ok && err == nil {
		_ = half.CloseWrite() // its last words are not lost, whatever the client still says
		return
	}
	_ = c.net.Close()
}

// read does what the client says, until one of them has enough. Then everything
// that was the client's is given back.
func (c *conn) read() {
	for {
		f, err := c.in.next()
		if err == nil {
			err = c.do(f)
		}
		if err == nil && !c.in.more() {
			err = c.settleReceipts()
		}
		if err != nil && c.complain(err, f) {
			break
		}
		c.out.waitRoom()
	}
	c.end()
	c.out.finish()
	c.hearOut()
	_ = c.net.Close()
}

// hearOut lets the client read to the end before the socket is closed, which
// would throw away what it did not read.
func (c *conn) hearOut() {
	_ = c.net.SetReadDeadline(time.Now().Add(lastWords))
	_, _ = io.CopyN(io.Discard, c.net, 1<<20)
}

// complain tells the client what is wrong, and says whether that is the end.
func (c *conn) complain(err error, about frame) (last bool) {
	var why *complaint
	if !errors.As(err, &why) {
		return true // the connection is gone, or said DISCONNECT
	}
	if flushed := c.settleReceipts(); flushed != nil {
		return true
	}
	c.say(why.frame(about.headers))
	return why.fatal
}

// say sends a frame.
func (c *conn) say(f frame) {
	c.out.push(item{head: appendHead(nil, f, c.in.version), body: f.body})
}

// receipt promises that the client is told when what it said is stored.
func (c *conn) receipt(f frame) {
	if id, ok := f.headers.find("receipt"); ok {
		c.receipts = append(c.receipts, id)
	}
}

// manyReceipts is how many wait at most for each other.
const manyReceipts = 64

// settleReceipts stores everything and tells so.
func (c *conn) settleReceipts() error {
	if len(c.receipts) == 0 {
		return nil
	}
	if err := c.s.engine.Flush(); err != nil {
		return fatal("it cannot be stored: %v", err)
	}
	for _, id := range c.receipts {
		c.say(frame{command: "RECEIPT", headers: headers{{"receipt-id", id}}})
	}
	c.receipts = c.receipts[:0]
	return nil
}

// resume lets the engine hand out again.
func (c *conn) resume() {
	c.mu.Lock()
	var paused []*queue.Consuming
	for _, s := range c.subs {
		paused = append(paused, s.uses...)
	}
	c.mu.Unlock()
	for _, one := range paused {
		one.Resume()
	}
}

// end gives back all that is the client's: messages in hand go to others, what
// was sent in open transactions was never sent. A second one does nothing.
func (c *conn) end() {
	c.mu.Lock()
	c.over = true
	subs := c.subs
	c.subs = nil
	c.mu.Unlock()
	c.holder.Close()
	for _, s := range subs {
		c.s.routes.leave(s)
	}
	for _, d := range c.temps {
		c.s.routes.removeTemp(d)
	}
	c.temps = nil
	c.s.release(c)
}
