package plain

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/world"
)

// show tells what was asked for, a sentence a thing.
func (f *face) show(data any) {
	switch data := data.(type) {
	case []world.Receipt:
		if len(data) == 0 {
			f.say("No fault is injected.")
		}
		for _, r := range data {
			f.wrap("  ", receipt(r))
		}
	case []world.Guards:
		for _, g := range data {
			f.guards(g)
		}
	case []sim.LinkStats:
		for _, s := range data {
			f.wrap("  ", link(s))
		}
	case sim.LinkStats:
		f.wrap("  ", link(data))
	default:
		text, err := json.MarshalIndent(data, "  ", "  ")
		if err != nil {
			f.trouble(err)
			return
		}
		f.print("  " + string(text))
	}
}

// receipt is what a fault did.
func receipt(r world.Receipt) string {
	parts := []string{r.State, fmt.Sprintf("hit %d of %d, counted per %s", r.Hit, r.Of, r.Unit)}
	if r.Hit == 0 {
		parts[1] = "has hit nothing"
	}
	for _, why := range slices.Sorted(maps.Keys(r.MissedBecause)) {
		parts = append(parts, fmt.Sprintf("%d missed because of %s", r.MissedBecause[why], why))
	}
	if s := r.SideEffect; s != nil {
		parts = append(parts, fmt.Sprintf("before the side effect %d, during %d, after %d", s.Before, s.During, s.After))
	}
	return sim.Visible(fmt.Sprintf("%s, %s at %s: %s.", r.ID, r.Text, r.Target, strings.Join(parts, ", ")))
}

func (f *face) guards(g world.Guards) {
	if g.Steps != nil {
		f.wrap("  ", sim.Visible(string(g.Link)+": the gateway takes each request through "+g.Chain+"."))
		for _, p := range g.Steps {
			f.wrap("    ", sim.Visible(gauge(p)))
		}
	}
	if len(g.Policies) == 0 {
		f.wrap("  ", sim.Visible(string(g.Link))+": no policy.")
		return
	}
	f.wrap("  ", sim.Visible(string(g.Link)+": "+g.Nesting+". "+g.Preset))
	for _, p := range g.Policies {
		f.wrap("    ", sim.Visible(gauge(p)))
	}
}

// gauge is how a policy is doing.
func gauge(p policy.Gauge) string {
	s := p.Policy + ": " + p.About
	if p.State != "" {
		s += ", " + strings.ReplaceAll(p.State, "_", " ")
	}
	if p.Left != nil {
		s += fmt.Sprintf(" for %.1f more seconds", *p.Left/1000)
	}
	if p.Of > 0 {
		s += fmt.Sprintf(", %.0f of %.0f %s", p.Used, p.Of, p.Unit)
	}
	if p.Refused > 0 {
		s += fmt.Sprintf(", %d refused", p.Refused)
	}
	return s + "."
}

// link is what crossed a link.
func link(s sim.LinkStats) string {
	t := fmt.Sprintf("%s over %s: %d calls, sent %d, answered %d, failed %d, rejected %d, retries %d, in flight %d",
		s.Link, s.Transport, s.Calls, s.Sent, s.Answered, s.Failed, s.Rejected, s.Retries, s.InFlight)
	if s.Accepted > 0 {
		t += fmt.Sprintf(", accepted %d, settled %d", s.Accepted, s.Settled)
	}
	if s.FaultsHit > 0 {
		t += fmt.Sprintf(", hit by faults %d", s.FaultsHit)
	}
	return sim.Visible(t + ".")
}
