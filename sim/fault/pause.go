package fault

// Pause makes an instance stand still, as SIGSTOP would: connections stay
// open, the kernel buffers, nothing is answered.
//
//	order ──▶ ▪▪▪ ┄┄ payment ⏸
type Pause struct{}

func pause() Form {
	return Form{
		Word: "pause", About: "pause the target: connections stay open, and it reads and writes nothing", Level: OnService, Unit: "call", Targets: onBox,
		Params:  timed(),
		Example: "inject payment pause for=5s",
		make:    func(values) Effect { return Pause{} },
	}
}

func (Pause) effect() {}
