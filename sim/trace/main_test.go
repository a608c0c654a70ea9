package trace

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	client  = sim.Instance{Service: "client", N: 1}
	order   = sim.Instance{Service: "order", N: 1}
	payment = sim.Instance{Service: "payment", N: 2}
)

const link = sim.LinkID("order:payment")

// open starts a log that ends with the test.
func open(t testing.TB, o Options) *Log {
	l := New(o)
	t.Cleanup(l.Close)
	return l
}

// standing is a clock that never moves.
func standing() time.Duration { return time.Second }

// all reads everything that is kept.
func all(t testing.TB, l *Log) (events []sim.Event, missed uint64) {
	t.Helper()
	buf := make([]sim.Event, 100)
	for cursor := sim.Seq(0); ; {
		n, next, gone := l.Read(cursor, buf)
		missed += gone
		if n == 0 {
			return events, missed
		}
		events, cursor = append(events, buf[:n]...), next
	}
}
