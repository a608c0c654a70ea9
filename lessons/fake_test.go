package lessons_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// fakeWorld is client:stock without sockets: it writes the events and bytes of
// what it is told, at once. It is its own timeline.
type fakeWorld struct {
	took time.Duration // of every answer

	mu       sync.Mutex
	events   []sim.Event
	bytes    map[sim.SpanID]sim.Exchange
	did      []string // the lines it was given, marks left out
	unread   bool     // bytes are not to be had yet
	dead     bool
	silent   bool
	refuseAt string // a line that is refused
	spans    uint64
}

func newFake(took time.Duration) *fakeWorld {
	w := &fakeWorld{took: took, bytes: map[sim.SpanID]sim.Exchange{}}
	w.add(sim.Event{Node: stock, Fact: sim.Started{Addr: "127.0.0.1:4711"}})
	return w
}

var (
	client = sim.Instance{Service: "client", N: 1}
	stock  = sim.Instance{Service: "stock", N: 1}
	way    = sim.LinkID("client:stock")
)

func (w *fakeWorld) Timeline() sim.Timeline { return w }
func (w *fakeWorld) Spec() *sim.WorldSpec   { return &sim.WorldSpec{Name: "tiny"} }

func (w *fakeWorld) Exchange(_ sim.LinkID, span sim.SpanID) (sim.Exchange, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x, ok := w.bytes[span]
	return x, ok && !w.unread
}

func (w *fakeWorld) set(f func(*fakeWorld)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w)
}

func (w *fakeWorld) add(e sim.Event) {
	e.Seq = sim.Seq(len(w.events) + 1)
	e.At = time.Duration(e.Seq) * time.Millisecond
	w.events = append(w.events, e)
}

func (w *fakeWorld) Do(_ context.Context, c sim.Command) (sim.Result, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := door.Format(c)
	if w.refuseAt != "" && line == w.refuseAt {
		return sim.Result{}, sim.Errorf(sim.Unavailable, "the world does not want to")
	}
	if _, mark := c.(sim.Mark); !mark {
		w.did = append(w.did, line)
	}
	switch c := c.(type) {
	case sim.Send:
		for range max(c.N, 1) {
			w.ask(c.Fields["item"])
		}
	case sim.SetLoad:
		w.add(sim.Event{Fact: sim.Load{UseCase: c.UseCase, Rate: c.Rate}})
		for range int(c.Rate) {
			w.ask("")
		}
	case sim.Kill:
		w.dead = true
		w.add(sim.Event{Node: stock, Fact: sim.Stopped{Cause: "killed"}})
	case sim.Start:
		w.dead = false
		w.add(sim.Event{Node: stock, Fact: sim.Started{Addr: "127.0.0.1:4712"}})
	case sim.Pause:
		w.silent = true
		w.add(sim.Event{Node: stock, Fact: sim.Paused{}})
	case sim.Resume:
		w.silent = false
		w.add(sim.Event{Node: stock, Fact: sim.Resumed{}})
	case sim.Mark:
		w.add(sim.Event{Fact: sim.Marked(c)})
	}
	return sim.Result{Seq: sim.Seq(len(w.events))}, nil
}

// ask is one request of the use case stock.look.
func (w *fakeWorld) ask(item string) {
	if item == "" {
		item = "apples"
	}
	w.spans++
	trace := sim.TraceID{15: byte(w.spans), 14: byte(w.spans >> 8), 0: 1}
	e := sim.Event{Trace: trace, Span: sim.SpanID(w.spans), Node: client, Link: way}
	w.say(e, sim.Begun{UseCase: "stock.look"})
	w.say(e, sim.Called{Type: "shop.stock.v1.Look"})
	w.say(e, sim.Sent{Label: "GET /stock/" + item + "?all=1", Try: 1})
	outcome := sim.WasAnswered
	switch {
	case w.dead:
		outcome = sim.WasFailed
		w.say(e, sim.Failed{Code: sim.Unavailable, Took: 100 * time.Microsecond, Reason: "connection refused"})
	case w.silent:
		outcome = sim.WasTimedOut
		w.say(e, sim.Failed{Code: sim.Timeout, Took: 2 * time.Second, Reason: "no answer in time", BytesOut: 100})
	default:
		w.answered(e, item)
	}
	w.say(e, sim.Ended{UseCase: "stock.look", Outcome: outcome, Text: "seen", Took: w.took})
}

func (w *fakeWorld) answered(e sim.Event, item string) {
	at := e
	at.Node = stock
	w.say(at, sim.Received{Label: "GET /stock/" + item, Peer: "client"})
	w.say(at, sim.Effect{Text: "counted " + item})
	status, connect := 200, time.Duration(0)
	if item == "nothing" {
		status = 404
	}
	if e.Span == 1 {
		connect = time.Microsecond
	}
	body := fmt.Sprintf(`{"item":%q,"left":7}`, item)
	w.bytes[e.Span] = sim.Exchange{
		Span: e.Span, Link: e.Link,
		Request: sim.Captured{Start: "GET /stock/" + item + " HTTP/1.1", Lines: []sim.Field{{Name: "X-Item", Value: item}}, Total: 60},
		Response: sim.Captured{
			Start: fmt.Sprintf("HTTP/1.1 %d", status), Body: []byte(body), Total: 40 + int64(len(body)),
			Lines: []sim.Field{{Name: "Content-Type", Value: "application/json; charset=utf-8"}, {Name: "X-Odd", Value: "a\x1b[2Jb"}},
		},
	}
	w.say(at, sim.Replied{Status: status, Took: w.took / 2})
	w.say(e, sim.Answered{Status: status, Took: w.took, Connect: connect, BytesOut: 60, BytesIn: 40 + int64(len(body))})
}

