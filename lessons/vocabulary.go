package lessons

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

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
		"queue":          q.queue,
		"oldest":         q.oldest,
		"backlog":        q.backlog,
		"handled":        q.handled,
		"handled_after":  q.handledAfter,
		"bar":            bar,
		"topic":          q.topic,
		"group":          q.group,
		"overtaken":      q.overtaken,
		"versus":         q.versus,
		"address":        q.address,
		"predicted":      q.prediction,
		"said":           q.said,
		"word":           word,
		"hex":            hexOf,
		"mine":           q.mine,
		"ms":             func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) },
		"ratio":          ratio,
		"percent":        percent,
		"refused":        q.refused,
		"world_lines":    q.setup.lines,
		"world_services": q.setup.services,
		"world_links":    q.setup.links,
	}
}

// fieldNames lists the fields of the values above, for the nearest word.
func fieldNames() (all []string) {
	for _, v := range values() {
		t := reflect.TypeOf(v.value)
		for i := range t.NumField() {
			all = append(all, t.Field(i).Tag.Get("expr"))
		}
	}
	return all
}

// query is the evaluation of one expression.
type query struct {
	*evidence
	x     *expression
	found *hop // the attempt that x spoke of last
}

// each calls f for the attempts that fit, oldest first, until it returns false.
// Attempts whose bytes decide are asked for their bytes.
func (q *query) each(f *filter, visit func(h *hop) bool) error {
	q.moments(f)
	inBytes := f.text["header"] != "" || f.text["no_header"] != ""
	for _, h := range q.window.hops {
		if !f.hop(h, q.window.uses[h.trace]) {
			continue
		}
		if inBytes {
			if !h.ended() {
				continue
			}
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

// moments finds what since and until of f mean.
func (q *query) moments(f *filter) {
	f.moment = map[string]time.Duration{}
	for name, kind := range map[string]string{"since": f.text["since"], "until": f.text["until"]} {
		i := slices.Index(kindWords(), kind)
		for _, e := range q.window.events {
			if _, found := f.moment[name]; i < 0 || e.Fact.Kind() != kindNames()[i].kind || found && name == "until" {
				continue
			}
			f.moment[name] = e.At
		}
	}
}

// read fetches the bytes of an attempt once. Of one that failed there may be none.
func (q *query) read(h *hop) error {
	if h.isWritten {
		return nil
	}
	x, ok := q.world.Exchange(h.link, h.span)
	answered := h.outcome == sim.WasAnswered
	if answered && (!ok || x.Response.Start == "") && !q.unreadable {
		return errUnread
	}
	h.captured, h.isWritten = x, ok && h.ended()
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
	q.found = found
	return found.attempt(q.window.uses[found.trace]), nil
}

func (q *query) address(service string) (string, error) {
	if a := q.addresses[service]; a != "" {
		return a, nil
	}
	return "", errNothing
}

func (q *query) prediction(name string) prediction { return q.predicted[name] }

// said is what the last event of a kind said in words, of those that fit.
func (q *query) said(kind string, given ...map[string]any) (string, error) {
	f, err := readFilter(given)
	if err != nil {
		return "", err
	}
	i := slices.Index(kindWords(), kind)
	if i < 0 {
		return "", sim.Unknown("kind of event", kind, kindWords())
	}
	for _, e := range slices.Backward(q.window.events) {
		if e.Fact.Kind() == kindNames()[i].kind && f.event(e, q.window.uses[e.Trace]) {
			return said(e.Fact), nil
		}
	}
	return "", errNothing
}

// word is the n-th word of a text; 1 is the first.
func word(text string, n int) (string, error) {
	words := strings.Fields(text)
	if n < 1 || n > len(words) {
		return "", errNothing
	}
	return strings.Trim(words[n-1], ".,:;"), nil
}

// hexOf writes up to 64 bytes as people write them, "08 96 01", after leaving out
// the first ones: a message of gRPC has five bytes before it.
func hexOf(bytes string, without int) string {
	bytes = bytes[min(max(without, 0), len(bytes)):]
	return fmt.Sprintf("% x", bytes[:min(len(bytes), 64)])
}

// ratio is how many times b fits into a.
func ratio(a, b time.Duration) (float64, error) {
	if b <= 0 {
		return 0, errNothing
	}
	return float64(a) / float64(b), nil
}
