package wire

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Point is where on the life of a connection a hook stands. Points can be added up.
type Point uint8

const (
	AtDial   Point = 1 << iota // somebody is about to dial
	AtAccept                   // a connection was accepted
	AtOut                      // bytes are about to leave
	AtIn                       // bytes came in
	AtClose                    // its owner closes the connection
)

// Hook is a fault on connections. It only decides; the net does what it says.
//
//	dial ─▶ Meet ─▶ connection      write ─▶ Meet ─▶ kernel
//	                                read  ◀─ Meet ◀─ kernel
//
// Meet is called at every point of every connection it was armed on, by many
// goroutines. It must not block, and must not call the net.
type Hook interface{ Meet(m Moment) Verdict }

// Moment is what a hook meets.
type Moment struct {
	Point Point
	Route sim.Route  // whose connection it is; without a Link when somebody outside dialled it
	Span  sim.SpanID // the attempt it carries now; 0 = nobody said, so it may be any on its route
	Bytes []byte     // at AtOut and AtIn: what crosses; a hook may change them in place
	Burst *Unit      // what goes one way until something goes the other way; a dial, an accept or a close by itself
	Whole *Unit      // the connection, since this hook met it first
}

// Unit is what a hook remembers of something it counts. Each unit begins as the
// zero value; Asked, Chosen and Hit are the hook's alone.
type Unit struct {
	Asked  bool  // the hook has decided about it
	Chosen bool  // and wants to touch it
	Hit    bool  // and has touched it
	Passed int64 // bytes of it that came before
}

// Verdict is what happens to what a hook met. The zero verdict changes nothing.
type Verdict struct {
	Err     error         // AtDial: it fails with this
	Hold    bool          // it stays where it is until the hook is gone
	Delay   time.Duration // it arrives so much later, at most MaxDelay
	Rate    int64         // it crosses at so many bytes per second; 0 = at once
	Piece   int           // it crosses in pieces of at most so many bytes; 0 = in one
	Gap     time.Duration // with so much time between two pieces
	Changed bool          // its bytes were changed
	End     End           // the connection ends here,
	After   int           // when so many of these bytes have crossed
}

// MaxDelay bounds how long a hook may delay anything.
const MaxDelay = time.Minute

// IsZero reports whether nothing happens.
func (v Verdict) IsZero() bool { return v == Verdict{} }

// slow reports whether bytes take time.
func (v Verdict) slow() bool { return v.Hold || v.Delay > 0 || v.Rate > 0 || v.Piece > 0 }

// End is how a hook ends a connection.
type End uint8

const (
	GoesOn End = iota
	Resets     // both sides see a reset, and what was under way is gone
	Closes     // both sides see a clean end
)

// Place says which connections a hook is armed on: those dialled along Link or,
// without one, all that Instance dials and accepts. N 0 means every instance of
// the service, also those to come. Dials to the instance meet it too.
type Place struct {
	Link     sim.LinkID
	Instance sim.Instance
}

// dialled reports whether a dial along r meets a hook at p.
func (p Place) dialled(r sim.Route) bool {
	if p.Link != "" {
		return p.along(r.Link)
	}
	return p.has(r.From) || p.has(r.To)
}

// open reports whether a connection of who along r is one of p.
func (p Place) open(who sim.Instance, link sim.LinkID) bool {
	if p.Link != "" {
		return p.along(link)
	}
	return p.has(who)
}

// along reports whether link is the one of p; of a queue link without a leg it
// is the one to the broker.
func (p Place) along(link sim.LinkID) bool { return link == p.Link || link == p.Link+"@in" }

func (p Place) has(i sim.Instance) bool {
	return p.Instance.Service == i.Service && (p.Instance.N == 0 || p.Instance.N == max(i.N, 1))
}
