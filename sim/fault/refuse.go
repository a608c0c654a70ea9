package fault

import (
	"net"
	"os"
	"syscall"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// Refuse makes every new connection fail as if nobody listened. Open ones go on.
//
//	dial ──▶ ✗ refused     payment
//
// Somebody outside, whose dial is not ours, is let in by the kernel and reset.
type Refuse struct{}

func refuse() Form {
	return Form{
		Word: "refuse", About: "refuse new connections; open ones continue", Level: OnConnection, Unit: "dial", Targets: onBoth,
		Params:  counted(),
		Example: "inject order:payment refuse",
		make:    func(values) Effect { return Refuse{} },
	}
}

func (Refuse) effect() {}

// Points are a dial of ours, and the arrival of a connection from outside.
func (Refuse) Points() wire.Point { return wire.AtDial | wire.AtAccept }

// Meet refuses.
func (Refuse) Meet(m wire.Moment) wire.Verdict {
	if m.Point == wire.AtAccept {
		return wire.Verdict{End: wire.Resets}
	}
	return wire.Verdict{Err: &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}}
}

// What says what happened.
func (Refuse) What(v wire.Verdict) string {
	if v.End != wire.GoesOn {
		return "connection reset as it came"
	}
	return "connection refused"
}
