package world

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
)

// byHand is the cause of a pause that a person asked for.
const byHand = "by hand"

// Do carries out the commands that change instances, and sends use cases. It
// returns when the effect holds.
func (w *World) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	if w.ctx.Err() != nil {
		return sim.Result{}, sim.Errorf(sim.Unavailable, "this world has ended")
	}
	if s, ok := c.(sim.Send); ok {
		return w.send(ctx, s)
	}
	w.doing.Lock()
	defer w.doing.Unlock()
	text, err := w.change(ctx, c)
	if err == nil {
		err = w.recover(ctx)
	}
	if err != nil {
		return sim.Result{}, err
	}
	return sim.Result{Seq: w.opt.Log.Last(), Text: text}, nil
}

func (w *World) change(ctx context.Context, c sim.Command) (string, error) {
	switch c := c.(type) {
	case sim.SetSteps:
		return w.setSteps(c)
	case sim.Login:
		return w.login(c.Client, c.Flaw)
	case sim.Kill:
		return w.strike(ctx, "kill", c.Target, "killed", Stopped)
	case sim.Pause:
		return w.strike(ctx, "pause", c.Target, "paused", Paused)
	case sim.Start:
		return w.each(c.Target, "started", true, func(b Box) (bool, error) {
			if b.State().runs() {
				return false, nil
			}
			return true, b.Start(ctx)
		})
	case sim.Restart:
		return w.each(c.Target, "restarted", false, func(b Box) (bool, error) {
			if b.State().runs() {
				if err := b.MayStop(); err != nil {
					return false, err
				}
				if err := b.Kill(ctx); err != nil {
					return false, err
				}
			}
			return true, b.Start(ctx)
		})
	case sim.Resume:
		return w.each(c.Target, "resumed", true, func(b Box) (bool, error) {
			if b.State() != Paused {
				return false, nil
			}
			b.Resume()
			return true, nil
		})
	case sim.Subscribe:
		return w.subscribe(ctx, c)
	case sim.Unsubscribe:
		return w.unsubscribe(ctx, c)
	case sim.AlterTopic:
		return w.alter(ctx, c)
	case sim.Inject:
		return w.inject(ctx, c)
	case sim.Clear:
		return w.clear(ctx, c)
	case sim.Swap:
		return w.swap(ctx, c)
	case sim.Guard:
		return w.guard(c)
	case sim.Unguard:
		return w.unguard(c)
	case sim.Scale:
		return w.scale(ctx, c)
	case sim.Mark:
		w.opt.Log.Shard(sim.Instance{}).Record(sim.Event{Fact: sim.Marked(c)})
		return "marked: " + c.Text, nil
	case sim.ResetWorld:
		return w.reset(ctx)
	default:
		return "", sim.Errorf(sim.Internal, "%T is not for a world", c)
	}
}

// each applies f to the boxes that a target names. f reports whether it changed anything.
func (w *World) each(target, did string, nodes bool, f func(Box) (bool, error)) (string, error) {
	all, _, err := w.boxes(target, nodes)
	if err != nil {
		return "", err
	}
	changed := 0
	for _, b := range all {
		ok, err := f(b)
		if err != nil {
			return "", err
		}
		if ok {
			changed++
		}
	}
	if changed == 0 {
		return fmt.Sprintf("%s was %s already", target, did), nil
	}
	return fmt.Sprintf("%s %s", target, did), nil
}

func (w *World) targets(target string) ([]*life, error) {
	i, err := sim.ParseInstance(target)
	if err != nil {
		return nil, err
	}
	spec, ok := w.spec.Service(i.Service)
	if !ok {
		return nil, sim.Unknown("service", i.Service, w.spec.Names().Services)
	}
	if spec.Kind == "client" || spec.At != "" {
		return nil, sim.Invalidf("%s is not ours to stop", i.Service).WithFix("a client only sends, and a process of your own is in your hands")
	}
	all := w.instances(i.Service)
	if i.String() == target && len(all) > 0 && target == i.Service {
		return all, nil
	}
	if i.N > len(all) {
		return nil, sim.Errorf(sim.NotFound, "there is no %s: %s has %d %s", i, i.Service, len(all), instancesWord(len(all)))
	}
	return all[i.N-1 : i.N], nil
}

// scale runs more or fewer instances of a service. Those with the highest
// numbers go first, in good order.
func (w *World) scale(ctx context.Context, c sim.Scale) (string, error) {
	lives, err := w.targets(c.Service)
	if err != nil {
		return "", err
	}
	if c.N < 1 || c.N > sim.MaxInstances {
		return "", sim.Invalidf("%d instances are out of bounds", c.N).WithFix("between 1 and %d", sim.MaxInstances)
	}
	for n := len(lives); n > c.N; n-- {
		lives[n-1].close()
		w.mu.Lock()
		delete(w.lives, lives[n-1].self)
		w.mu.Unlock()
	}
	for n := len(lives) + 1; n <= c.N; n++ {
		if err := w.begin(ctx, sim.Instance{Service: c.Service, N: n}); err != nil {
			return "", err
		}
	}
	if c.N == 1 {
		return fmt.Sprintf("1 instance of %s runs", c.Service), nil
	}
	return fmt.Sprintf("%d instances of %s run", c.N, c.Service), nil
}

// reset starts every instance anew, as many as the world's file says, with
// empty memory, and starts counting again.
func (w *World) reset(ctx context.Context) (string, error) {
	if err := w.forgetFaults(ctx); err != nil {
		return "", err
	}
	if err := w.recoverProducts(ctx); err != nil {
		return "", err
	}
	var all []sim.Instance
	for _, s := range w.spec.Services {
		for i, l := range w.instances(s.Name) {
			if !l.dead.Load() {
				l.close()
			}
			if i >= s.Instances {
				w.mu.Lock()
				delete(w.lives, l.self)
				w.mu.Unlock()
				continue
			}
			all = append(all, l.self)
		}
	}
	if err := w.stores.clear(ctx); err != nil {
		return "", err
	}
	if err := w.startAll(ctx, all); err != nil {
		return "", err
	}
	if err := w.resetGuards(); err != nil {
		return "", err
	}
	w.opt.Log.ResetCounters()
	w.opt.Log.Shard(sim.Instance{}).Record(sim.Event{Fact: sim.Reset{}})
	return "everything started again", nil
}

func instancesWord(n int) string {
	if n == 1 {
		return "instance"
	}
	return "instances"
}
