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

// filters are the names that a filter may use.
func filters() []Term {
	return []Term{
		{"link", nil, "a link, such as \"order:product\""},
		{"path", nil, "a path, such as \"/products/101\"; \"/orders/*\" fits every path that begins so; without a query it fits any query"},
		{"method", nil, "HTTP method"},
		{"status", nil, "status code, such as 200"},
		{"outcome", nil, "result: " + strings.Join(outcomeWords(), ", ")},
		{"type", nil, "contract, short or full, such as \"GetProduct\""},
		{"use_case", nil, "use case, such as \"order.place\""},
		{"peer", nil, "part of the caller's name as the receiver saw it, such as \"curl\""},
		{"node", nil, "service or instance of an event, or the sender of an attempt"},
		{"text", nil, "part of the words of an effect, a mark or an outcome"},
		{"try", nil, "1 for the first attempt"},
		{"since", nil, "an event: only attempts after the last such event"},
		{"until", nil, "an event: only attempts before the first such event"},
		{"opened", nil, "true: only attempts that opened a connection"},
		{"header", nil, "a header that the request has"},
		{"no_header", nil, "a header that the request does not have"},
	}
}

func filterWords() []string { return WordsOf(filters()) }

func kindWords() (all []string) {
	for _, k := range kindNames() {
		all = append(all, k.word)
	}
	return all
}

// kindName is a kind of event by its name in count(…).
type kindName struct {
	word  string
	kind  sim.Kind
	about string
}

func kindNames() []kindName {
	return []kindName{
		{"begun", sim.KindBegun, "a request from outside began"},
		{"ended", sim.KindEnded, "a request from outside ended"},
		{"called", sim.KindCalled, "a service made a call"},
		{"sent", sim.KindSent, "an attempt was sent"},
		{"received", sim.KindReceived, "a service received an attempt"},
		{"replied", sim.KindReplied, "a service sent its response"},
		{"answered", sim.KindAnswered, "a response arrived at the caller"},
		{"failed", sim.KindFailed, "an attempt failed"},
		{"lost", sim.KindLost, "an attempt ended well at the caller but reached no service"},
		{"effect", sim.KindEffect, "a service changed data, such as a charge"},
		{"started", sim.KindStarted, "an instance started"},
		{"stopped", sim.KindStopped, "an instance stopped or was killed"},
		{"paused", sim.KindPaused, "an instance was paused"},
		{"resumed", sim.KindResumed, "an instance was resumed"},
		{"load", sim.KindLoad, "a load began or ended"},
		{"marked", sim.KindMarked, "a mark was set"},
		{"reset", sim.KindReset, "the world was reset"},
		{"waited", sim.KindWaited, "an attempt waited, for example for a retry"},
		{"rejected", sim.KindRejected, "a policy rejected a call"},
		{"degraded", sim.KindDegraded, "a fallback replaced a result"},
		{"moved", sim.KindMoved, "a circuit breaker changed its state"},
		{"hit", sim.KindHit, "a fault hit"},
		{"swapped", sim.KindSwapped, "a link changed its transport"},
		{"accepted", sim.KindAccepted, "a broker stored a message"},
		{"settled", sim.KindSettled, "an accepted message was handled or dead-lettered"},
		{"redelivered", sim.KindRedelivered, "a broker delivered a message again"},
		{"streamed", sim.KindStreamed, "a message of a stream arrived"},
		{"buried", sim.KindBuried, "a message was dead-lettered"},
		{"redriven", sim.KindRedriven, "dead-lettered messages went back to their queue"},
		{"subscribed", sim.KindSubscribed, "a service subscribed to a topic"},
		{"unsubscribed", sim.KindUnsubscribed, "a service unsubscribed from a topic"},
		{"altered", sim.KindAltered, "a topic got more partitions"},
		{"led", sim.KindLed, "a topic or partition got another leader"},
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
			fits = want == e.Node.Service || want == e.Node.String() || want == e.Who()
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
