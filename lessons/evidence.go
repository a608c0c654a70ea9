package lessons

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"

	"github.com/msc-sim/msc-sim/sim"
)

// Why an expression has no value yet.
var (
	// errNothing: what it asks about has not happened in this step.
	errNothing = errors.New("this has not happened in this step")
	// errUnread: it happened, but its bytes are still being read.
	errUnread = errors.New("the bytes of this are still being read")
)

// evidence is what expressions are asked against: what happened in this step,
// what was captured, what was kept from earlier steps, what was predicted.
type evidence struct {
	window     *window
	world      World
	setup      setup
	addresses  map[string]string            // by service
	down       map[sim.Instance]sim.Command // what brings back who was killed or paused
	kept       map[string]any
	predicted  map[string]prediction
	mine       string
	unreadable bool // give up on bytes that are still missing
}

// prediction is what a learner predicted, as expressions see it.
type prediction struct {
	Choice int    `expr:"choice"` // 1 is the first; 0 = none was made
	Text   string `expr:"text"`
	Right  bool   `expr:"right"`
}

// traffic is what crossed a link in this step, as expressions see it. Latency is
// that of answered attempts, by nearest rank. P99 is known from 100 of them on:
// below that it would be the slowest one under another name, and that is max.
type traffic struct {
	Sent         int           `expr:"sent"`
	Answered     int           `expr:"answered"`
	Failed       int           `expr:"failed"`
	TimedOut     int           `expr:"timed_out"`
	InFlight     int           `expr:"in_flight"`
	Samples      int           `expr:"samples"`      // answered attempts
	Availability float64       `expr:"availability"` // answered, of all that ended
	Bytes        int           `expr:"bytes"`
	P50          time.Duration `expr:"p50"`
	P90          time.Duration `expr:"p90"`
	P99          time.Duration `expr:"p99"`
	Max          time.Duration `expr:"max"`
}

// fewest is how many answers a p99 is made of at least.
const fewest = 100

// vocabulary is every name an expression may use, bound to one evaluation of x.
// With nil it only says the types.
func vocabulary(q *query) map[string]any {
	if q == nil {
		q = &query{evidence: &evidence{}}
	}
	return map[string]any{
		"count":          q.count,
		"first":          q.first,
		"last":           q.last,
		"link":           q.link,
		"address":        q.address,
		"predicted":      q.prediction,
		"mine":           q.mine,
		"ms":             func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) },
		"ratio":          ratio,
		"percent":        percent,
		"world_lines":    q.setup.lines,
		"world_services": q.setup.services,
		"world_links":    q.setup.links,
	}
}

// fieldNames lists the fields of the values above, for the nearest word.
func fieldNames() (all []string) {
	for _, v := range []any{attempt{}, message{}, traffic{}, prediction{}} {
		t := reflect.TypeOf(v)
		for i := range t.NumField() {
			all = append(all, t.Field(i).Tag.Get("expr"))
		}
	}
	return all
}

// query is the evaluation of one expression.
type query struct {
	*evidence
	x *expression
}

// eval gives the value of x, or errNothing, errUnread, or what went wrong.
func (e *evidence) eval(x *expression) (any, error) {
	names := vocabulary(&query{e, x})
	for _, k := range x.kept {
		v, ok := e.kept[k]
		if !ok {
			return nil, errNothing
		}
		names[k] = v
	}
	v, err := expr.Run(x.program, names)
	switch {
	case errors.Is(err, errNothing):
		return nil, errNothing
	case errors.Is(err, errUnread):
		return nil, errUnread
	case err != nil:
		return nil, x.at.invalid("%s", firstLine(err.Error()))
	}
	return v, nil
}

// holds reports whether a condition is true. A condition about something that has
// not happened is false; the error says so where it matters why.
func (e *evidence) holds(x *expression) (bool, error) {
	v, err := e.eval(x)
	yes, _ := v.(bool)
	return yes && err == nil, err
}

// each calls f for the attempts that fit, oldest first, until it returns false.
// Attempts whose bytes decide are asked for their bytes.
func (q *query) each(f *filter, visit func(h *hop) bool) error {
	inBytes := f.text["header"] != "" || f.text["no_header"] != ""
	for _, h := range q.window.hops {
		if !f.hop(h, q.window.uses[h.trace]) {
			continue
		}
		if inBytes {
			if err := q.read(h); err != nil {
				return err
			}
			if !f.written(h.captured.Request) {
				continue
			}
		}
		if !visit(h) {
			return nil
		}
	}
	return nil
}

// read fetches the bytes of an attempt once.
func (q *query) read(h *hop) error {
	if h.isWritten {
		return nil
	}
	x, ok := q.world.Exchange(h.link, h.span)
	if !ok || h.outcome == sim.WasAnswered && x.Response.Start == "" {
		if !q.unreadable {
			return errUnread
		}
		return nil
	}
	h.captured, h.isWritten = x, true
	return nil
}

