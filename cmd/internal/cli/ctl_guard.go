package cli

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/world"
)

// faultRows lays out receipts: what a fault did, and why it did not.
func faultRows(faults []world.Receipt) (rows [][]string, right []int) {
	if len(faults) == 0 {
		return [][]string{{"no fault is injected; try: msc-sim ctl inject order:payment latency delay=300ms"}}, nil
	}
	rows = [][]string{{"id", "target", "fault", "hit", "of", "missed because", "state"}}
	for _, f := range faults {
		var missed []string
		for _, why := range slices.Sorted(maps.Keys(f.MissedBecause)) {
			missed = append(missed, fmt.Sprintf("%s %d", sim.Visible(why), f.MissedBecause[why]))
		}
		rows = append(rows, []string{
			sim.Visible(f.ID), sim.Visible(f.Target), sim.Visible(f.Text), number(f.Hit), number(f.Of),
			orDash(strings.Join(missed, ", ")), sim.Visible(f.State),
		})
	}
	return rows, []int{3, 4}
}

// policyRows lays out what stands around the calls of every guarded link.
func policyRows(links []world.Guards) (rows [][]string) {
	for _, l := range links {
		if len(l.Policies) > 0 {
			rows = append(rows, []string{sim.Visible(string(l.Link)), sim.Visible(l.Nesting), ""})
		}
		for _, g := range l.Policies {
			rows = append(rows, []string{"", sim.Visible(g.About), gauge(g)})
		}
		if len(l.Steps) > 0 {
			rows = append(rows, []string{sim.Visible(string(l.Link)), sim.Visible(l.Chain), ""})
		}
		for _, g := range l.Steps {
			rows = append(rows, []string{"", sim.Visible(g.Text), gauge(g)})
		}
	}
	if len(rows) == 0 {
		return [][]string{{"no link has a policy; try: msc-sim ctl guard order:payment retry tries=3"}}
	}
	return rows
}

// gauge says how full a policy is and what it did.
func gauge(g policy.Gauge) string {
	var parts []string
	if g.State != "" {
		parts = append(parts, g.State)
	}
	if g.Of > 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s of %s %s", short(g.Used), short(g.Of), g.Unit)))
	}
	if g.Left != nil {
		parts = append(parts, sim.Human(time.Duration(*g.Left*float64(time.Millisecond)))+" left")
	}
	if g.Waiting > 0 {
		parts = append(parts, fmt.Sprintf("%d wait", g.Waiting))
	}
	return sim.Visible(strings.Join(append(parts, g.Did()), ", "))
}

func short(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
