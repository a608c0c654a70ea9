// Package analytics counts what happened. It hears facts and asks nobody.
package analytics

import (
	"context"

	analyticsv1 "github.com/msc-sim/msc-sim/services/analytics/v1"
	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	"github.com/msc-sim/msc-sim/sim"
)

const (
	reports = "reports" // there is one
	today   = "today"
)

type analytics struct {
	env  *sim.Env
	spec sim.ServiceSpec
}

// New is the analytics service.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	a := analytics{env, spec}
	return service.Rules{service.On(a.report), service.OnMessage(a.orderCreated), service.OnMessage(a.userRegistered)}
}

func (a analytics) report(ctx context.Context, _ *analyticsv1.GetReport) (*analyticsv1.Report, error) {
	r := &analyticsv1.Report{}
	err := a.env.Store.Do(ctx, func(tx sim.Tx) error {
		_, err := tx.Get(reports, today, r)
		return err
	})
	return r, err
}

func (a analytics) orderCreated(ctx context.Context, m sim.Message, f *eventsv1.OrderCreated) (*eventsv1.Heard, error) {
	return a.count(ctx, m, "counted order "+f.GetOrderId(), func(r *analyticsv1.Report) {
		r.Orders++
		for _, l := range f.GetLines() {
			r.Items += int64(l.GetQuantity())
		}
		if r.Revenue == nil {
			r.Revenue = &moneyv1.Money{Currency: f.GetTotal().GetCurrency()}
		}
		r.Revenue.Cents += f.GetTotal().GetCents()
	})
}

func (a analytics) userRegistered(ctx context.Context, m sim.Message, f *eventsv1.UserRegistered) (*eventsv1.Heard, error) {
	return a.count(ctx, m, "counted user "+f.GetUserId(), func(r *analyticsv1.Report) { r.Users++ })
}

// count changes the report because of a fact.
func (a analytics) count(ctx context.Context, m sim.Message, effect string, change func(*analyticsv1.Report)) (*eventsv1.Heard, error) {
	err := a.env.Store.Do(ctx, func(tx sim.Tx) error {
		if again, err := service.Again(tx, a.spec, m); err != nil || again {
			return err
		}
		r := &analyticsv1.Report{}
		if _, err := tx.Get(reports, today, r); err != nil {
			return err
		}
		change(r)
		tx.Effect(effect)
		return tx.Put(reports, today, r)
	})
	return &eventsv1.Heard{}, err
}
