package queue

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

const (
	killDir  = "QUEUE_TEST_KILL" // a directory: this process is the one that is killed
	killSize = 32 << 10          // bytes of a segment: it compacts all the time
	keepOne  = 8
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		if err := busy(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// busy puts and acknowledges without end, and says line by line what it flushed:
// "put 7/3/120", the 120 messages up to 119 of writer 3, or "ack" and messages.
// Of eight messages it keeps one for ever.
func busy(dir string) error {
	e, err := prepare(Options{Dir: dir}, killSize)
	if err != nil {
		return err
	}
	go e.run() // ends with the process
	q, _, err := e.Declare("q", Settings{Durable: true, MaxLength: 1 << 30})
	if err != nil {
		return err
	}
	failed := make(chan error)
	say := func(line string) {
		if err := e.Flush(); err != nil {
			failed <- err
		}
		fmt.Println(line)
	}
	room := make(chan struct{}, 300) // so that writers do not run away from the consumer
	var acks []string
	_, err = e.Hold().Consume(q, Consumer{}, func(d *Delivery) bool {
		if !keeps(string(d.Body)) && d.Ack() {
			acks = append(acks, strings.TrimRight(string(d.Body), "."))
			select {
			case <-room:
			default: // it is of a process before this one
			}
		}
		if len(acks) == 50 {
			say("ack " + strings.Join(acks, " "))
			acks = nil
		}
		return true
	})
	if err != nil {
		return err
	}
	for writer := range 3 {
		go func() {
			for i := 0; ; i++ {
				if i%keepOne != 0 {
					room <- struct{}{}
				}
				if _, err := q.Put(Message{Body: killBody(os.Getpid(), writer, i), Persistent: true}); err != nil {
					failed <- err
				}
				if i%20 == 19 {
					say(fmt.Sprintf("put %d/%d/%d", os.Getpid(), writer, i+1))
				}
			}
		}()
	}
	return <-failed
}

func killName(run, writer, i int) string { return fmt.Sprintf("%d/%d/%d", run, writer, i) }

// killBody is a name, and dots to 300 bytes.
func killBody(run, writer, i int) []byte {
	return fmt.Appendf(nil, "%s%s", killName(run, writer, i), strings.Repeat(".", 300-len(killName(run, writer, i))))
}

// keeps says whether a message is one of those that nobody acknowledges.
func keeps(body string) bool {
	var run, writer, i int
	_, err := fmt.Sscanf(strings.TrimRight(body, "."), "%d/%d/%d", &run, &writer, &i)
	return err == nil && i%keepOne == 0
}

// A process is killed in the middle of work, ten times, each time in the same
// directory. Whatever it had flushed holds.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	must, mustNot := map[string]bool{}, map[string]bool{}
	for round := range 10 {
		kill(t, dir, 20+round*13, must, mustNot)
		there := survivors(t, dir)
		for name := range must {
			if there[name] != 1 {
				t.Fatalf("round %d: %s was flushed and is there %d times", round, name, there[name])
			}
		}
		for name := range there {
			if mustNot[name] {
				t.Fatalf("round %d: %s was acknowledged and is there", round, name)
			}
		}
	}
	t.Logf("%d messages survived, %d acknowledged ones stayed away", len(must), len(mustNot))
	if left, err := segments(dir); err != nil || left[0] == 1 {
		t.Errorf("nothing was compacted: segments %v, %v", left, err)
	}
}

// kill runs a process until it said so many lines, kills it, and notes what it
// said it had flushed.
func kill(t *testing.T, dir string, lines int, must, mustNot map[string]bool) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), killDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	said := 0
	for s := bufio.NewScanner(out); s.Scan(); said++ {
		note(t, s.Text(), must, mustNot)
		if said >= lines {
			once.Do(func() { err = cmd.Process.Kill() }) // and read on what it still said
		}
	}
	if err != nil || said < lines {
		t.Fatalf("the process said %d lines: %v", said, err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("it was not killed")
	}
}

func note(t *testing.T, line string, must, mustNot map[string]bool) {
	t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "put":
		var run, writer, n int
		if _, err := fmt.Sscanf(rest, "%d/%d/%d", &run, &writer, &n); err != nil {
			return // it was killed while it wrote the line
		}
		for i := 0; i < n; i += keepOne {
			must[killName(run, writer, i)] = true
		}
	case "ack":
		names := strings.Fields(rest)
		maps.Insert(mustNot, func(yield func(string, bool) bool) {
			for _, name := range names[:len(names)-1] { // the last one may be cut
				if !yield(name, true) {
					return
				}
			}
		})
	}
}

// survivors opens the directory and counts what is in it.
func survivors(t *testing.T, dir string) map[string]int {
	t.Helper()
	e, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer end(t, e)
	q, ok := e.Queue("q")
	if !ok {
		t.Fatal("the queue is gone")
	}
	there := map[string]int{}
	for _, m := range q.Peek(1 << 30) {
		there[strings.TrimRight(string(m.Body), ".")]++
	}
	return there
}
