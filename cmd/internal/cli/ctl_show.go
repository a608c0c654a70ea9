package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

// show asks a running world how something is doing and prints it.
func (a *app) show(ctx context.Context, at control.Record, what string, asJSON bool) error {
	data, err := at.Show(ctx, what)
	if err != nil {
		return err
	}
	if asJSON {
		a.say("%s", data)
		return nil
	}
	rows, right, err := rowsOf(what, data)
	if err != nil {
		return sim.Errorf(sim.Internal, "the reply about %s cannot be read: %w", what, err).
			WithFix("use the same version of msc-sim for both")
	}
	return table(a.Out, rows, right...)
}

// rowsOf lays out what show gave.
func rowsOf(what string, data []byte) (rows [][]string, right []int, err error) {
	what, _, _ = strings.Cut(what, " ")
	switch what {
	case "links":
		var v struct{ Links []sim.LinkStats }
		err = json.Unmarshal(data, &v)
		rows, right = linkRows(v.Links)
	case "services":
		var v struct{ Services []lab.Service }
		err = json.Unmarshal(data, &v)
		rows, right = serviceRows(v.Services)
	case "routes":
		var v struct{ Routes []sim.RouteStats }
		err = json.Unmarshal(data, &v)
		rows, right = routeRows(v.Routes)
	case "queues":
		var v struct{ Queues []lab.Queue }
		err = json.Unmarshal(data, &v)
		rows, right = queueRows(v.Queues)
	case "topics":
		var v struct{ Topics []lab.Partition }
		err = json.Unmarshal(data, &v)
		rows, right = topicRows(v.Topics)
	case "exchanges":
		var v struct{ Exchanges []lab.Exchange }
		err = json.Unmarshal(data, &v)
		rows = exchangeRows(v.Exchanges)
	case "dead":
		var v struct{ Dead []lab.Letter }
		err = json.Unmarshal(data, &v)
		rows, right = letterRows(v.Dead)
	case "faults":
		var v struct{ Faults []world.Receipt }
		err = json.Unmarshal(data, &v)
		rows, right = faultRows(v.Faults)
	case "policies":
		var v struct{ Policies []world.Guards }
		err = json.Unmarshal(data, &v)
		rows = policyRows(v.Policies)
	case "load":
		var v lab.LoadStatus
		err = json.Unmarshal(data, &v)
		rows = loadRows(v)
	case "world":
		var v lab.Status
		err = json.Unmarshal(data, &v)
		rows = statusRows(v)
	case "fidelity":
		var v struct{ Fidelity []lab.Limit }
		err = json.Unmarshal(data, &v)
		rows = limitRows(v.Fidelity)
	default:
		var v sim.LinkStats
		err = json.Unmarshal(data, &v)
		rows = oneLink(v)
	}
	return rows, right, err
}

func limitRows(limits []lab.Limit) (rows [][]string) {
	for _, l := range limits {
		rows = append(rows, []string{l.Part, l.Limit})
	}
	return rows
}

func linkRows(links []sim.LinkStats) (rows [][]string, right []int) {
	rows = [][]string{{"link", "transport", "sent", "answered", "failed", "lost", "in flight", "p50", "p99"}}
	for _, l := range links {
		rows = append(rows, []string{
			sim.Visible(string(l.Link)), sim.Visible(l.Transport), number(l.Sent), number(l.Answered), number(l.Failed),
			number(l.Lost), number(l.InFlight), millis(l.P50), millis(l.P99),
		})
	}
	return rows, []int{2, 3, 4, 5, 6, 7, 8}
}

func serviceRows(services []lab.Service) (rows [][]string, right []int) {
	rows = [][]string{{"service", "state", "working on", "from outside", "address", "gRPC port", "takes", "note"}}
	for _, s := range services {
		rows = append(rows, []string{
			sim.Visible(s.Name), string(s.State), busy(s), number(s.Outside), orDash(sim.Visible(s.Addr)), orDash(portOf(s.GRPC)), orDash(s.Time), sim.Visible(s.Note),
		})
	}
	return rows, []int{2, 3}
}

