package control

import (
	"context"
	"net/http"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/export"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	spec := s.world.Spec()
	snap := export.Snapshot{World: spec.Name, Seed: spec.Seed, Links: s.world.AllStats()}
	for _, v := range shown[lab.Service](r.Context(), s.world, "services") {
		if id, err := sim.ParseInstance(v.Name); err == nil && v.Kind != "client" {
			snap.Instances = append(snap.Instances, export.Instance{ID: id, Up: v.State == "up", Working: v.Working, Outside: v.Outside})
		}
	}
	for _, g := range shown[world.Guards](r.Context(), s.world, "policies") {
		for _, p := range g.Policies {
			snap.Policies = append(snap.Policies, export.Policy{Link: g.Link, Name: p.Policy, Passed: p.Passed, Refused: p.Refused})
		}
	}
	for _, q := range shown[lab.Queue](r.Context(), s.world, "queues") {
		snap.Queues = append(snap.Queues, export.Queue{
			Name: q.Name, Broker: q.Broker, Ready: int64(q.Ready), Unacked: int64(q.Unacked), Dead: int64(q.Buried),
		})
	}
	snap.Routes = shown[sim.RouteStats](r.Context(), s.world, "routes")
	w.Header().Set("Content-Type", export.PrometheusType)
	_ = export.Prometheus(w, snap) // the scraper has gone: nobody is left to tell
}

// shown is what `show` says of all things of one sort; nothing when it fails.
func shown[T any](ctx context.Context, w World, what string) []T {
	res, err := w.Do(ctx, sim.Show{What: what})
	if err != nil {
		return nil
	}
	all, _ := res.Data.([]T)
	return all
}