// outside is a request that nobody of ours sent.
func (w *fakeWorld) outside(peer string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spans++
	e := sim.Event{Trace: sim.TraceID{1: 9}, Span: sim.SpanID(w.spans), Node: stock, Link: sim.Link(sim.Outside, "stock")}
	w.say(e, sim.Received{Label: "GET /stock/pears", Peer: peer})
	w.say(e, sim.Replied{Status: 200, Took: time.Millisecond})
}

func (w *fakeWorld) say(e sim.Event, f sim.Fact) {
	e.Fact = f
	w.add(e)
}

func (w *fakeWorld) Read(after sim.Seq, buf []sim.Event) (int, sim.Seq, uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := copy(buf, w.events[min(int(after), len(w.events)):])
	return n, after + sim.Seq(n), 0
}

// Await is used only to wait a little.
func (w *fakeWorld) Await(ctx context.Context, after sim.Seq, _ func(sim.Event) bool) (sim.Event, error) {
	w.mu.Lock()
	if int(after) < len(w.events) {
		defer w.mu.Unlock()
		return w.events[after], nil
	}
	w.mu.Unlock()
	<-ctx.Done()
	return sim.Event{}, ctx.Err()
}

// lines is what the world was told to do.
func (w *fakeWorld) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.did...)
}

const tinyWorld = `name: tiny
services:
  client: {kind: client}
  stock: {kind: generic}
links:
  "client:stock": {transport: rest}
use_cases:
  stock.look: {from: client, to: stock, raw: {path: /stock/$item}, fields: {item: apples}}
`

const tinyLesson = "---\n" + `lesson: tiny
title: Tiny
promise: You will see.
minutes: 8
level: 1
needs: []
world: tiny
show: [client, stock]
words: [request]
---
## Look
Ask *stock*,
and wait.

A second paragraph.
` + "```predict took" + `
How long?
1 short = first("client:stock").took < ms(5)
2 long  = first("client:stock").took >= ms(5)
` + "```\n```do" + `
Ask for apples.
enter send stock.look item=apples
enter send stock.look item=pears
check count("answered", {link: "client:stock", path: "/stock/apples", status: 200}) >= 1
answer first("client:stock").response.media_type
keep wait = first("client:stock").took
result after {{wait}}
hint one
hint two
hint type answer {{first("client:stock").response.media_type}}
` + "```\n```after" + `
You said **{{mine}}**; it took {{wait}}.
{{if predicted("took").right}}You knew.{{else}}Now you know.{{end}}
` + "```" + `
## Break {show stock}
It took {{wait}} before.
` + "```do" + `
Kill it and ask.
setup scale stock 1
enter kill stock
enter send stock.look
check count("failed", {link: "client:stock", outcome: "failed"}) >= 1
hint one
hint two
hint three
` + "```\n```after" + `
{{first("client:stock", {outcome: "failed"}).reason}}
` + "```" + `
## Quiz
` + "```quiz rate" + `
How many in a second?
1 fewer than 100 = ratio(ms(1000), wait) < 100
because a second holds {{ratio(ms(1000), wait)}}
2 100 or more = ratio(ms(1000), wait) >= 100
because a second holds
  {{ratio(ms(1000), wait)}}
` + "```\n```quiz a" + `
A?
1 yes = true
because it is
2 no = false
because it is not
` + "```\n```quiz b" + `
B?
1 yes = false
because it is not
2 no = true
because it is
` + "```" + `
## In production
All of it.
` + "```summary" + `
did waited {{wait}}
remember that
try pause stock
` + "```" + `
## From outside {more}
` + "```do" + `
Use curl on {{address("stock")}}.
check count("received", {link: "outside:stock", peer: "CURL"}) >= 1
hint one
hint two
hint three
` + "```\n```after" + `
Hello {{first("outside:stock").peer}}.
` + "```\n"

const tinyAnswers = `# remarks are left out
## Look
predict 1
send stock.look item=apples
wait count("answered") >= 1
answer {{first("client:stock").response.media_type}}

## Break
send stock.look
kill stock
send stock.look

## From outside
visit http://{{address("stock")}}/stock/pears
`

// tiny is the lesson tiny, with changes: pairs of old and new text.
func tiny(changes ...string) fstest.MapFS {
	r := strings.NewReplacer(changes...)
	return fstest.MapFS{
		"tiny/lesson.md":   {Data: []byte(r.Replace(tinyLesson))},
		"tiny/world.yaml":  {Data: []byte(r.Replace(tinyWorld))},
		"tiny/answers.txt": {Data: []byte(r.Replace(tinyAnswers))},
	}
}

func loadTiny(t *testing.T, changes ...string) *lessons.Lesson {
	t.Helper()
	l, err := lessons.Load(tiny(changes...), "tiny")
	if err != nil {
		t.Fatalf("%v (%s)", err, sim.AsError(err).Fix)
	}
	return l
}

func startTiny(t *testing.T, w *fakeWorld, o lessons.Options) *lessons.Session {
	t.Helper()
	s, err := lessons.Start(t.Context(), loadTiny(t), w, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do carries out lines of the door one after another and returns what a face
// would show then.
func do(t *testing.T, s *lessons.Session, lines ...string) lessons.State {
	t.Helper()
	for _, l := range lines {
		if err := try(t, s, l); err != nil {
			t.Fatalf("%s: %v (%s)", l, err, sim.AsError(err).Fix)
		}
	}
	return s.Update()
}

func try(t *testing.T, s *lessons.Session, line string) error {
	t.Helper()
	c, err := door.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Do(t.Context(), c)
	return err
}
