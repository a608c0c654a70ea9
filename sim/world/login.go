package world

import "github.com/msc-sim/msc-sim/sim"

// Clients are the programs that may ask for tokens in this world.
func (w *World) Clients() []sim.Client {
	if i := w.issuer(); i != nil {
		return i.Clients()
	}
	return nil
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

// login makes a token for a client, as it would get it from the first gateway.
func (w *World) login(client string) (string, error) {
	i := w.issuer()
	if i == nil {
		return "", sim.Errorf(sim.Conflict, "no service of this world gives tokens, or it does not run").WithFix("the world edge has one: msc-sim serve edge")
	}
	for _, s := range w.spec.Services {
		kind, _ := w.opt.Kind(s.Kind)
		for _, l := range w.instances(s.Name) {
			if addr := l.addr("rest"); kind.Front && addr != "" {
				return i.Token("http://"+addr, client)
			}
		}
	}
	return "", sim.Errorf(sim.Conflict, "this world has no gateway that would take a token")
}
