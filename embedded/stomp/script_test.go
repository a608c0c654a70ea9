package stomp_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-stomp/stomp/v3/frame"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/embedded/stomp"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	goleak.VerifyTestMain(m)
}

// soon is how long a test waits for what must come.
const soon = 10 * time.Second

// start starts a server for one test.
func start(t testing.TB, o stomp.Options) *stomp.Server {
	t.Helper()
	s, err := stomp.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// script is a conversation of a few clients with a broker, one line a frame:
//
//	a> SEND | destination:/queue/q | receipt:1 || body
//	a< RECEIPT | receipt-id:1
//
// says that client a sends the one and then gets the other. What it gets may have
// more headers than are named; !name says that it has not this one, name:~text
// that the value begins so, name:$x keeps the value for later lines. "a." says
// that the broker ends the connection, "a!" breaks it. In all lines {} is another
// word each time the script runs, {-N} the time N milliseconds ago.
type script struct {
	*testing.T
	addr    string
	word    string
	clients map[string]*client
	kept    map[string]string
}

type client struct {
	net.Conn
	frames *frame.Reader
}

var runs atomic.Int64

// play runs a script against a broker.
func play(t *testing.T, addr, lines string) {
	t.Helper()
	word := fmt.Sprintf("%x-%d-%d", time.Now().UnixNano(), os.Getpid(), runs.Add(1))
	s := &script{T: t, addr: addr, word: word, clients: map[string]*client{}, kept: map[string]string{}}
	defer func() {
		for _, c := range s.clients {
			_ = c.Close()
		}
	}()
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			s.line(line)
		}
	}
}

func (s *script) line(line string) {
	s.Helper()
	who, what := line[:1], line[1:2]
	c := s.client(who)
	text := s.fill(strings.TrimSpace(line[2:]))
	switch what {
	case ">":
		s.send(c, text)
	case "<":
		s.expect(line, c, text)
	case ".":
		for { // an ERROR that says why may come before
			if _, err := c.read(); err != nil {
				if !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
					s.Fatalf("%s: %v", line, err)
				}
				return
			}
		}
	case "!":
		_ = c.Close()
		delete(s.clients, who)
	default:
		s.Fatalf("what is %q?", line)
	}
}

// client is the one with this name, and connects it at first.
func (s *script) client(who string) *client {
	s.Helper()
	if c := s.clients[who]; c != nil {
		return c
	}
	c := dial(s, s.addr)
	s.clients[who] = c
	return c
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return &client{c, frame.NewReader(c)}
}

func (c *client) read() (*frame.Frame, error) {
	_ = c.SetReadDeadline(time.Now().Add(soon))
	for {
		if f, err := c.frames.Read(); f != nil || err != nil {
			return f, err
		}
	}
}

func (s *script) fill(text string) string {
	text = strings.ReplaceAll(text, "{}", s.word)
	for {
		i := strings.Index(text, "{-")
		if i < 0 {
			break
		}
		j := i + strings.IndexByte(text[i:], '}')
		ms, _ := strconv.ParseInt(text[i+2:j], 10, 64)
		text = text[:i] + strconv.FormatInt(time.Now().UnixMilli()-ms, 10) + text[j+1:]
	}
	return text
}

// send writes a frame as it stands, so it may be wrong.
func (s *script) send(c *client, text string) {
	s.Helper()
	head, body, _ := strings.Cut(text, " ||")
	for k, v := range s.kept {
		head = strings.ReplaceAll(head, "$"+k, v)
	}
	raw := strings.ReplaceAll(head, " | ", "\n") + "\n\n" + strings.TrimPrefix(body, " ") + "\x00\n"
	if _, err := io.WriteString(c, raw); err != nil {
		s.Fatalf("%s: %v", text, err)
	}
}

func (s *script) expect(line string, c *client, text string) {
	s.Helper()
	f, err := c.read()
	if err != nil {
		s.Fatalf("%s: %v", line, err)
	}
	head, body, hasBody := strings.Cut(text, " ||")
	parts := strings.Split(head, " | ")
	fail := func(why string) {
		s.Helper()
		s.Fatalf("%s\n%s in %s %v %q", line, why, f.Command, dump(f), f.Body)
	}
	if f.Command != parts[0] {
		fail("another command")
	}
	if hasBody && string(f.Body) != strings.TrimPrefix(body, " ") {
		fail("another body")
	}
	for _, want := range parts[1:] {
		key, value, _ := strings.Cut(want, ":")
		got, ok := f.Header.Contains(strings.TrimPrefix(key, "!"))
		switch {
		case strings.HasPrefix(key, "!") == ok:
			fail(want)
		case strings.HasPrefix(value, "$"):
			s.kept[value[1:]] = got
		case strings.HasPrefix(value, "~"):
			if !strings.HasPrefix(got, value[1:]) {
				fail(want)
			}
		case ok && got != value:
			fail(want)
		}
	}
}

func dump(f *frame.Frame) (all []string) {
	for i := range f.Header.Len() {
		k, v := f.Header.GetAt(i)
		all = append(all, k+":"+v)
	}
	return all
}

// brokers are those against which the tables run: ours, and a real ActiveMQ
// where MSC_SIM_ACTIVEMQ says its STOMP address. It needs the scheduler, the user
// admin with the password admin, and anonymous access.
func brokers(t *testing.T, each func(t *testing.T, addr string)) {
	t.Run("embedded", func(t *testing.T) { each(t, start(t, stomp.Options{}).Addr()) })
	if addr := os.Getenv("MSC_SIM_ACTIVEMQ"); addr != "" {
		t.Run("activemq", func(t *testing.T) { each(t, addr) })
	}
}
