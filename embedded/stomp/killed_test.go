package stomp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/embedded/stomp"
)

// childDir makes the test binary a broker with this directory, which another test
// kills.
const childDir = "STOMP_TEST_CHILD_DIR"

func child(dir string) {
	s, err := stomp.Start(context.Background(), stomp.Options{Dir: dir})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed, or its parent is gone
	os.Exit(0)
}

// A broker that is killed in the middle of everything still has each message
// whose receipt it had sent.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+dir)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	confirmed := sendUntil(t, strings.TrimSpace(addr), 500, c.Process)
	_ = c.Wait()

	s := start(t, stomp.Options{Dir: dir})
	back := dial(t, s.Addr())
	defer back.Close()
	if _, err := io.WriteString(back, "CONNECT\naccept-version:1.2\n\n\x00SUBSCRIBE\nid:1\ndestination:/queue/q\n\n\x00"); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < confirmed; {
		f, err := back.read()
		if err != nil {
			t.Fatalf("message %d of %d is lost: %v", i, confirmed, err)
		}
		if f.Command == "MESSAGE" {
			if string(f.Body) != fmt.Sprint(i) {
				t.Fatalf("%q instead of %d", f.Body, i)
			}
			i++
		}
	}
}

// sendUntil sends messages without a pause, kills the broker after some receipts,
// and says how many there were in the end.
func sendUntil(t *testing.T, addr string, kill int, broker *os.Process) (confirmed int) {
	t.Helper()
	c := dial(t, addr)
	defer c.Close()
	if _, err := io.WriteString(c, "CONNECT\naccept-version:1.2\n\n\x00"); err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() { // ends with the broker
		defer close(done)
		for i := 0; ; i++ {
			if _, err := fmt.Fprintf(c, "SEND\ndestination:/queue/q\npersistent:true\nreceipt:%d\n\n%d\x00", i, i); err != nil {
				return
			}
		}
	}()
	for {
		f, err := c.read()
		if err != nil {
			<-done
			return confirmed
		}
		if f.Command == "RECEIPT" {
			if confirmed++; confirmed == kill {
				_ = broker.Kill()
			}
		}
	}
}
