package fault

import (
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Cut ends a connection when so many bytes have crossed it in one direction:
// in the middle of a message, if that is where it falls.
//
//	▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪ ──▶ ▪▪▪▪▪│ end
//	                    after
type Cut struct {
	After     int64
	Direction Direction
}

func cut() Form {
	return Form{
		Word: "cut", About: "close connections after a number of bytes", Loses: true, Level: OnConnection, Unit: "connection", Targets: onBoth,
		Params: counted(
			form.Param{Name: "after", Kind: form.Bytes, Unit: "bytes", Default: "100B", Min: 0, Max: 1 << 30, About: "bytes that cross before the connection closes", Example: "1KiB"},
			anyWay("in"),
		),
		Example: "inject order:payment cut after=100B",
		make:    func(v values) Effect { return Cut{int64(v.Number("after")), v.direction()} },
	}
}

func (Cut) effect()              {}
func (f Cut) Points() wire.Point { return f.Direction.points() }

// Meet ends the connection in the bytes that go too far.
func (f Cut) Meet(m wire.Moment) wire.Verdict {
	left := f.After - m.Whole.Passed
	if left >= int64(len(m.Bytes)) {
		return wire.Verdict{}
	}
	return wire.Verdict{End: wire.Closes, After: int(max(left, 0))}
}

// What says what happened.
func (f Cut) What(wire.Verdict) string { return "connection cut after " + form.Size(f.After) }
