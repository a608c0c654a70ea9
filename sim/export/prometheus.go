// Package export writes what a world measured in formats that other programs
// read. Everything here is a pure function of numbers already taken: exporting
// costs a world nothing.
package export

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// PrometheusType is the Content-Type of what Prometheus writes.
const PrometheusType = "text/plain; version=0.0.4; charset=utf-8"

// Snapshot is what one scrape shows. Links and instances may come in any order, policies and queues in a settled one.
type Snapshot struct {
	World     string
	Seed      uint64
	Links     []sim.LinkStats
	Instances []Instance
	Policies  []Policy
	Queues    []Queue
	Routes    []sim.RouteStats
}

// Instance is what a snapshot says about one instance.
type Instance struct {
	ID      sim.Instance
	Up      bool  // it listens and goes on: neither killed nor paused
	Working int64 // requests it works on now
	Outside int64 // requests it received from outside the world
}

// Policy is what a snapshot says about one policy of a link.
type Policy struct {
	Link            sim.LinkID
	Name            string // its word
	Passed, Refused int64
}

// Queue is what a snapshot says about one queue. A number that its broker does
// not tell is [sim.Unmeasured].
type Queue struct {
	Name, Broker         string
	Ready, Unacked, Dead int64
}

// Prometheus writes s in the text exposition format, version 0.0.4: every
// family once, with its help and type, samples in the order of their labels,
// so that equal snapshots give equal bytes. Counters begin again at a reset of
// the world, which Prometheus takes for what it is. Durations are in seconds and
// sizes in bytes. A quantile of which nothing was measured is left out.
func Prometheus(w io.Writer, s Snapshot) error {
	s.Links = slices.SortedFunc(slices.Values(s.Links), func(a, b sim.LinkStats) int { return cmp.Compare(a.Link, b.Link) })
	s.Instances = slices.SortedFunc(slices.Values(s.Instances), func(a, b Instance) int {
		return cmp.Or(cmp.Compare(a.ID.Service, b.ID.Service), cmp.Compare(a.ID.N, b.ID.N))
	})
	var out bytes.Buffer
	write(&out, family{"msc_sim_world_info", "gauge", "The world that runs. Always 1."}, []sample{
		{labels: labels{"world", s.World, "seed", strconv.FormatUint(s.Seed, 10)}, value: 1},
	})
	for _, f := range linkFamilies() {
		var all []sample
		for _, l := range s.Links {
			all = append(all, prefixed(labels{"link", string(l.Link), "transport", l.Transport}, f.of(l))...)
		}
		write(&out, f.family, all)
	}
	for _, f := range instanceFamilies() {
		var all []sample
		for _, i := range s.Instances {
			all = append(all, prefixed(labels{"service", i.ID.Service, "instance", i.ID.String()}, f.of(i))...)
		}
		write(&out, f.family, all)
	}
	for _, f := range policyFamilies() {
		var all []sample
		for _, p := range s.Policies {
			all = append(all, prefixed(labels{"link", string(p.Link), "policy", p.Name}, f.of(p))...)
		}
		write(&out, f.family, all)
	}
	for _, f := range routeFamilies() {
		var all []sample
		for _, r := range s.Routes {
			all = append(all, prefixed(labels{"gateway", r.Gateway, "route", r.Route}, f.of(r))...)
		}
		write(&out, f.family, all)
	}
	for _, f := range queueFamilies() {
		var all []sample
		for _, q := range s.Queues {
			if n := f.of(q); n != sim.Unmeasured {
				all = append(all, prefixed(labels{"queue", q.Name, "broker", q.Broker}, one(n))...)
			}
		}
		write(&out, f.family, all)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// family is one metric with its explanation.
type family struct{ name, kind, help string }

// labels are names and values in turn.
type labels []string

// sample is one line of a family.
type sample struct {
	suffix string // "_sum" and "_count" of a summary; else ""
	labels labels
	value  float64
}

func prefixed(first labels, samples []sample) []sample {
	for i, s := range samples {
		samples[i].labels = append(slices.Clone(first), s.labels...)
	}
	return samples
}

func write(out *bytes.Buffer, f family, samples []sample) {
	if len(samples) == 0 {
		return
	}
	out.WriteString("# HELP " + f.name + " " + f.help + "\n# TYPE " + f.name + " " + f.kind + "\n")
	for _, s := range samples {
		var pairs []string
		for i := 0; i < len(s.labels); i += 2 {
			pairs = append(pairs, s.labels[i]+`="`+escape(s.labels[i+1])+`"`)
		}
		value := strconv.FormatFloat(s.value, 'g', -1, 64)
		out.WriteString(f.name + s.suffix + "{" + strings.Join(pairs, ",") + "} " + value + "\n")
	}
}

// escape makes a label value safe, as the format asks. Text that is not UTF-8
// would make a scraper refuse the whole page, so it is mended.
func escape(v string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(v, "\ufffd"))
}
