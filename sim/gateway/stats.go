package gateway

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of what is counted of one route; what exceeds them counts as other.
const (
	mostClients  = 100
	mostStatuses = 100
	other        = "other"
)

// stats counts what became of requests, by their routes.
type stats struct {
	mu  sync.Mutex
	all map[string]*routeStats
}

type routeStats struct {
	requests          int64
	statuses, clients map[string]int64
	sum, max          time.Duration
}

func (s *stats) count(route, client, status string, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]*routeStats{}
	}
	r := s.all[route]
	if r == nil {
		r = &routeStats{statuses: map[string]int64{}, clients: map[string]int64{}}
		s.all[route] = r
	}
	r.requests++
	add(r.statuses, status, mostStatuses)
	add(r.clients, client, mostClients)
	r.sum += took
	r.max = max(r.max, took)
}

func add(m map[string]int64, key string, most int) {
	if _, has := m[key]; !has && len(m) >= most {
		key = other
	}
	m[key]++
}

// Routes implements [sim.Front], in the order of the file; what no route took comes last.
func (g *Gateway) Routes() (all []sim.RouteStats) {
	names := []string{}
	for _, r := range g.routes {
		names = append(names, r.Name)
	}
	g.stats.mu.Lock()
	defer g.stats.mu.Unlock()
	for _, name := range append(names, "") {
		r := g.stats.all[name]
		if r == nil {
			if name != "" {
				all = append(all, sim.RouteStats{Gateway: g.env.Self.String(), Route: name, Statuses: map[string]int64{}, Clients: map[string]int64{}})
			}
			continue
		}
		mean, most := millis(r.sum)/float64(r.requests), millis(r.max)
		all = append(all, sim.RouteStats{
			Gateway: g.env.Self.String(), Route: name, Requests: r.requests, Statuses: copied(r.statuses), Clients: copied(r.clients),
			Mean: &mean, Max: &most, Seconds: r.sum.Seconds(),
		})
	}
	return all
}

func copied(m map[string]int64) map[string]int64 {
	c := make(map[string]int64, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}

func millis(d time.Duration) float64 { return math.Round(float64(d)/float64(time.Microsecond)) / 1000 }

// done counts a request that was answered, and writes it into the access log.
func (g *Gateway) done(ctx context.Context, x *exchange, began time.Time, reply sim.Message, err error) {
	if e := sim.AsError(err); e == sim.ErrKilled {
		return
	}
	took, status, size := g.env.Now().Sub(began), 0, 0
	if e := sim.AsError(err); e != nil {
		status = e.Status()
		if e.Answer != nil {
			_, body := sim.RawBody(*e.Answer)
			size = len(body)
		}
	} else if status = sim.RawStatus(reply); reply.Body != nil {
		if _, body := sim.RawBody(reply); reply.Type == sim.TypeRaw {
			size = len(body)
		} else {
			size = proto.Size(reply.Body)
		}
	}
	route := ""
	if x.route != nil {
		route = x.route.Name
	}
	g.stats.count(route, x.client, strconv.Itoa(status), took)
	if g.env.Access == nil {
		return
	}
	a := sim.Access{
		Time: began, Gateway: g.env.Self.String(), ID: x.id, Address: x.address, Client: x.client, Method: x.method,
		Path: x.path[:min(len(x.path), mostPath)], Route: route, Status: status, Bytes: size, Millis: millis(took),
	}
	if s := sim.SpanFrom(ctx); s != nil {
		a.Trace = s.Trace.String()
	}
	g.env.Access(a)
}
