package trace

import (
	"math"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Pack flattens an event. Seq and At are left out: the log gives them. Texts
// longer than [MaxText] are cut.
func Pack(l *Log, e sim.Event) Record {
	r := Record{Trace: e.Trace, Span: e.Span, Parent: e.Parent, Depth: e.Depth, Kind: e.Fact.Kind()}
	if e.Node.Service != "" {
		r.Node = l.Symbol(e.Node.String())
	}
	r.Link = l.Symbol(string(e.Link))
	switch f := e.Fact.(type) {
	case sim.Begun:
		r.Text = l.Text(f.UseCase)
	case sim.Ended:
		r.Text, r.Status, r.Code = l.Text(f.Text), int32(f.Outcome), f.Code
		r.N = [4]int64{int64(f.Took), int64(l.Text(f.UseCase)), flag(f.Late)}
	case sim.Called:
		r.Text = l.Text(f.Type)
	case sim.Sent:
		r.Text, r.N[2], r.N[3] = l.Text(f.Label), int64(f.Try), flag(f.Hedge)
	case sim.Received:
		r.Text, r.N[1] = l.Text(f.Label), int64(l.Text(f.Peer))
	case sim.Replied:
		r.Code, r.Status, r.N[0], r.N[1] = f.Code, int32(f.Status), int64(f.Took), flag(f.Late)
	case sim.Answered:
		r.Code, r.Status = f.Code, int32(f.Status)
		r.N = [4]int64{int64(f.Took), int64(f.Connect), f.BytesOut, f.BytesIn}
	case sim.Failed:
		r.Code, r.Status, r.Text = f.Code, int32(f.Status), l.Text(f.Reason)
		r.N = [4]int64{int64(f.Took), 0, f.BytesOut, f.BytesIn}
	case sim.Lost:
		r.N[0] = int64(f.Took)
	case sim.Effect:
		r.Text = l.Text(f.Text)
	case sim.Started:
		r.Text, r.N = l.Text(f.Addr), [4]int64{int64(f.Nodes), int64(l.Text(f.Note)), flag(f.Part)}
	case sim.Stopped:
		r.Text, r.N[2] = l.Text(f.Cause), flag(f.Part)
	case sim.Paused:
		r.Text, r.N[2] = l.Text(f.Cause), flag(f.Part)
	case sim.Resumed:
		r.N[2] = flag(f.Part)
	case sim.Load:
		r.Text, r.N[0] = l.Text(f.UseCase), bitsOf(f.Rate)
	case sim.Shortfall:
		r.Text, r.N[0], r.N[1] = l.Text(f.UseCase), bitsOf(f.Offered), bitsOf(f.Sent)
	case sim.Marked:
		r.Text = l.Text(f.Text)
	case sim.Missed:
		r.N[0] = int64(f.N)
	default:
		packResilience(l, &r, e.Fact)
	}
	return r
}

// Unpack makes the event again. Its Seq is not part of a record and stays 0. A
// text that the log has forgotten reads "…".
func Unpack(l *Log, r *Record) sim.Event {
	return sim.Event{
		At: time.Duration(r.At), Trace: r.Trace, Span: r.Span, Parent: r.Parent, Depth: r.Depth,
		Node: l.names.resolve(r.Node).node, Link: sim.LinkID(l.textOf(r.Link)), Fact: fact(l, r),
	}
}

func fact(l *Log, r *Record) sim.Fact {
	took, text := time.Duration(r.N[0]), l.textOf(r.Text)
	switch r.Kind {
	case sim.KindBegun:
		return sim.Begun{UseCase: text}
	case sim.KindEnded:
		return sim.Ended{UseCase: l.textOf(uint32(r.N[1])), Outcome: sim.Outcome(r.Status), Text: text, Took: took, Code: r.Code, Late: r.N[2] == 1}
	case sim.KindCalled:
		return sim.Called{Type: text}
	case sim.KindSent:
		return sim.Sent{Label: text, Try: int(r.N[2]), Hedge: r.N[3] == hedge}
	case sim.KindReceived:
		return sim.Received{Label: text, Peer: l.textOf(uint32(r.N[1]))}
	case sim.KindReplied:
		return sim.Replied{Code: r.Code, Status: int(r.Status), Took: took, Late: r.N[1] == 1}
	case sim.KindAnswered:
		return sim.Answered{
			Status: int(r.Status), Code: r.Code, Took: took,
			Connect: time.Duration(r.N[1]), BytesOut: r.N[2], BytesIn: r.N[3],
		}
	case sim.KindFailed:
		return sim.Failed{Status: int(r.Status), Code: r.Code, Took: took, Reason: text, BytesOut: r.N[2], BytesIn: r.N[3]}
	case sim.KindLost:
		return sim.Lost{Took: took}
	case sim.KindEffect:
		return sim.Effect{Text: text}
	default:
		return worldFact(l, r, text)
	}
}

// worldFact unpacks what happens to the world itself.
func worldFact(l *Log, r *Record, text string) sim.Fact {
	switch r.Kind {
	case sim.KindStarted:
		return sim.Started{Addr: text, Note: l.textOf(uint32(r.N[1])), Nodes: int(r.N[0]), Part: r.N[2] == 1}
	case sim.KindStopped:
		return sim.Stopped{Cause: text, Part: r.N[2] == 1}
	case sim.KindPaused:
		return sim.Paused{Cause: text, Part: r.N[2] == 1}
	case sim.KindResumed:
		return sim.Resumed{Part: r.N[2] == 1}
	case sim.KindLoad:
		return sim.Load{UseCase: text, Rate: rateOf(r.N[0])}
	case sim.KindShortfall:
		return sim.Shortfall{UseCase: text, Offered: rateOf(r.N[0]), Sent: rateOf(r.N[1])}
	case sim.KindMarked:
		return sim.Marked{Text: text}
	case sim.KindReset:
		return sim.Reset{}
	case sim.KindMissed:
		return sim.Missed{N: uint64(r.N[0])}
	default:
		return unpackResilience(l, r, text)
	}
}

// bitsOf and rateOf keep a rate as it is.
func bitsOf(r sim.Rate) int64 { return int64(math.Float64bits(float64(r))) }
func rateOf(n int64) sim.Rate { return sim.Rate(math.Float64frombits(uint64(n))) }
