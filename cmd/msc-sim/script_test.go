package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts in testdata/script are what people could have typed. Besides
// testscript's own commands they have these:
//
//	start msc-sim serve …   runs it until its one line of JSON has come, and sets
//	                        $order, $payment, … to the HTTP addresses in it
//	signal INT|TERM         ends it, and demands exit code 0 and closed ports
//	http METHOD URL [HEADER: VALUE]… [@BODY]
//	taken PORT              holds a port until the script ends
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"msc-sim": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("MSC_SIM_HOME", filepath.Join(e.WorkDir, "state"))
			e.Setenv("HOME", e.WorkDir)
			e.Values[serverKey{}] = &server{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": start, "signal": end, "http": request, "taken": taken,
		},
	})
}

// patience is how long anything in a script may take.
const patience = 30 * time.Second

// serverKey finds the server of a script.
type serverKey struct{}

// server is the msc-sim that a script runs in the background.
type server struct {
	cmd   *exec.Cmd
	addrs []string
	rest  chan string // what it printed after its first line
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start program args…")
	}
	s := ts.Value(serverKey{}).(*server)
	program, err := exec.LookPath(args[0])
	if err != nil {
		program = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[0])
	}
	s.cmd = exec.Command(program, args[1:]...)
	s.cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "MSC_SIM_HOME=" + ts.Getenv("MSC_SIM_HOME")}
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Stderr = ts.Stderr()
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill() })

	line := make(chan string, 1)
	s.rest = make(chan string, 1)
	go func() { // ends with the process
		r := bufio.NewReader(out)
		first, _ := r.ReadString('\n')
		line <- first
		after, _ := io.ReadAll(r)
		s.rest <- string(after)
	}()
	select {
	case first := <-line:
		fmt.Fprint(ts.Stdout(), first)
		s.learn(ts, first)
	case <-time.After(patience):
		ts.Fatalf("%s is not ready after %s", args[0], patience)
	}
}

// learn makes variables of the endpoints.
func (s *server) learn(ts *testscript.TestScript, line string) {
	var ready struct {
		Endpoints []struct{ Name, Protocol, Addr string }
	}
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		ts.Fatalf("the first line is %q: %v", line, err)
	}
	s.addrs = nil
	for _, e := range ready.Endpoints {
		s.addrs = append(s.addrs, e.Addr)
		if e.Protocol == "http" || e.Protocol == "control" {
			ts.Setenv(e.Name, e.Addr)
		}
	}
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}
	if neg || len(args) != 1 || signals[args[0]] == nil {
		ts.Fatalf("usage: signal INT|TERM")
	}
	s := ts.Value(serverKey{}).(*server)
	ts.Check(s.cmd.Process.Signal(signals[args[0]]))
	select {
	case after := <-s.rest:
		if after != "" {
			ts.Fatalf("after its one line it printed %q", after)
		}
	case <-time.After(patience):
		ts.Fatalf("it goes on %s after %s", patience, args[0])
	}
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("ended with %v", err)
	}
	for _, a := range s.addrs {
		if c, err := net.Dial("tcp", a); err == nil {
			_ = c.Close()
			ts.Fatalf("%s still listens", a)
		}
	}
}

func request(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: http METHOD URL [HEADER: VALUE]… [@BODY]")
	}
	req, err := http.NewRequest(args[0], "http://"+strings.TrimPrefix(args[1], "http://"), nil)
	ts.Check(err)
	for _, a := range args[2:] {
		if body, ok := strings.CutPrefix(a, "@"); ok {
			req.Body, req.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			continue
		}
		name, value, _ := strings.Cut(a, ":")
		if name == "Host" {
			req.Host = strings.TrimSpace(value)
		}
		req.Header.Set(name, strings.TrimSpace(value))
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if (err != nil) != neg {
		ts.Fatalf("%s %s: %v", args[0], args[1], err)
	}
	if err != nil {
		fmt.Fprintln(ts.Stdout(), err)
		return
	}
	defer resp.Body.Close()
	fmt.Fprintln(ts.Stdout(), resp.Status)
	_ = resp.Header.Write(ts.Stdout())
	fmt.Fprintln(ts.Stdout())
	_, err = io.Copy(ts.Stdout(), resp.Body)
	ts.Check(err)
}

func taken(ts *testscript.TestScript, _ bool, args []string) {
	port, err := strconv.Atoi(args[0])
	ts.Check(err)
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return // somebody else has it already, which is as good
	}
	ts.Defer(func() { _ = l.Close() })
}
