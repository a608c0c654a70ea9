package view

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Row is an event in the columns of a list. Foreign text in it is safe to show.
type Row struct {
	At       time.Duration
	From, To string // instances or services; To is empty for what happens in one place
	What     string
	Outcome  sim.Outcome // how what is told here ended; Waiting for all that is no end
}

// Short puts an event into columns.
func Short(e sim.Event) Row {
	r := Row{At: e.At, From: e.Who(), What: sim.Visible(what(e.Fact)), Outcome: outcome(e.Fact)}
	switch e.Fact.(type) {
	case sim.Called, sim.Sent, sim.Lost:
		r.To = e.Link.To()
		if e.Node.Service == r.To {
			r.From = e.Link.From() // a topic hands out; who receives, records it
		}
	case sim.Received, sim.Answered:
		r.From, r.To = otherSide(e), r.From
		if r.From == e.Node.Service {
			r.To = e.Link.From()
		}
	case sim.Replied:
		r.To = e.Link.From()
	case sim.Failed:
		r.To = e.Link.To()
		if e.Node.Service == r.To {
			r.From = e.Link.From()
		}
	}
	r.From, r.To = sim.Visible(r.From), sim.Visible(r.To)
	return r
}

// otherSide is where a message that was met at e.Node came from.
func otherSide(e sim.Event) string {
	if _, ok := e.Fact.(sim.Received); ok {
		return e.Link.From()
	}
	return e.Link.To()
}

// Line tells an event in words, for a face without a screen and for those who
// have it read to them: when, who, what.
//
//	0.412310 s  client to order  GET /orders/preview?product=999
//	0.412611 s  product to order  404 Not Found after 209 microseconds
func Line(e sim.Event) string {
	r := Short(e)
	who := r.From
	if r.To != "" {
		who += " to " + r.To
	}
	if who != "" {
		who += "  "
	}
	return fmt.Sprintf("%.6f s  %s%s", e.At.Seconds(), who, r.What)
}

// what tells a fact in a few words.
func what(f sim.Fact) string {
	switch f := f.(type) {
	case sim.Begun:
		return "begins " + f.UseCase
	case sim.Ended:
		if f.Late {
			return f.Text + " later"
		}
		return fmt.Sprintf("%s: %s after %s", f.UseCase, f.Text, spoken(f.Took))
	case sim.Called:
		if f.Type == "" {
			return "delivers"
		}
		return "wants " + f.Type
	case sim.Sent:
		if f.Hedge {
			return f.Label + "  hedge"
		}
		if f.Try > 1 {
			return fmt.Sprintf("%s  attempt %d", f.Label, f.Try)
		}
		return f.Label
	case sim.Received:
		return "received " + f.Label
	case sim.Replied:
		said := fmt.Sprintf("replies %s after %s", verdict(f.Status, f.Code), spoken(f.Took))
		if f.Late {
			said += ", too late: the caller had given up"
		}
		return said
	case sim.Answered:
		return fmt.Sprintf("%s after %s", verdict(f.Status, f.Code), spoken(f.Took))
	case sim.Failed:
		return fmt.Sprintf("failed: %s after %s", f.Reason, spoken(f.Took))
	case sim.Lost:
		return fmt.Sprintf("lost: no instance received it, after %s", spoken(f.Took))
	case sim.Effect:
		return f.Text
	default:
		return whatWorld(f)
	}
}

// whatWorld tells what happened to the world itself.
func whatWorld(f sim.Fact) string {
	switch f := f.(type) {
	case sim.Started:
		if f.Addr == "" {
			return "started"
		}
		if f.Note != "" {
			return f.Note + " at " + f.Addr
		}
		return "started at " + f.Addr
	case sim.Stopped:
		return f.Cause
	case sim.Paused:
		return "paused"
	case sim.Resumed:
		return "goes on"
	case sim.Load:
		return loadText(f)
	case sim.Shortfall:
		return shortText(f)
	case sim.Marked:
		return "mark: " + f.Text
	case sim.Reset:
		return "counting starts again"
	case sim.Missed:
		return strconv.FormatUint(f.N, 10) + " events were counted but not kept"
	default:
		return whatMore(f)
	}
}

// verdict is a status in words: "404 Not Found"; the code's word where a protocol
// has no status of its own.
func verdict(status int, c sim.Code) string {
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return statusText(status, c)
}

func outcome(f sim.Fact) sim.Outcome {
	switch f := f.(type) {
	case sim.Ended:
		return f.Outcome
	case sim.Answered:
		return sim.WasAnswered
	case sim.Failed:
		if f.Code == sim.Timeout {
			return sim.WasTimedOut
		}
		return sim.WasFailed
	case sim.Lost:
		return sim.WasLost
	default:
		return sim.Waiting
	}
}

// spoken writes a duration as it is said: "209 microseconds", "1.25 seconds".
func spoken(d time.Duration) string {
	unit, value := "seconds", d.Seconds()
	switch {
	case d < time.Millisecond:
		unit, value = "microseconds", float64(d.Nanoseconds())/1e3
	case d < time.Second:
		unit, value = "milliseconds", float64(d.Nanoseconds())/1e6
	}
	number := strconv.FormatFloat(value, 'f', 2, 64)
	if value >= 10 || unit == "microseconds" {
		number = strconv.FormatFloat(value, 'f', 0, 64)
	}
	if number == "1" || number == "1.00" {
		return "1 " + unit[:len(unit)-1]
	}
	return number + " " + unit
}
