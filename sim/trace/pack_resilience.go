package trace

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// packResilience flattens what policies, faults, swaps and queues do.
func packResilience(l *Log, r *Record, f sim.Fact) {
	sym := func(s string) int64 { return int64(l.Text(s)) }
	switch f := f.(type) {
	case sim.Waited:
		r.Text, r.N = l.Text(f.Why), [4]int64{int64(f.For), 0, int64(f.Try)}
	case sim.Rejected:
		r.Text, r.N[1] = l.Text(f.By), sym(f.Why)
	case sim.Degraded:
		r.Text = l.Text(f.By)
	case sim.Moved:
		r.Text, r.N = l.Text(f.Policy), [4]int64{0, sym(f.From), sym(f.To), sym(f.Why)}
	case sim.Guarded:
		r.Text = l.Text(f.Policies)
	case sim.Armed:
		r.Text, r.N[1] = l.Text(f.Fault), sym(f.Text)
	case sim.Hit:
		r.Text, r.N[1] = l.Text(f.Fault), sym(f.What)
	case sim.Spent:
		r.Text = l.Text(f.Fault)
	case sim.Cleared:
		r.Text, r.N[0] = l.Text(f.Fault), flag(f.Verified)
	case sim.Swapped:
		r.Text, r.N[1] = l.Text(f.From), sym(f.To)
	case sim.Drained:
		r.Text = l.Text(f.Transport)
	case sim.Accepted:
		r.N = [4]int64{int64(f.Took), 0, f.BytesOut, f.BytesIn}
	case sim.Settled:
		r.Code, r.N[0] = f.Code, int64(f.Took)
	case sim.Queue:
		r.Text, r.N = l.Text(f.Name), [4]int64{f.Ready, f.Unacked, flag(f.Unread), int64(f.Oldest)}
	case sim.Redelivered:
		r.Text, r.N[2] = l.Text(f.Queue), int64(f.Try)
	case sim.Buried:
		r.Text, r.N[1] = l.Text(f.Queue), sym(f.Why)
	case sim.Redriven:
		r.Text, r.N[0] = l.Text(f.Queue), f.N
	case sim.Subscribed:
		r.Text, r.N[0] = l.Text(f.Topic), int64(f.From)
	case sim.Unsubscribed:
		r.Text = l.Text(f.Topic)
	case sim.Altered:
		r.Text, r.N = l.Text(f.Topic), [4]int64{int64(f.Partitions), int64(f.Replicas)}
	case sim.Led:
		r.Text, r.N = l.Text(f.Topic), [4]int64{int64(f.Leader), int64(f.Copies), int64(f.Current)}
	case sim.Position:
		r.Text, r.N = l.Text(f.Topic), [4]int64{int64(f.Partition), sym(f.Group), f.Next, f.End}
	case sim.Assigned:
		r.Text, r.N = l.Text(f.Topic), [4]int64{int64(f.Partition), sym(f.Group), sym(f.To)}
	case sim.Streamed:
		r.Text, r.N = l.Text(f.Label), [4]int64{f.Bytes, flag(f.Out), int64(f.N)}
	}
}

// unpackResilience is the way back.
func unpackResilience(l *Log, r *Record, text string) sim.Fact {
	took, sym := time.Duration(r.N[0]), func(i int) string { return l.textOf(uint32(r.N[i])) }
	switch r.Kind {
	case sim.KindWaited:
		return sim.Waited{For: took, Try: int(r.N[2]), Why: text}
	case sim.KindRejected:
		return sim.Rejected{By: text, Why: sym(1)}
	case sim.KindDegraded:
		return sim.Degraded{By: text}
	case sim.KindMoved:
		return sim.Moved{Policy: text, From: sym(1), To: sym(2), Why: sym(3)}
	case sim.KindGuarded:
		return sim.Guarded{Policies: text}
	case sim.KindArmed:
		return sim.Armed{Fault: text, Text: sym(1)}
	case sim.KindHit:
		return sim.Hit{Fault: text, What: sym(1)}
	case sim.KindSpent:
		return sim.Spent{Fault: text}
	case sim.KindCleared:
		return sim.Cleared{Fault: text, Verified: r.N[0] == 1}
	case sim.KindSwapped:
		return sim.Swapped{From: text, To: sym(1)}
	case sim.KindDrained:
		return sim.Drained{Transport: text}
	case sim.KindAccepted:
		return sim.Accepted{Took: took, BytesOut: r.N[2], BytesIn: r.N[3]}
	case sim.KindSettled:
		return sim.Settled{Code: r.Code, Took: took}
	case sim.KindQueue:
		return sim.Queue{Name: text, Ready: r.N[0], Unacked: r.N[1], Unread: r.N[2] == 1, Oldest: time.Duration(r.N[3])}
	case sim.KindRedelivered:
		return sim.Redelivered{Queue: text, Try: int(r.N[2])}
	case sim.KindBuried:
		return sim.Buried{Queue: text, Why: sym(1)}
	case sim.KindRedriven:
		return sim.Redriven{Queue: text, N: r.N[0]}
	case sim.KindStreamed:
		return sim.Streamed{Label: text, Bytes: r.N[0], Out: r.N[1] == 1, N: int(r.N[2])}
	case sim.KindSubscribed:
		return sim.Subscribed{Topic: text, From: sim.From(r.N[0])}
	case sim.KindUnsubscribed:
		return sim.Unsubscribed{Topic: text}
	case sim.KindAltered:
		return sim.Altered{Topic: text, Partitions: int(r.N[0]), Replicas: int(r.N[1])}
	case sim.KindLed:
		return sim.Led{Topic: text, Leader: int(r.N[0]), Copies: int(r.N[1]), Current: int(r.N[2])}
	case sim.KindPosition:
		return sim.Position{Topic: text, Partition: int(r.N[0]), Group: sym(1), Next: r.N[2], End: r.N[3]}
	case sim.KindAssigned:
		return sim.Assigned{Topic: text, Partition: int(r.N[0]), Group: sym(1), To: sym(2)}
	default:
		return nil
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
