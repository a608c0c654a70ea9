package stomp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/embedded/stomp"
)

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:61613", ":61613", "localhost", "127.0.0.1:x", taken.Addr().String()} {
		if s, err := stomp.Start(t.Context(), stomp.Options{Addr: addr}); err == nil {
			t.Errorf("%q was served", addr)
			_ = s.Close()
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := stomp.Start(ended, stomp.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v, %v", s, err)
	}
}

// Bytes as a person with telnet would see them.
func TestByHand(t *testing.T) {
	s := start(t, stomp.Options{})
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(soon))
	for _, step := range []struct{ say, hear string }{
		{"CONNECT\r\naccept-version:1.2\r\nhost:me\r\nclient-id:me\r\n\r\n\x00\r\n", "CONNECTED\nserver:ActiveMQ/5.17.2 (embedded)\nheart-beat:0,0\nsession:me\nversion:1.2\n\n\x00\n"},
		{"\n\nSUBSCRIBE\nid:1\ndestination:/queue/a\nreceipt:r:1\n\n\x00", "RECEIPT\nreceipt-id:r\\c1\n\n\x00\n"},
		{"SEND\ndestination:/queue/a\ntimestamp:5\nmessage-id:x\n\nhello\x00", "MESSAGE\nsubscription:1\ndestination:/queue/a\nmessage-id:*\nexpires:0\npriority:4\ntimestamp:5\n\nhello\x00\n"},
		{"BEGIN\n\n\x00", "ERROR\ncontent-type:text/plain\nmessage:Must specify the transaction you are beginning\n\norg.apache.activemq.transport.stomp.ProtocolException: Must specify the transaction you are beginning\n\x00\n"},
		{"DISCONNECT\nreceipt:2\n\n\x00", "RECEIPT\nreceipt-id:2\n\n\x00\n"},
	} {
		if _, err := io.WriteString(c, step.say); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.hear, hear(t, c)); diff != "" {
			t.Errorf("%q:\n%s", step.say, diff)
		}
	}
	if n, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("after DISCONNECT: %d bytes, %v", n, err)
	}
}

// hear reads one frame as it is. The id of a message is another each time.
func hear(t *testing.T, c net.Conn) string {
	t.Helper()
	var all []byte
	for one := make([]byte, 1); !strings.HasSuffix(string(all), "\x00\n"); {
		if _, err := c.Read(one); err != nil {
			t.Fatalf("after %q: %v", all, err)
		}
		all = append(all, one...)
	}
	lines := strings.Split(string(all), "\n")
	for i := range lines {
		if strings.HasPrefix(lines[i], "message-id:") {
			lines[i] = "message-id:*"
		}
	}
	return strings.Join(lines, "\n")
}

