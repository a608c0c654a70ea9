package stomp_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/embedded/stomp"
)

// What waits for a COMMIT is bounded for a connection, in all its transactions,
// and there is room again when one of them has ended.
func TestOpenTransactions(t *testing.T) {
	const most = 10_000
	c := dial(t, start(t, stomp.Options{}).Addr())
	defer c.Close()
	var say strings.Builder
	say.WriteString("CONNECT\naccept-version:1.2\n\n\x00BEGIN\ntransaction:a\n\n\x00BEGIN\ntransaction:b\n\n\x00")
	send := func(tx string, n int) {
		for range n {
			fmt.Fprintf(&say, "SEND\ndestination:/queue/q\ntransaction:%s\n\nx\x00", tx)
		}
	}
	send("a", most/2)
	send("b", most/2+1)
	say.WriteString("ABORT\ntransaction:a\n\n\x00")
	send("b", 1)
	say.WriteString("COMMIT\ntransaction:b\nreceipt:r\n\n\x00")
	go func() { _, _ = io.WriteString(c, say.String()) }()
	var got []string
	for len(got) < 3 {
		f, err := c.read()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f.Command+f.Header.Get("message"))
	}
	want := "CONNECTED; ERRORthe open transactions of this connection are too big: 10000 messages with 67108864 bytes are the most; RECEIPT"
	if all := strings.Join(got, "; "); all != want {
		t.Errorf("got %s, want %s", all, want)
	}
}

// What expired while the broker was away is among the dead letters when it is
// back, also when that was found before anything else was ready.
func TestWhatExpiredMeanwhile(t *testing.T) {
	dir := t.TempDir()
	e, err := queue.Open(queue.Options{Dir: dir, Now: func() time.Time { return time.Now().Add(-time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	q, _, err := e.Declare("q", queue.Settings{Durable: true})
	if err == nil {
		_, err = q.Put(queue.Message{Props: []byte("destination:/queue/q\nmessage-id:1\n"), TTL: time.Second, Persistent: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	dead := make(chan struct{}, 100)
	s := start(t, stomp.Options{Dir: dir, Observe: func(m queue.Move) {
		if m.Queue == stomp.DeadQueue && m.What == queue.Depth && m.Ready == 1 {
			dead <- struct{}{}
		}
	}})
	select {
	case <-dead:
	case <-time.After(soon):
		t.Fatal("it is not among the dead letters")
	}
	play(t, s.Addr(), `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:b | destination:/queue/ActiveMQ.DLQ | browser:true
		a< MESSAGE | original-destination:/queue/q | message-id:1
		a< MESSAGE | browser:end`)
}

// pipes is a listener whose clients are in the same bubble of time.
type pipes struct {
	clients chan net.Conn
	closed  chan struct{}
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (p *pipes) Close() error   { close(p.closed); return nil }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.clients:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// A client may take its time to say CONNECT, but not for ever: line ends, which are
// heart-beats, count for nothing.
func TestSlowIntroduction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{make(chan net.Conn), make(chan struct{})}
		start(t, stomp.Options{Listen: func(string) (net.Listener, error) { return p, nil }})
		c, theirs := net.Pipe()
		defer c.Close()
		p.clients <- theirs
		began := time.Now()
		gone := make(chan time.Duration)
		go func() {
			_, _ = io.Copy(io.Discard, c)
			gone <- time.Since(began)
		}()
		for range 10 {
			time.Sleep(9 * time.Second)
			if _, err := io.WriteString(c, "\n"); err != nil {
				break
			}
		}
		if served := <-gone; served > 33*time.Second {
			t.Errorf("it was served for %v", served)
		}
	})
}
