package cli

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// page is what a command prints, readable while it does.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
	grew chan struct{}
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.grew <- struct{}{}:
	default:
	}
	return p.text.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// see waits until the page shows a text.
func (p *page) see(t *testing.T, text string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for !strings.Contains(p.String(), text) {
		select {
		case <-p.grew:
		case <-limit:
			t.Fatalf("%q is not in\n%s", text, p)
		}
	}
}

func TestServeTellsWhatChanges(t *testing.T) {
	home := t.TempDir()
	env := func(name string) string { return map[string]string{"MSC_SIM_HOME": home}[name] }
	ctx, cancel := context.WithCancel(t.Context())
	out := &page{grew: make(chan struct{}, 1)}
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		ended <- Run(ctx, Options{Args: []string{"serve", "checkout"}, Out: out, Err: &errs, Getenv: env, Interrupt: func() {}})
	}()
	out.see(t, "World checkout is ready.")
	out.see(t, "  payment       http     http://127.0.0.1:")
	out.see(t, "Ctrl-C ends it.")
	for _, step := range []struct{ line, shows string }{
		{"kill payment", "payment killed"},
		{"start payment", "payment listens on 127.0.0.1:"},
		{"pause order", "order is paused"},
		{"resume order", "order is resumed"},
		{"mark so far so good", "mark: so far so good"},
		{"reset", "all instances restarted, counters at zero"},
	} {
		var said bytes.Buffer
		args := append([]string{"ctl"}, strings.Fields(step.line)...)
		if code := Run(t.Context(), Options{Args: args, Out: &said, Err: &said, Getenv: env, Interrupt: func() {}}); code != done {
			t.Fatalf("ctl %s: %s", step.line, &said)
		}
		out.see(t, step.shows)
	}
	cancel()
	if code := <-ended; code != done || errs.Len() > 0 {
		t.Errorf("exit code %d, %s", code, &errs)
	}
	if strings.Contains(out.String(), "listens on \n") {
		t.Errorf("a client listens nowhere:\n%s", out)
	}
}

func TestChange(t *testing.T) {
	order := sim.Instance{Service: "order", N: 2}
	for _, tt := range []struct {
		fact sim.Fact
		want string
	}{
		{sim.Started{Addr: "127.0.0.1:1"}, "order#2 listens on 127.0.0.1:1"},
		{sim.Started{}, ""},
		{sim.Stopped{Cause: "killed"}, "order#2 killed"},
		{sim.Load{Rate: 200, UseCase: "order.place"}, "load 200/s of order.place"},
		{sim.Load{UseCase: "order.place"}, "no more load"},
		{sim.Sent{Label: "GET /"}, ""},
		{sim.Answered{}, ""},
	} {
		if got := change(sim.Event{Node: order, Fact: tt.fact}); got != tt.want {
			t.Errorf("%T: got %q, want %q", tt.fact, got, tt.want)
		}
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := table(&b, [][]string{{"name", "n", "about"}, {"é", "7", ""}, {"order", "1234", "last"}}, 1); err != nil {
		t.Fatal(err)
	}
	want := "name      n  about\né         7\norder  1234  last\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}