// What is persistent is there when the broker comes back, also for a durable
// subscription; the rest is gone.
func TestWhatIsPersistentIsKept(t *testing.T) {
	dir := t.TempDir()
	s := start(t, stomp.Options{Dir: dir})
	play(t, s.Addr(), `
		a> CONNECT | accept-version:1.2 | client-id:me
		a< CONNECTED
		a> SUBSCRIBE | id:d | destination:/topic/news | activemq.subscriptionName:n | selector:kind = 'good' | receipt:0
		a< RECEIPT
		a> SUBSCRIBE | id:v | destination:/queue/Consumer.A.VirtualTopic.t | receipt:1
		a< RECEIPT
		a> DISCONNECT | receipt:2
		a< RECEIPT
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SEND | destination:/queue/q | persistent:true | k:a\nb || kept
		b> SEND | destination:/queue/q || lost
		b> SEND | destination:/topic/news | persistent:true | kind:bad || no
		b> SEND | destination:/topic/news | persistent:true | kind:good || news
		b> SEND | destination:/queue/q | persistent:true | receipt:3 || kept, too
		b< RECEIPT`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	play(t, start(t, stomp.Options{Dir: dir}).Addr(), `
		a> CONNECT | accept-version:1.2 | client-id:me
		a< CONNECTED
		a> SUBSCRIBE | id:q | destination:/queue/q
		a< MESSAGE | persistent:true | destination:/queue/q || kept
		a< MESSAGE || kept, too
		a> SUBSCRIBE | id:d | destination:/topic/news | activemq.subscriptionName:n | selector:kind = 'good'
		a< MESSAGE | destination:/topic/news || news
		a> SEND | destination:/topic/VirtualTopic.t || virtual
		a> SUBSCRIBE | id:v | destination:/queue/Consumer.A.VirtualTopic.t
		a< MESSAGE || virtual`)
}

func TestDeadLettersAreShown(t *testing.T) {
	s := start(t, stomp.Options{})
	play(t, s.Addr(), `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/other | persistent:true | expires:{-5} || late
		a> SEND | destination:/queue/work | persistent:true | k:v || poison
		a> SUBSCRIBE | id:o | destination:/queue/other
		a> SUBSCRIBE | id:w | destination:/queue/work | ack:client
		a< MESSAGE | ack:$ack || poison
		a> NACK | id:$ack | receipt:1
		a< RECEIPT
		a> SUBSCRIBE | id:b | destination:/queue/ActiveMQ.DLQ | browser:true
		a< MESSAGE | original-destination:/queue/other | JMSXDeliveryCount:0 || late
		a< MESSAGE | original-destination:/queue/work | JMSXDeliveryCount:1 | k:v | !dlqDeliveryFailureCause || poison
		a< MESSAGE | browser:end
		a> SUBSCRIBE | id:d | destination:/queue/ActiveMQ.DLQ | ack:client
		a< MESSAGE || late
		a< MESSAGE || poison
		a> DISCONNECT | receipt:2
		a< RECEIPT`)
}

func TestWhoMayComeIn(t *testing.T) {
	s := start(t, stomp.Options{Users: map[string]string{"me": "secret"}, NeedLogin: true})
	play(t, s.Addr(), `
		a> CONNECT | accept-version:1.2
		a< ERROR | message:User name [] or password is invalid.
		a.
		b> CONNECT | login:admin | passcode:admin
		b< ERROR
		b.
		c> CONNECT | login:me | passcode:secret
		c< CONNECTED`)
}

func TestTooManyConnections(t *testing.T) {
	play(t, start(t, stomp.Options{MaxConns: 1}).Addr(), `
		a> CONNECT
		a< CONNECTED
		b< ERROR | message:Exceeded the maximum number of allowed client connections: 1
		b.
		a> DISCONNECT | receipt:1
		a< RECEIPT`)
}

// A client that promised to be heard and is not is dropped, and what it had in
// hand goes to another.
func TestASilentClientIsDropped(t *testing.T) {
	play(t, start(t, stomp.Options{}).Addr(), `
		a> CONNECT | accept-version:1.2 | heart-beat:100,100
		a< CONNECTED | heart-beat:100,100
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client
		a> SEND | destination:/queue/{} || x
		a< MESSAGE | !redelivered || x
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SUBSCRIBE | id:s | destination:/queue/{}
		b< MESSAGE | redelivered:true || x
		a.`)
}

// A client that never reads costs no more than its outbox, and the others none.
func TestAClientThatNeverReads(t *testing.T) {
	const size, count = 64 << 10, 400
	moves := make(chan queue.Move, 10_000)
	s := start(t, stomp.Options{Observe: func(m queue.Move) {
		if m.What == queue.Taken {
			moves <- m
		}
	}})
	deaf := dial(t, s.Addr())
	defer deaf.Close()
	if _, err := io.WriteString(deaf, "CONNECT\naccept-version:1.2\n\n\x00SUBSCRIBE\nid:1\ndestination:/queue/q\n\n\x00"); err != nil {
		t.Fatal(err)
	}
	for range 2000 { // it asks, and does not read the answers either
		if _, err := io.WriteString(deaf, "BEGIN\nreceipt:1\n\n\x00"); err != nil {
			t.Fatal(err)
		}
	}
	c := dial(t, s.Addr())
	defer c.Close()
	if _, err := io.WriteString(c, "CONNECT\naccept-version:1.2\n\n\x00"); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("x", size)
	for i := range count {
		if _, err := fmt.Fprintf(c, "SEND\ndestination:/queue/q\nreceipt:%d\n\n%s\x00", i, body); err != nil {
			t.Fatal(err)
		}
	}
	for range count + 1 {
		if f, err := c.read(); err != nil || f.Command == "ERROR" {
			t.Fatalf("%v %v", f, err)
		}
	}
	// outbox and the buffers of two sockets
	if n := len(moves); n > (8<<20)/size {
		t.Errorf("%d of %d messages were handed to a client that does not read", n, count)
	}
	_ = deaf.Close()
	if _, err := io.WriteString(c, "SUBSCRIBE\nid:1\ndestination:/queue/q\n\n\x00"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if f, err := c.read(); err != nil || f.Command != "MESSAGE" {
			t.Fatalf("%v %v", f, err)
		}
	}
}

func TestBounds(t *testing.T) {
	addr := start(t, stomp.Options{MaxBody: 1000}).Addr()
	for name, tt := range map[string]struct{ say, message string }{
		"command":     {strings.Repeat("X", 2000) + "\n", "The maximum command length was exceeded"},
		"header":      {"SEND\nh:" + strings.Repeat("x", 11_000) + "\n\n\x00", "The maximum header length was exceeded"},
		"headers":     {"SEND\n" + strings.Repeat("h:x\n", 1001) + "\n\x00", "The maximum number of headers was exceeded"},
		"all headers": {"SEND\n" + strings.Repeat("h:"+strings.Repeat("x", 10_000)+"\n", 30) + "\n\x00", "The maximum length of all headers was exceeded"},
		"body":        {"SEND\ndestination:/queue/a\n\n" + strings.Repeat("x", 10_000) + "\x00", "The maximum data length was exceeded"},
		"length":      {"SEND\ndestination:/queue/a\ncontent-length:1001\n\nx\x00", "The maximum data length was exceeded"},
		"names":       {"SEND\ndestination:" + strings.Repeat("a,", 64) + "a\n\nx\x00", "65 destinations are too many, 64 are the most"},
		"cron":        {"SEND\ndestination:a\nAMQ_SCHEDULED_CRON:* * * * *\n\nx\x00", "AMQ_SCHEDULED_CRON is not supported here, only AMQ_SCHEDULED_DELAY"},
		"exclusive":   {"SUBSCRIBE\nid:1\ndestination:a\nactivemq.exclusive:true\n\n\x00", "activemq.exclusive is not supported here"},
		"clash":       {"SEND\ndestination:topic://a\n\nx\x00", "topic://a cannot be the name of a destination here"},
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, addr)
			defer c.Close()
			if _, err := io.WriteString(c, "CONNECT\naccept-version:1.2\n\n\x00"+tt.say); err != nil {
				t.Fatal(err)
			}
			if f, err := c.read(); err != nil || f.Command != "CONNECTED" {
				t.Fatalf("%v %v", f, err)
			}
			f, err := c.read()
			if err != nil || f.Command != "ERROR" || f.Header.Get("message") != tt.message {
				t.Errorf("got %v, %v", f, err)
			}
		})
	}
}

