package queue

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/go-stomp/stomp/v3/frame"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// stompSession is one connection to ActiveMQ. It speaks through go-stomp's
// frames, not through its connection, which sends one message after another.
type stompSession struct {
	activeMQ

	socket net.Conn
	out    chan []byte
	over   chan struct{}
	ending sync.Once
	done   sync.WaitGroup // reading and writing

	mu       sync.Mutex
	sent     uint64
	receipts map[string]chan *frame.Frame
	takers   map[string]func(*frame.Frame) // by the id of their subscription
	server   string                        // what the broker says of itself: "ActiveMQ/5.17.2"
}

// connect opens one connection, which stays gone when it breaks.
func (q activeMQ) connect(ctx context.Context, d *dialer, addr string) (session, error) {
	socket, err := d.Dial("tcp", addr)
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	s := &stompSession{
		activeMQ: q, socket: socket, out: make(chan []byte, 64), over: make(chan struct{}),
		receipts: map[string]chan *frame.Frame{}, takers: map[string]func(*frame.Frame){},
	}
	in := frame.NewReader(socket)
	if err := s.greet(ctx, in); err != nil {
		_ = socket.Close()
		return nil, unreachable(ctx, err)
	}
	s.done.Go(func() { s.read(in) }) // both end with the connection
	s.done.Go(s.write)
	return s, nil
}

// greet says CONNECT and waits for CONNECTED. A broker that hears nothing for as
// long as our patience gives what is in hand to others.
func (s *stompSession) greet(ctx context.Context, in *frame.Reader) error {
	_ = s.socket.SetDeadline(time.Now().Add(greeting))
	stop := context.AfterFunc(ctx, func() { _ = s.socket.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := s.socket.Write(s.hello()); err != nil {
		return err
	}
	f, err := in.Read()
	switch {
	case err != nil:
		return err
	case f != nil && f.Command == frame.ERROR && s.Prefix != "":
		return refuses("activemq", f.Header.Get(frame.Message))
	case f == nil || f.Command != frame.CONNECTED:
		return sim.Errorf(sim.Unavailable, "activemq: %s", complaintIn(f))
	case !stop():
		return ctx.Err()
	}
	s.server = f.Header.Get(frame.Server)
	return s.socket.SetDeadline(time.Time{})
}

// hello is a CONNECT. In this frame alone nothing is escaped.
func (q activeMQ) hello() []byte {
	text := fmt.Sprintf("CONNECT\naccept-version:1.2\nhost:activemq\nheart-beat:%d,0\n", patience.Milliseconds())
	if user, password := q.login("", ""); user != "" {
		text += "login:" + oneLine(user) + "\npasscode:" + oneLine(password) + "\n"
	}
	return []byte(text + "\n\x00")
}

// oneLine is what of a text a header can say that escapes nothing.
func oneLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.Trim(line, "\r\x00")
}

// version implements knower.
func (s *stompSession) version(context.Context) (string, error) {
	_, v, _ := strings.Cut(s.server, "/")
	return v, nil
}

// complaintIn is what an ERROR says.
func complaintIn(f *frame.Frame) string {
	if f == nil {
		return "it says nothing"
	}
	return share.Visible(f.Header.Get(frame.Message))
}

// end ends the connection once; whoever waits hears of it.
func (s *stompSession) end() {
	s.ending.Do(func() {
		close(s.over)
		_ = s.socket.Close()
	})
}

func (s *stompSession) gone() <-chan struct{} { return s.over }

func (s *stompSession) close() {
	s.end()
	s.done.Wait()
}

// read hands out what comes, until the connection ends.
func (s *stompSession) read(in *frame.Reader) {
	defer s.end()
	for {
		f, err := in.Read()
		if err != nil {
			return
		}
		if f != nil {
			s.came(f)
		}
	}
}

// came hands one frame to whoever waits for it. An ERROR without a receipt is
// about what nobody waits for; when it is the end, the broker closes the
// connection.
func (s *stompSession) came(f *frame.Frame) {
	s.mu.Lock()
	waits, take := s.receipts[f.Header.Get(frame.ReceiptId)], s.takers[f.Header.Get(frame.Subscription)]
	delete(s.receipts, f.Header.Get(frame.ReceiptId))
	s.mu.Unlock()
	switch {
	case f.Command == frame.MESSAGE && take != nil:
		take(f)
	case f.Command != frame.MESSAGE && waits != nil:
		waits <- f
	}
}

// write writes what is said, until the connection ends. A heart-beat goes out
// when nothing else did for a while.
func (s *stompSession) write() {
	defer s.end()
	quiet := time.NewTicker(heartbeat)
	defer quiet.Stop()
	for {
		said := []byte{'\n'}
		select {
		case said = <-s.out:
			quiet.Reset(heartbeat)
		case <-quiet.C:
		case <-s.over:
			return
		}
		if _, err := s.socket.Write(said); err != nil {
			return
		}
	}
}

// say gives a frame to be written and does not wait for an answer.
func (s *stompSession) say(ctx context.Context, raw []byte) error {
	select {
	case s.out <- raw:
		return nil
	case <-s.over:
		return errGone()
	case <-ctx.Done():
		return sim.AsError(ctx.Err())
	}
}

// ask says a frame and waits for its receipt.
func (s *stompSession) ask(ctx context.Context, f *frame.Frame) (traffic, error) {
	receipt, id := make(chan *frame.Frame, 1), s.nextID()
	s.mu.Lock()
	s.receipts[id] = receipt
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.receipts, id)
		s.mu.Unlock()
	}()
	f.Header.Add(frame.Receipt, id)
	raw := encode(f)
	crossed := traffic{out: int64(len(raw))}
	if err := s.say(ctx, raw); err != nil {
		return traffic{}, err
	}
	select {
	case r := <-receipt:
		crossed.in = sizeOf(r)
		return crossed, refusalIn(r)
	case <-s.over:
		return crossed, errGone()
	case <-ctx.Done():
		return crossed, sim.AsError(ctx.Err())
	}
}