func routeRows(routes []sim.RouteStats) (rows [][]string, right []int) {
	rows = [][]string{{"gateway", "route", "requests", "statuses", "clients", "mean", "max"}}
	for _, r := range routes {
		rows = append(rows, []string{
			sim.Visible(r.Gateway), orDash(sim.Visible(r.Route)), number(r.Requests), orDash(counts(r.Statuses)), orDash(counts(r.Clients)), millis(r.Mean), millis(r.Max),
		})
	}
	return rows, []int{2, 5, 6}
}

// counts writes "200 98, 429 22"; what has no name is anonymous.
func counts(m map[string]int64) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		name := sim.Visible(k)
		if k == "" {
			name = "anonymous"
		}
		all = append(all, name+" "+number(m[k]))
	}
	return strings.Join(all, ", ")
}

// busy tells what an instance works on: "3", or "10 of 10, 8 wait".
func busy(s lab.Service) string {
	text := number(s.Working)
	if s.Workers > 0 {
		text += fmt.Sprintf(" of %d", s.Workers)
	}
	if s.Waiting > 0 {
		text += fmt.Sprintf(", %d wait", s.Waiting)
	}
	return text
}

// portOf leaves out the host: all listen on this machine.
func portOf(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

func queueRows(queues []lab.Queue) (rows [][]string, right []int) {
	rows = [][]string{{"queue", "broker", "ready", "unacked", "dead-lettered"}}
	for _, q := range queues {
		rows = append(rows, []string{sim.Visible(q.Name), q.Broker, measured(q.Ready), measured(q.Unacked), measured(q.Buried)})
	}
	return rows, []int{2, 3, 4}
}

func exchangeRows(exchanges []lab.Exchange) (rows [][]string) {
	rows = [][]string{{"exchange", "kind", "key", "leads to"}}
	for _, x := range exchanges {
		name := x.Name
		if name == "" {
			name = "(default)"
		}
		for _, b := range x.Bindings {
			to := b.To
			if b.Queue != "" && b.Queue != b.To {
				to += ", the queue " + b.Queue
			}
			rows = append(rows, []string{sim.Visible(name), x.Kind, sim.Visible(b.Key), sim.Visible(to)})
		}
	}
	return rows
}

func letterRows(dead []lab.Letter) (rows [][]string, right []int) {
	rows = [][]string{{"since", "tries", "why", "body"}}
	for _, l := range dead {
		since, tries := "–", "–"
		if l.At != nil {
			since = l.At.Format(time.TimeOnly)
		}
		if l.Tries > 0 {
			tries = strconv.Itoa(l.Tries)
		}
		rows = append(rows, []string{since, tries, sim.Visible(l.Why), sim.Visible(l.Body)})
	}
	return rows, []int{1}
}

func loadRows(l lab.LoadStatus) [][]string {
	if l.UseCase == "" {
		return [][]string{{"load", "none is offered"}}
	}
	if len(l.Loads) > 0 {
		var rows [][]string
		for _, one := range l.Loads {
			rows = append(rows, loadRows(*one)...)
		}
		return rows
	}
	offered := fmt.Sprintf("%s of %s, %s", sim.Rate(l.Rate), sim.Visible(l.UseCase), l.Arrivals)
	for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
		offered += ", " + sim.Visible(name+"="+l.Fields[name])
	}
	sent := "all of it"
	switch {
	case l.Short != "":
		sent = l.Short
	case l.Why != "":
		sent = l.Why
	}
	return [][]string{
		{"offered", offered},
		{"sent", sent},
		{"so far", fmt.Sprintf("answered %d, failed %d (timed out %d), in flight %d, not sent %d", l.Answered, l.Failed, l.TimedOut, l.InFlight, l.Refused)},
	}
}

