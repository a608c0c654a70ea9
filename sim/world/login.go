package world

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Clients are the programs that may ask for tokens in this world.
func (w *World) Clients() []sim.Client {
	if i := w.issuer(); i != nil {
		return i.Clients()
	}
	return nil
}

// Routes count what the gateways of this world did, by their routes.
func (w *World) Routes() []sim.RouteStats {
	all := []sim.RouteStats{}
	for _, s := range w.spec.Services {
		for _, l := range w.instances(s.Name) {
			if f, ok := l.service.(sim.Front); ok {
				all = append(all, f.Routes()...)
			}
		}
	}
	return all
}

// setSteps changes the steps of all instances of a gateway.
func (w *World) setSteps(c sim.SetSteps) (string, error) {
	if _, ok := w.spec.Service(c.Service); !ok {
		return "", sim.Unknown("service", c.Service, w.spec.Names().Services)
	}
	lines := []string{}
	for line := range strings.SplitSeq(c.Steps, ",") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	text := ""
	for _, l := range w.instances(c.Service) {
		g, ok := l.service.(interface {
			SetSteps([]string) error
			Chain() string
		})
		if !ok {
			return "", sim.Invalidf("%s is no gateway: it has no steps", c.Service)
		}
		if err := g.SetSteps(lines); err != nil {
			return "", err
		}
		text = g.Chain()
	}
	return text, nil
}

// issuer finds the service that gives tokens; nil = there is none.
func (w *World) issuer() sim.Issuer {
	for _, s := range w.spec.Services {
		for _, l := range w.instances(s.Name) {
			if i, ok := l.service.(sim.Issuer); ok && !l.dead.Load() {
				return i
			}
		}
	}
	return nil
}

// withToken gives a request the token of the client that its use case names
// ("shop-app", "shop-app expired").
func (w *World) withToken(m sim.Message) (sim.Message, error) {
	as := strings.Fields(m.Header.Get(sim.HeaderAs))
	if len(as) == 0 {
		return m, nil
	}
	flaw := ""
	if len(as) > 1 {
		flaw = as[1]
	}
	token, err := w.login(as[0], flaw)
	if err != nil {
		return m, err
	}
	m.Header = m.Header.With("authorization", "Bearer "+token)
	delete(m.Header, sim.HeaderAs)
	return m, nil
}

// login makes a token for a client, as it would get it from the first gateway.
func (w *World) login(client, flaw string) (string, error) {
	i := w.issuer()
	if i == nil {
		return "", sim.Errorf(sim.Conflict, "no service of this world gives tokens, or it does not run").WithFix("the world edge has one: msc-sim serve edge")
	}
	for _, s := range w.spec.Services {
		kind, _ := w.opt.Kind(s.Kind)
		for _, l := range w.instances(s.Name) {
			if addr := l.addr("rest"); kind.Front && addr != "" {
				return i.Token("http://"+addr, client, flaw)
			}
		}
	}
	return "", sim.Errorf(sim.Conflict, "this world has no gateway that would take a token")
}
