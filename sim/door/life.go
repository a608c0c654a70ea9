package door

import "github.com/msc-sim/msc-sim/sim"

func kill() Verb {
	return life(Verb{
		Word: "kill", About: "end a service or one instance at once, as a power cut would", Example: "kill payment",
	}, func(t string) sim.Command { return sim.Kill{Target: t} })
}

func start() Verb {
	return life(Verb{
		Word: "start", About: "bring a killed one back, on another port, with empty memory", Example: "start payment",
	}, func(t string) sim.Command { return sim.Start{Target: t} })
}

func restart() Verb {
	return life(Verb{
		Word: "restart", About: "kill it and start it", Example: "restart payment",
	}, func(t string) sim.Command { return sim.Restart{Target: t} })
}

func pause() Verb {
	return life(Verb{
		Word: "pause", About: "make it stand still: connections stay open, nothing moves", Example: "pause payment",
	}, func(t string) sim.Command { return sim.Pause{Target: t} })
}

func resume() Verb {
	return life(Verb{
		Word: "resume", About: "let a paused one go on", Example: "resume payment",
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
		t := targetOf(c)
		return []string{t}, c == of(t)
	}
	v.complete = completeService
	return v
}

func targetOf(c sim.Command) string {
	switch c := c.(type) {
	case sim.Kill:
		return c.Target
	case sim.Start:
		return c.Target
	case sim.Restart:
		return c.Target
	case sim.Pause:
		return c.Target
	case sim.Resume:
		return c.Target
	default:
		return ""
	}
}

func completeService(before []string, v Vocabulary) []Suggestion {
	if len(before) > 0 {
		return nil
	}
	return each("service", v.Services)
}