// refusalIn reads a receipt: nil when what was said is done.
func refusalIn(f *frame.Frame) error {
	if f.Command == frame.RECEIPT {
		return nil
	}
	code := sim.Unavailable
	if text := f.Header.Get(frame.Message); strings.Contains(text, "Limit") || strings.Contains(text, "full") {
		code = sim.Exhausted
	}
	return sim.Errorf(code, "activemq: %s", complaintIn(f))
}

// flush waits until the broker has done all that was said so far: it does one
// thing after another.
func (s *stompSession) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), greeting)
	defer cancel()
	f := frame.New(frame.BEGIN, frame.Transaction, "flush")
	if _, err := s.ask(ctx, f); err == nil {
		_ = s.say(ctx, encode(frame.New(frame.ABORT, frame.Transaction, "flush")))
	}
}

func (s *stompSession) place(a address) string { return s.destination(a) }

func (s *stompSession) send(ctx context.Context, to string, p parcel) (traffic, error) {
	f := sendFrame(to, p)
	f.Header.Add("persistent", "true")
	return s.ask(ctx, f)
}

// hand sends to a temporary queue, where nothing is stored.
func (s *stompSession) hand(to string, p parcel) error {
	ctx, cancel := context.WithTimeout(context.Background(), greeting)
	defer cancel()
	return s.say(ctx, encode(sendFrame(to, p)))
}

// inbox is a temporary queue of this connection. Others see another name, which
// the broker writes into reply-to.
func (s *stompSession) inbox(answer func(parcel)) (string, error) {
	const at = "/temp-queue/answers"
	_, err := s.subscribe(context.Background(), at, "auto", 0, func(f *frame.Frame) { answer(parcelIn(f)) })
	return at, err
}

// declare makes a queue by subscribing to it for a moment. A topic needs nothing.
func (s *stompSession) declare(ctx context.Context, a address) error {
	if a.topic != "" && a.group == "" {
		return nil
	}
	return s.touch(ctx, a)
}

// drop implements leaver. STOMP has no word to remove a queue: ours understands
// the header, while ActiveMQ lets the queue stay until somebody removes it there.
func (s *stompSession) drop(ctx context.Context, a address) error {
	return s.touch(ctx, a, "remove-destination", "true")
}

// remove implements cleaner: it takes what still lies in the queue, and then
// removes it where the broker lets us.
func (s *stompSession) remove(ctx context.Context, a address) error {
	if a.topic != "" && a.group == "" {
		return nil
	}
	came := make(chan struct{}, 1)
	id, err := s.subscribe(ctx, s.destination(a), "auto", 0, func(*frame.Frame) {
		select {
		case came <- struct{}{}:
		default:
		}
	})
	for more := err == nil; more; {
		select {
		case <-came:
		case <-time.After(again):
			more = false
		case <-ctx.Done():
			return sim.AsError(ctx.Err())
		}
	}
	if err == nil {
		_, err = s.ask(ctx, frame.New(frame.UNSUBSCRIBE, frame.Id, id, "remove-destination", "true"))
	}
	return err
}

// touch subscribes to a queue, with a prefetch of 0 so that nothing is handed
// out, and unsubscribes.
func (s *stompSession) touch(ctx context.Context, a address, with ...string) error {
	id := s.nextID()
	f := frame.New(frame.SUBSCRIBE, frame.Id, id, frame.Destination, s.destination(a), "activemq.prefetchSize", "0")
	if _, err := s.ask(ctx, f); err != nil {
		return err
	}
	_, err := s.ask(ctx, frame.New(frame.UNSUBSCRIBE, append(with, frame.Id, id)...))
	return err
}

func (s *stompSession) nextID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent++
	return itoa(int(s.sent))
}
