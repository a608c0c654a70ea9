package door

import "github.com/msc-sim/msc-sim/sim"

func kill() Verb {
	return life(Verb{
		Word: "kill", About: "stop a service or an instance at once; its connections are reset", Example: "kill payment",
	}, func(t string) sim.Command { return sim.Kill{Target: t} })
}

func start() Verb {
	return life(Verb{
		Word: "start", About: "start a killed service or instance, on a new port, with empty memory", Example: "start payment",
	}, func(t string) sim.Command { return sim.Start{Target: t} })
}

func restart() Verb {
	return life(Verb{
		Word: "restart", About: "kill a service or an instance, and start it again", Example: "restart payment",
	}, func(t string) sim.Command { return sim.Restart{Target: t} })
}

func pause() Verb {
	return life(Verb{
		Word: "pause", About: "pause a service or an instance: connections stay open, and it reads and writes nothing", Example: "pause payment",
	}, func(t string) sim.Command { return sim.Pause{Target: t} })
}

func resume() Verb {
	return life(Verb{
		Word: "resume", About: "resume a paused service or instance", Example: "resume payment",
	}, func(t string) sim.Command { return sim.Resume{Target: t} })
}

// life completes the row of a verb whose only parameter is a service or an instance.
func life(v Verb, of func(target string) sim.Command) Verb {
	v.Usage = v.Word + " <service>[#instance]"
	v.parse = func(words []string) (sim.Command, error) {
		t, err := target(words)
		return of(t), err
	}
	v.format = func(c sim.Command) ([]string, bool) {
		a, ok := c.(sim.Aimed)
		if !ok || c != of(a.Aim()) {
			return nil, false
		}
		return []string{a.Aim()}, true
	}
	v.complete = completeService
	return v
}

func completeService(before []string, v Vocabulary) []Suggestion {
	if len(before) > 0 {
		return nil
	}
	return each("service", v.Services)
}
