package lab

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// things that can be shown besides links by name.
var things = []string{"links", "policies", "faults", "services", "queues", "topics", "exchanges", "dead", "load", "world", "fidelity"}

// Service is what `show services` says about one instance.
type Service struct {
	Name    string `json:"name"` // "payment#2"
	Kind    string `json:"kind"`
	State   string `json:"state"` // up, paused, stopped
	Addr    string `json:"addr,omitempty"`
	GRPC    string `json:"grpc_addr,omitempty"`
	Working int64  `json:"working"`      // requests it works on now
	Waiting int64  `json:"waiting"`      // requests that wait for a worker
	Workers int    `json:"workers"`      // how many it can work on at the same time; 0 = no limit
	Outside int64  `json:"from_outside"` // requests it received from outside the world since the last reset
	Time    string `json:"time,omitempty"`
	Note    string `json:"note,omitempty"` // of a broker: "built in", "attached 3.13.7"
}

// Status is what `show world` says.
type Status struct {
	World      string         `json:"world"`
	About      string         `json:"about"`
	Seed       uint64         `json:"seed"`
	Machine    string         `json:"machine"`
	GOMAXPROCS int            `json:"gomaxprocs"`
	UpSeconds  float64        `json:"up_seconds"`
	Events     uint64         `json:"events"`
	UseCases   []string       `json:"use_cases"`
	Load       *LoadStatus    `json:"load"` // null when none is offered
	Endpoints  []sim.Endpoint `json:"endpoints"`
}

func (l *Lab) show(ctx context.Context, c sim.Show) (r sim.Result, err error) {
	r.Seq = l.log.Last()
	switch c.What {
	case "links":
		r.Data = l.AllStats()
	case "policies":
		r.Data = l.world.Guards()
	case "faults":
		r.Data = l.world.Receipts()
	case "services":
		r.Data = l.services()
	case "queues":
		r.Data = l.queues.list()
	case "topics":
		r.Data = append(l.queues.partitions(), l.brokers.streams()...)
	case "exchanges":
		r.Data = l.Exchanges()
	case "dead":
		r.Data, err = l.Dead(ctx, c.Of)
	case "load":
		r.Data = l.load.status()
	case "world":
		r.Data = l.status()
	case "fidelity":
		r.Data = l.fidelity()
	case "demo":
		return r, noDemo()
	default:
		r.Data, err = l.showLink(c.What)
	}
	return r, err
}

func (l *Lab) showLink(what string) (sim.LinkStats, error) {
	words := append([]string(nil), things...)
	for _, k := range l.spec.Links {
		words = append(words, string(k.ID))
	}
	id, err := sim.ParseLink(what)
	if err != nil {
		if strings.HasSuffix(what, "-") {
			return sim.LinkStats{}, err
		}
		return sim.LinkStats{}, sim.Unknown("thing to show", what, words)
	}
	if l.world.Transport(id) == "" {
		return sim.LinkStats{}, sim.Unknown("link", string(id), words[len(things):])
	}
	return l.LinkStats(id), nil
}

func (l *Lab) services() []Service {
	var all []Service
	for _, i := range l.world.Instances() {
		all = append(all, Service{
			Name: i.Instance.String(), Kind: i.Kind, State: i.State, Addr: i.Addr, GRPC: i.GRPC, Working: i.Working, Waiting: i.Waiting, Workers: i.Workers, Outside: i.Outside, Time: i.Time,
		})
	}
	for _, b := range l.brokers {
		if s, ok := b.state(); ok {
			all = append(all, s)
		}
	}
	return all
}

func (l *Lab) status() Status {
	s := Status{
		World: l.spec.Name, About: l.spec.About, Seed: l.spec.Seed,
		Machine: fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()), GOMAXPROCS: runtime.GOMAXPROCS(0),
		UpSeconds: l.now().Seconds(), Events: uint64(l.log.Last()), Endpoints: l.Endpoints(), Load: l.load.status(),
	}
	for _, u := range l.spec.UseCases {
		s.UseCases = append(s.UseCases, u.Name)
	}
	return s
}