func statusRows(s lab.Status) [][]string {
	load := [][]string{{"load", "none"}}
	if s.Load != nil {
		load = loadRows(*s.Load)
	}
	return append([][]string{
		{"world", sim.Visible(s.World)},
		{"about", sim.Visible(s.About)},
		{"running for", (time.Duration(s.UpSeconds) * time.Second).String()},
		{"events", strconv.FormatUint(s.Events, 10)},
		{"use cases", sim.Visible(strings.Join(s.UseCases, ", "))},
		{"seed", strconv.FormatUint(s.Seed, 10)},
		{"machine", fmt.Sprintf("%s, GOMAXPROCS %d", sim.Visible(s.Machine), s.GOMAXPROCS)},
	}, load...)
}

func oneLink(l sim.LinkStats) [][]string {
	return [][]string{
		{"link", sim.Visible(string(l.Link)) + " over " + sim.Visible(l.Transport)},
		{"calls", number(l.Calls)},
		{"sent", fmt.Sprintf("%d, of these %d retries and %d hedges", l.Sent, l.Retries, l.Hedges)},
		{"answered", number(l.Answered)},
		{"accepted", fmt.Sprintf("%d, of these %d settled and %d pending", l.Accepted, l.Settled, l.Pending)},
		{"failed", fmt.Sprintf("%d, of these %d timed out", l.Failed, l.TimedOut)},
		{"lost", number(l.Lost)},
		{"in flight", number(l.InFlight)},
		{"rejected", number(l.Rejected)},
		{"took", fmt.Sprintf("p50 %s, p90 %s, p99 %s, slowest %s", millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max))},
		{"bytes", fmt.Sprintf("%d out, %d in", l.BytesOut, l.BytesIn)},
		{"policies", sim.Visible(l.Policies)},
		{"breaker", l.Breaker},
		{"faults", fmt.Sprintf("hit %d times", l.FaultsHit)},
		{"redelivered", number(l.Redelivered)},
		{"stored in", l.Guarantees.Keeper},
		{"order", l.Guarantees.Order},
		{"delivered twice", l.Guarantees.Again},
		{"replay", l.Guarantees.Replay},
	}
}

// topicRows has a line for each partition and each group that reads it.
func topicRows(parts []lab.Partition) (rows [][]string, right []int) {
	rows = [][]string{{"topic", "partition", "leader", "copies", "current", "first", "end", "group", "next", "lag", "held by"}}
	for _, p := range parts {
		row := []string{sim.Visible(p.Topic), strconv.Itoa(p.Partition), leader(p), nodes(p.Replicas), nodes(p.Current), number(p.First), number(p.End)}
		if len(p.Groups) == 0 {
			rows = append(rows, append(row, "–", "–", "–", "–"))
		}
		for _, g := range slices.Sorted(maps.Keys(p.Groups)) {
			at := p.Groups[g]
			rows = append(rows, append(slices.Clone(row), sim.Visible(g), number(at.Next), number(at.Lag), orDash(sim.Visible(at.Held))))
		}
	}
	return rows, []int{1, 5, 6, 8, 9}
}

// leader is the node that leads a partition: "nats#2".
func leader(p lab.Partition) string {
	if p.Leader == 0 {
		return "nobody"
	}
	broker, _, _ := strings.Cut(p.Transport, "-")
	return sim.Instance{Service: broker, N: p.Leader}.String()
}

// nodes lists numbers of nodes: "1 2 3".
func nodes(all []int) string {
	return orDash(strings.Trim(fmt.Sprint(all), "[]"))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// measured writes a count; – when nobody knows it.
func measured(n lab.Number) string {
	if n == lab.Number(sim.Unmeasured) {
		return "–"
	}
	return number(int64(n))
}

// millis writes milliseconds as people read durations; – when nothing was measured.
func millis(ms *float64) string {
	if ms == nil {
		return "–"
	}
	return sim.Human(time.Duration(*ms * float64(time.Millisecond)))
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
