package lessons

import (
	"math"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// filter says which attempts and events are meant. Every field that is given must
// fit; the zero value fits everything.
type filter struct {
	text   map[string]string // by name, as filterWords lists them
	status int
	try    int
	opened *bool
	moment map[string]time.Duration // of since and until, where there was one
}

// filterWords are the names a filter may use.
func filterWords() []string {
	return []string{
		"link",      // "order:product"
		"path",      // "/products/101"; "/orders/*" for all that begins so; without a query, any query
		"method",    // "GET"
		"status",    // 200
		"outcome",   // "answered", "timed_out"
		"type",      // contract, short or full: "GetProduct"
		"use_case",  // "order.place"
		"peer",      // part of who called, as the receiver saw it: "curl"
		"node",      // where an event happened, or who sent an attempt
		"text",      // part of the words of an effect, a mark, an outcome
		"try",       // 1 for the first attempt
		"since",     // a kind of event: only what was sent after the last of them
		"until",     // a kind of event: only what was sent before the first of them
		"opened",    // whether a connection was opened for it
		"header",    // a header that the request has
		"no_header", // a header that the request has not
	}
}

func kindWords() (all []string) {
	for _, k := range kindNames() {
		all = append(all, k.word)
	}
	return all
}

// kinds of events by their names in count(…).
func kindNames() []struct {
	word string
	kind sim.Kind
} {
	return []struct {
		word string
		kind sim.Kind
	}{
		{"begun", sim.KindBegun},
		{"ended", sim.KindEnded},
		{"called", sim.KindCalled},
		{"sent", sim.KindSent},
		{"received", sim.KindReceived},
		{"replied", sim.KindReplied},
		{"answered", sim.KindAnswered},
		{"failed", sim.KindFailed},
		{"lost", sim.KindLost},
		{"effect", sim.KindEffect},
		{"started", sim.KindStarted},
		{"stopped", sim.KindStopped},
		{"paused", sim.KindPaused},
		{"resumed", sim.KindResumed},
		{"load", sim.KindLoad},
		{"marked", sim.KindMarked},
		{"reset", sim.KindReset},
		{"waited", sim.KindWaited},
		{"rejected", sim.KindRejected},
		{"degraded", sim.KindDegraded},
		{"moved", sim.KindMoved},
		{"hit", sim.KindHit},
		{"swapped", sim.KindSwapped},
		{"accepted", sim.KindAccepted},
		{"settled", sim.KindSettled},
		{"redelivered", sim.KindRedelivered},
		{"streamed", sim.KindStreamed},
		{"buried", sim.KindBuried},
		{"redriven", sim.KindRedriven},
		{"subscribed", sim.KindSubscribed},
		{"unsubscribed", sim.KindUnsubscribed},
		{"altered", sim.KindAltered},
		{"led", sim.KindLed},
	}
}

func outcomeWords() (all []string) {
	for o := sim.Waiting; o <= sim.WasLost; o++ {
		all = append(all, o.String())
	}
	return append(all, wasAccepted)
}

// readFilter reads what an expression gave. Names were checked when the lesson
// was loaded.
func readFilter(given []map[string]any) (f filter, err error) {
	f.text = map[string]string{}
	for _, m := range given {
		for k, v := range m {
			switch v := v.(type) {
			case string:
				f.text[k] = v
			case bool:
				f.opened = &v
			case int:
				err = f.number(k, v)
			case float64:
				err = f.number(k, int(math.Round(v)))
			default:
				err = sim.Invalidf("the filter %s takes no %T", k, v)
			}
			if err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

func (f *filter) number(name string, v int) error {
	switch name {
	case "status":
		f.status = v
	case "try":
		f.try = v
	default:
		return sim.Invalidf("the filter %s takes a text", name)
	}
	return nil
}

// hop reports whether an attempt fits, as far as its events tell.
func (f *filter) hop(h *hop, useCase string) bool {
	if f.status != 0 && f.status != h.status || f.try != 0 && f.try != h.try || f.opened != nil && *f.opened != (h.connect > 0) {
		return false
	}
	method, _, _ := strings.Cut(h.label, " ")
	for name, want := range f.text {
		fits := true
		switch name {
		case "link":
			fits = want == string(h.link)
		case "path":
			fits = fitsPath(want, h.label)
		case "method":
			fits = want == method
		case "outcome":
			fits = want == h.ending()
		case "type":
			fits = want == h.contract || strings.HasSuffix(h.contract, "."+want)
		case "use_case":
			fits = want == useCase
		case "peer":
			fits = contains(h.peer, want)
		case "node":
			fits = want == h.node || want == h.instance
		case "text":
			fits = contains(h.reason, want)
		case "since", "until":
			fits = f.during(name, h.sent)
		}
		if !fits {
			return false
		}
	}
	return true
}

// during reports whether something was sent since, or until, the moment that is
// meant. What never happened has nothing behind it and everything before it.
func (f *filter) during(name string, sent time.Duration) bool {
	at, happened := f.moment[name]
	if name == "since" {
		return happened && sent > at
	}
	return !happened || sent < at
}

// written reports whether the captured request has the headers that are asked for.
func (f *filter) written(c sim.Captured) bool {
	if want := f.text["header"]; want != "" && c.Header(want) == "" {
		return false
	}
	if not := f.text["no_header"]; not != "" && c.Header(not) != "" {
		return false
	}
	return true
}

// event reports whether an event that belongs to no attempt fits.
func (f *filter) event(e sim.Event, useCase string) bool {
	for name, want := range f.text {
		fits := false
		switch name {
		case "link":
			fits = want == string(e.Link)
		case "use_case":
			fits = want == useCase
		case "node":
			fits = want == e.Node.Service || want == e.Node.String()
		case "text":
			fits = contains(said(e.Fact), want)
		case "outcome":
			ended, ok := e.Fact.(sim.Ended)
			fits = ok && ended.Outcome.String() == want
		case "type":
			called, ok := e.Fact.(sim.Called)
			fits = ok && (called.Type == want || strings.HasSuffix(called.Type, "."+want))
		}
		if !fits {
			return false
		}
	}
	return f.status == 0 && f.try == 0 && f.opened == nil
}

// said is what an event says in words.
func said(f sim.Fact) string {
	switch f := f.(type) {
	case sim.Ended:
		return f.Text
	case sim.Effect:
		return f.Text
	case sim.Marked:
		return f.Text
	case sim.Stopped:
		return f.Cause
	case sim.Rejected:
		return f.By
	case sim.Moved:
		return f.To
	case sim.Waited:
		return f.Why
	case sim.Swapped:
		return f.To
	default:
		return ""
	}
}

func fitsPath(want, label string) bool {
	full, bare := pathOf(label)
	if begin, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(full, begin)
	}
	return want == full || want == bare
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
