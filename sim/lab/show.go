package lab

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/world"
)

// things that can be shown besides links by name.
var things = []string{"links", "policies", "faults", "services", "routes", "queues", "topics", "exchanges", "dead", "load", "world", "fidelity"}

// Service is what `show services` says about one instance.
type Service = world.Status

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
		r.Data = l.world.Status()
	case "routes":
		r.Data = l.world.Routes()
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
	words := slices.Concat(things, l.spec.Names().Links)
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
