package kafka

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// guard is a connection as a broker sees it. A request is four bytes of size and
// then a header that begins with the key of its kind:
//
//	| size 4 | key 2 | version 2 | correlation id 4 | … |
//
// The cluster believes size and key; so a guard reads them first, and ends a
// connection that announces too much or something that is no request. It translates
// errors that the version of a request does not have.
//
// It has left when it is closed and no call of the cluster is inside any more: the
// cluster reads in goroutines of their own, which it does not wait for.
type guard struct {
	net.Conn
	named *atomic.Bool // set when a request may make or remove a name
	left  func(*guard) // called once

	mu     sync.Mutex
	closed bool
	calls  int // reads and writes that have not returned
	gone   bool

	older map[uint32]version // requests that await an answer in an older version, by correlation id

	head [12]byte // of the request that arrives
	have int      // bytes of head that have arrived
	rest int      // bytes of the request that come after head
}

// Bounds of one request: at least its header, at most about what brokers take
// by default (socket.request.max.bytes is 100 MiB; one batch is 1 MiB).
const (
	minRequest = 8 // what head has after the size
	maxRequest = 8 << 20
)

var (
	errSize = errors.New("this is not Kafka's protocol, or too much of it at once")
	errKey  = errors.New("there is no such request")
)

// Read implements [net.Conn].
func (g *guard) Read(b []byte) (int, error) {
	g.enter()
	defer g.leave()
	n, err := g.Conn.Read(b)
	if wrong := g.check(b[:n]); wrong != nil {
		return 0, wrong
	}
	return n, err
}

// Write implements [net.Conn].
func (g *guard) Write(b []byte) (int, error) {
	g.enter()
	defer g.leave()
	if _, err := g.Conn.Write(g.translate(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (g *guard) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls++
}

func (g *guard) leave() {
	g.mu.Lock()
	g.calls--
	g.mu.Unlock()
	g.leaveLast()
}

// leaveLast says that the connection has left, once nobody is inside.
func (g *guard) leaveLast() {
	g.mu.Lock()
	last := g.closed && g.calls == 0 && !g.gone
	g.gone = g.gone || last
	g.mu.Unlock()
	if last {
		g.left(g)
	}
}

// check follows the requests through the bytes that arrive.
func (g *guard) check(b []byte) error {
	for len(b) > 0 {
		if g.rest > 0 {
			skip := min(g.rest, len(b))
			g.rest -= skip
			b = b[skip:]
			continue
		}
		g.head[g.have] = b[0]
		b = b[1:]
		g.have++
		switch g.have {
		case 4:
			if size := binary.BigEndian.Uint32(g.head[:]); size < minRequest || size > maxRequest {
				return errSize
			}
		case 6:
			key := int16(binary.BigEndian.Uint16(g.head[4:]))
			if kmsg.RequestForKey(key) == nil {
				return errKey
			}
			if naming(kmsg.Key(key)) {
				g.named.Store(true)
			}
		case len(g.head):
			g.expect(version{int16(binary.BigEndian.Uint16(g.head[4:])), int16(binary.BigEndian.Uint16(g.head[6:]))}, binary.BigEndian.Uint32(g.head[8:]))
			g.rest = int(binary.BigEndian.Uint32(g.head[:])) - minRequest
			g.have = 0
		}
	}
	return nil
}

// naming reports whether a request may make or remove a topic or a group.
func naming(k kmsg.Key) bool {
	switch k {
	case kmsg.Metadata, kmsg.CreateTopics, kmsg.DeleteTopics, kmsg.JoinGroup, kmsg.ConsumerGroupHeartbeat, kmsg.DeleteGroups:
		return true
	default:
		return false
	}
}

// Close implements [net.Conn]. The cluster calls it, more than once.
func (g *guard) Close() error {
	err := g.Conn.Close()
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.leaveLast()
	return err
}
