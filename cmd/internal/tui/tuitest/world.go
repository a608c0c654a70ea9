package tuitest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// World is a world in which an order service asks a product service. Many
// goroutines may use it.
type World struct {
	Log   Timeline
	Block chan struct{} // not nil: Do waits for it, or for its context

	mu     sync.Mutex
	now    time.Duration
	trace  byte
	did    []sim.Command
	closed bool
	fail   error
	under  Under
	asked  int
}

// Spec is order asking product, with two use cases.
func (w *World) Spec() *sim.WorldSpec {
	item := map[string]string{"item": "101"}
	return &sim.WorldSpec{
		Name: "catalog", About: "order asks product for a price",
		Services: []sim.ServiceSpec{
			{Name: "client", Kind: "client", Instances: 1},
			{Name: "order", Kind: "order", Instances: 1},
			{Name: "product", Kind: "product", Instances: 1},
		},
		Links: []sim.LinkSpec{
			{ID: "client:order", Transport: "rest"},
			{ID: "order:product", Transport: "rest"},
		},
		UseCases: []sim.UseCase{
			{Name: "product.get", About: "ask for a product", From: "order", To: "product", Fields: item},
			{Name: "order.preview", About: "preview an order", From: "client", To: "order", Fields: item},
		},
	}
}

// New returns a world whose services run.
func New() *World {
	w := &World{}
	for i, s := range []string{"order", "product"} {
		w.Log.Add(w.event(s, "", sim.Started{Addr: fmt.Sprintf("127.0.0.1:4000%d", i+1)}))
	}
	return w
}

func (w *World) event(node string, link sim.LinkID, f sim.Fact) sim.Event {
	return sim.Event{At: w.now, Node: sim.Instance{Service: node, N: 1}, Link: link, Fact: f}
}

// Timeline is the log.
func (w *World) Timeline() sim.Timeline { return &w.Log }

// Now is the clock as it was set.
func (w *World) Now() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Pass moves the clock on.
func (w *World) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now += d
}

// Fail makes the next command fail.
func (w *World) Fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail = err
}

// Did lists the commands so far.
func (w *World) Did() []sim.Command {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]sim.Command(nil), w.did...)
}

// Closed reports whether Close was called.
func (w *World) Closed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed
}

// Do carries out send, kill, start and redrive; other commands are only remembered.
func (w *World) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	if w.Block != nil {
		select {
		case <-w.Block:
		case <-ctx.Done():
			return sim.Result{}, ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.did = append(w.did, c)
	if err := w.fail; err != nil {
		w.fail = nil
		return sim.Result{}, err
	}
	switch c := c.(type) {
	case sim.Send:
		w.send(c)
		return sim.Result{Text: "sent " + c.UseCase}, nil
	case sim.Kill:
		w.Log.Add(w.event(c.Target, "", sim.Stopped{Cause: "killed"}))
		return sim.Result{Text: c.Target + " is killed"}, nil
	case sim.Start:
		w.Log.Add(w.event(c.Target, "", sim.Started{Addr: "127.0.0.1:40009"}))
		return sim.Result{Text: c.Target + " runs again"}, nil
	case sim.SetLoad:
		w.Log.Add(w.event("", "", sim.Load{UseCase: c.UseCase, Rate: c.Rate}))
		return sim.Result{Text: "load " + c.Rate.String()}, nil
	case sim.Swap:
		return sim.Result{Text: string(c.Link) + " takes " + c.Transport}, nil
	case sim.Redrive:
		n := len(w.under.Letters)
		w.under.Letters = nil
		w.Log.Add(w.event("rabbitmq", "", sim.Redriven{Queue: c.Queue, N: int64(n)}))
		return sim.Result{Text: fmt.Sprintf("put back into %s: %d", c.Queue, n)}, nil
	case sim.Show:
		switch c.What {
		case "faults":
			return sim.Result{Data: w.under.Faults}, nil
		case "policies":
			return sim.Result{Data: w.under.Guards}, nil
		}
		return sim.Result{}, nil
	default:
		return sim.Result{}, nil
	}
}

// Moments of a request, after its beginning.
const (
	sentAfter     = 4 * time.Microsecond
	receivedAfter = 38 * time.Microsecond
	repliedAfter  = 158 * time.Microsecond
	endedAfter    = 214 * time.Microsecond
)

// send makes a product.get: 200 for item 101, 404 for any other.
func (w *World) send(c sim.Send) {
	w.trace++
	item := c.Fields["item"]
	if item == "" {
		item = "101"
	}
	status, code := 200, sim.OK
	if item != "101" {
		status, code = 404, sim.NotFound
	}
	label, link := "GET /products/"+item, sim.Link("order", "product")
	begin, span := w.now, sim.SpanID(w.trace)
	add := func(after time.Duration, node string, l sim.LinkID, f sim.Fact) {
		e := w.event(node, l, f)
		e.At, e.Trace = begin+after, sim.TraceID{w.trace}
		if l != "" {
			e.Span = span
		}
		w.Log.Add(e)
	}
	add(0, "order", "", sim.Begun{UseCase: c.UseCase})
	add(sentAfter, "order", link, sim.Called{Type: "shop.product.v1.GetProduct"})
	add(sentAfter, "order", link, sim.Sent{Label: label, Try: 1})
	add(receivedAfter, "product", link, sim.Received{Label: label, Peer: "order"})
	add(repliedAfter, "product", link, sim.Replied{Code: code, Status: status, Took: repliedAfter - receivedAfter})
	add(endedAfter, "order", link, sim.Answered{Status: status, Code: code, Took: endedAfter - sentAfter, BytesOut: 164, BytesIn: 231})
	add(endedAfter, "order", "", sim.Ended{UseCase: c.UseCase, Outcome: sim.WasAnswered, Text: "has the price", Took: endedAfter})
	w.now += endedAfter
}

// Exchange is what crossed for any message of this world.
func (w *World) Exchange(l sim.LinkID, s sim.SpanID) (sim.Exchange, bool) {
	if l != "order:product" || s == 0 {
		return sim.Exchange{}, false
	}
	return sim.Exchange{
		Span: s, Link: l, Protocol: "http/1.1",
		Request:  captured("GET /products/101 HTTP/1.1\r\nHost: product\r\nUser-Agent: order\r\nAccept: application/json\r\n\r\n"),
		Response: captured("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 62\r\n\r\n{\"id\":\"101\",\"name\":\"kettle\",\"price\":{\"currency\":\"EUR\",\"cents\":3636}}"),
	}, true
}

func captured(raw string) sim.Captured {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	c := sim.Captured{Raw: []byte(raw), Start: lines[0], Body: []byte(body), Total: int64(len(raw))}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ": ")
		c.Lines = append(c.Lines, sim.Field{Name: name, Value: value})
	}
	return c
}

// LinkStats counts nothing; every swap changed the same two things.
func (w *World) LinkStats(l sim.LinkID) sim.LinkStats {
	return sim.LinkStats{Link: l, Changed: []string{"stored in: the queue; it was: not stored", "replay: no; it was: yes"}}
}

// Endpoints are the two services.
func (w *World) Endpoints() []sim.Endpoint {
	return []sim.Endpoint{
		{Name: "order", Protocol: "http", Addr: "127.0.0.1:40001"},
		{Name: "product", Protocol: "http", Addr: "127.0.0.1:40002"},
	}
}

// Close remembers that it was called.
func (w *World) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	return nil
}