// Another author's client, of another language.
func TestPython(t *testing.T) {
	const python = "/usr/bin/python3"
	if out, err := exec.Command(python, "-c", "import stomp").CombinedOutput(); err != nil {
		t.Skipf("python3-stomp is not installed: %s", out)
	}
	s := start(t, stomp.Options{})
	_, port, _ := net.SplitHostPort(s.Addr())
	program := filepath.Join(t.TempDir(), "client.py")
	if err := os.WriteFile(program, []byte(pythonClient), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, python, program, port).CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "all is well\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

const pythonClient = `
import queue, sys, stomp

class Listener(stomp.ConnectionListener):
    def __init__(self): self.got = queue.Queue()
    def on_message(self, f): self.got.put(f)
    def on_error(self, f): self.got.put(f)
    def on_receipt(self, f): self.got.put(f)

for kind in (stomp.Connection10, stomp.Connection11, stomp.Connection12):
    here = [("127.0.0.1", int(sys.argv[1]))]
    c = kind(here) if kind is stomp.Connection10 else kind(here, heartbeats=(1000, 1000))
    l = Listener(); c.set_listener("", l)
    c.connect("admin", "admin", wait=True)
    c.subscribe("/queue/py", id="1", ack="client")
    value = "a:b" if kind is stomp.Connection10 else "a:b\\c" # 1.0 has no escapes
    c.send("/queue/py", "grüße: a\\b", headers={"k": value})
    f = l.got.get(timeout=10)
    assert f.cmd == "MESSAGE" and f.body == "grüße: a\\b" and f.headers["k"] == value, (f.cmd, f.headers, f.body)
    if kind is stomp.Connection12: c.ack(f.headers["ack"], receipt="r")
    elif kind is stomp.Connection11: c.ack(f.headers["message-id"], "1", receipt="r")
    else: c.ack(f.headers["message-id"], receipt="r")
    f = l.got.get(timeout=10)
    assert f.cmd == "RECEIPT" and f.headers["receipt-id"] == "r", (f.cmd, f.headers, f.body)
    c.disconnect()
print("all is well")
`
