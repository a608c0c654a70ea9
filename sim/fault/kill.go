package fault

// Kill ends an instance at once, as a power cut would: its connections are
// reset, its memory is gone, and nobody listens until the fault is cleared.
//
//	order ──▶ ⚡     payment †
type Kill struct{}

func kill() Form {
	return Form{
		Word: "kill", About: "stop the target at once; clear starts it again", Level: OnService, Unit: "call", Targets: onBox,
		Params:  timed(),
		Example: "inject payment kill for=5s",
		make:    func(values) Effect { return Kill{} },
	}
}

func (Kill) effect() {}
