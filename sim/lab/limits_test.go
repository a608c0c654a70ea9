package lab_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// A use case that does not fit its contract is an error of the file, with its
// place and the nearest word, before anything starts.
func TestUseCasesAreCheckedWhenAWorldOpens(t *testing.T) {
	spec := parse(t, `
name: x
services:
  client: {kind: client}
  gate:   {kind: generic}
use_cases:
  one: {from: client, ask: gate.Cal, body: {path: gate/x}}
  two: {from: client, ask: gate.Call, body: {pth: gate/x}}
`)
	_, err := lab.Open(t.Context(), spec, lab.Options{})
	got := sim.AsError(err).Message
	for _, want := range []string{
		`test.yaml:7:3: there is no request "Cal": did you mean Call?`,
		`test.yaml:8:3: the body of two does not fit sim.generic.v1.Call`, `did you mean path?`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}

// What causes itself without end is cut after 32 hops, and says so.
func TestALoopEnds(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	ctx := sim.WithSpan(t.Context(), &sim.Span{Trace: sim.TraceID{1}, ID: 1, Depth: 32})
	_, err := l.Caller("order").Ask(ctx, "product", sim.Message{})
	if e := sim.AsError(err); e == nil || !e.Code.Answers() || !strings.Contains(e.Message, "32 hops lie between") {
		t.Errorf("%v", err)
	}
	if s := l.LinkStats("order:product"); s.Rejected != 1 || s.Sent != 0 {
		t.Errorf("%+v", s)
	}
}

// Workers work, as many as the queue holds wait, and the rest is refused; those who
// wait are not counted as worked on.
func TestTheQueueOfAnInstance(t *testing.T) {
	l := openSpec(t, parse(t, `
name: narrow
services:
  client: {kind: client}
  gate:   {kind: generic, workers: 2, queue: 3, time: fixed 30s}
use_cases:
  look: {from: client, ask: gate.Call, body: {path: gate/look}}
`), lab.Options{})
	var wg sync.WaitGroup
	url := "http://" + addr(t, l, "gate") + "/gate/look"
	for range 5 {
		wg.Go(func() { // ends when the world does
			if res, err := http.Get(url); err == nil {
				_ = res.Body.Close()
			}
		})
	}
	eventually(t, "two work and three wait", func() bool {
		for _, s := range say(t, l, "show services").Data.([]lab.Service) {
			if s.Name == "gate" {
				return s.Working == 2 && s.Waiting == 3 && s.Workers == 2
			}
		}
		return false
	})
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a sixth: %d, want 503", res.StatusCode)
	}
	say(t, l, "kill gate")
	wg.Wait()
	http.DefaultClient.CloseIdleConnections()
}
