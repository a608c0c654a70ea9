package lab

import "github.com/msc-sim/msc-sim/sim"

type loader struct{}
type LoadStatus struct{}

func newLoader(*Lab) *loader { return &loader{} }
func (l *loader) set(sim.SetLoad) (sim.Result, error) {
	return sim.Result{}, sim.Invalidf("no load yet")
}
func (l *loader) stop()               {}
func (l *loader) status() *LoadStatus { return nil }