func (q *query) count(kind string, given ...map[string]any) (int, error) {
	f, err := readFilter(given)
	if err != nil {
		return 0, err
	}
	names := kindNames()
	i := slices.Index(kindWords(), kind)
	if i < 0 {
		return 0, sim.Unknown("kind of event", kind, kindWords())
	}
	n, k := 0, names[i].kind
	err = q.each(&f, func(h *hop) bool {
		if h.saw(k) {
			n++
		}
		return true
	})
	for _, e := range q.window.events {
		if e.Fact.Kind() == k && f.event(e, q.window.uses[e.Trace]) {
			n++
		}
	}
	return n, err
}

func (q *query) first(link string, given ...map[string]any) (attempt, error) {
	return q.one(link, given, func(h *hop) bool { return false })
}

func (q *query) last(link string, given ...map[string]any) (attempt, error) {
	return q.one(link, given, func(h *hop) bool { return true })
}

// one is the last attempt that ended before goOn returned false.
func (q *query) one(link string, given []map[string]any, goOn func(*hop) bool) (attempt, error) {
	f, err := readFilter(given)
	if err != nil {
		return attempt{}, err
	}
	f.text["link"] = link
	var found *hop
	err = q.each(&f, func(h *hop) bool {
		if !h.ended() {
			return true
		}
		found = h
		return goOn(h)
	})
	switch {
	case err != nil:
		return attempt{}, err
	case found == nil:
		return attempt{}, errNothing
	case q.x.bytes():
		if err := q.read(found); err != nil {
			return attempt{}, err
		}
	}
	return found.attempt(q.window.uses[found.trace]), nil
}

func (q *query) link(link string, given ...map[string]any) (traffic, error) {
	f, err := readFilter(given)
	if err != nil {
		return traffic{}, err
	}
	f.text["link"] = link
	var t traffic
	var took []time.Duration
	ended := 0
	err = q.each(&f, func(h *hop) bool {
		t.Sent++
		t.Bytes += int(h.out + h.in)
		switch h.outcome {
		case sim.Waiting:
			t.InFlight++
			return true
		case sim.WasAnswered:
			t.Answered++
			took = append(took, h.took)
		case sim.WasTimedOut:
			t.TimedOut++
			t.Failed++
		default:
			t.Failed++
		}
		ended++
		return true
	})
	if err != nil {
		return t, err
	}
	t.Samples = len(took)
	if ended > 0 {
		t.Availability = float64(t.Answered) / float64(ended)
	}
	return t, q.latency(&t, took, ended)
}

// latency fills in what is asked for, or says that there is too little of it.
func (q *query) latency(t *traffic, took []time.Duration, ended int) error {
	switch {
	case q.x.asks("availability") && ended == 0,
		q.x.asks("p50", "p90", "max") && len(took) == 0,
		q.x.asks("p99") && len(took) < fewest:
		return errNothing
	case !q.x.asks("p50", "p90", "p99", "max") || len(took) == 0:
		return nil
	}
	slices.Sort(took)
	t.P50, t.P90, t.P99, t.Max = rank(took, 0.50), rank(took, 0.90), rank(took, 0.99), took[len(took)-1]
	return nil
}

// rank is the nearest-rank percentile of sorted values: the smallest one that at
// least a share p of them does not exceed.
func rank(sorted []time.Duration, p float64) time.Duration {
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[max(0, min(i, len(sorted)-1))]
}

func (q *query) address(service string) (string, error) {
	if a := q.addresses[service]; a != "" {
		return a, nil
	}
	return "", errNothing
}

func (q *query) prediction(name string) prediction { return q.predicted[name] }

// ratio is how many times b fits into a.
func ratio(a, b time.Duration) (float64, error) {
	if b <= 0 {
		return 0, errNothing
	}
	return float64(a) / float64(b), nil
}

// note folds what is true of the world beyond one step.
func (e *evidence) note(ev sim.Event) {
	switch f := ev.Fact.(type) {
	case sim.Started:
		e.addresses[ev.Node.Service] = strings.TrimPrefix(f.Addr, "http://")
		delete(e.down, ev.Node)
	case sim.Stopped:
		delete(e.addresses, ev.Node.Service)
		delete(e.down, ev.Node)
		if f.Cause == "killed" {
			e.down[ev.Node] = sim.Start{Target: ev.Node.String()}
		}
	case sim.Paused:
		e.down[ev.Node] = sim.Resume{Target: ev.Node.String()}
	case sim.Resumed:
		delete(e.down, ev.Node)
	}
}
