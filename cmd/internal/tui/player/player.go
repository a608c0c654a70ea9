// Package player decides which moment of the log the screen shows.
//
// The log runs at full speed; the player reads it late. It follows one request
// and shows it through one monotone warp of time; what else happens is folded
// into the picture when its moment comes, so a cause is never shown after its
// effect. Live is a reader that is at most two seconds late, slow motion a slow
// reader, pause a reader that stands still, rewind a smaller cursor.
//
//	log    ────────────────●───────────────────────▶ now
//	shown                  └─ At: what the screen shows
//
// The player has no clock of its own: whoever calls Advance says how much time
// has passed on the screen and what time it is in the world. It starts nothing
// and belongs to one goroutine.
package player

import (
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Bounds of what the player does.
const (
	MaxLag = 2 * time.Second        // live is never later than this
	Hold   = 700 * time.Millisecond // how long the end of a request stays before a newer one is followed
	MaxJog = 4                      // how often the speed can be doubled or halved
)

// Mode says how the shown moment moves.
type Mode uint8

const (
	Live   Mode = iota // as near to now as an eye can follow
	Slow               // the same at a fraction of the speed, however late that is
	Replay             // the followed request once more, from its beginning; then live again
	Paused             // not at all
)

func (m Mode) String() string { return [...]string{"live", "slow", "replay", "paused"}[m] }

// Player is the reader behind the screen. Make one with New.
type Player struct {
	log    sim.Timeline
	past   *view.History
	head   sim.Seq // the last event folded into past
	buf    []sim.Event
	shown  *view.Picture
	at     time.Duration
	now    time.Duration
	follow sim.TraceID
	replay bool
	paused bool
	jog    int           // the speed is 2^jog
	haste  float64       // how many times faster than the warp live shows the followed request
	held   time.Duration // how long the end of the followed request has been shown
	clock  *warp.Clock   // of the followed request, as far as it is known
	grown  sim.Seq       // the head that clock was made at
	stop   *Stop         // what is shown goes no further
	scene  time.Duration // when the scene that is shown began; see Begin
}

// New returns a player that shows the end of the log.
func New(spec *sim.WorldSpec, log sim.Timeline) *Player {
	p := &Player{log: log, past: view.NewHistory(spec), buf: make([]sim.Event, 512)}
	p.shown = view.New(spec)
	p.clock, p.haste = warp.New(nil), 1
	return p
}

// Frame is what the screen shows now. Its pictures belong to the player and
// hold until it is next told to do something.
type Frame struct {
	Picture *view.Picture // the world at the shown moment
	Trace   *view.Trace   // the followed request with all that is known of it; nil when there is none in this scene
	Last    view.Seen     // what the customer saw last in this scene
	Since   time.Duration // when this scene began: what was before is not of it; 0 = nothing was
	At      time.Duration // the shown moment
	Now     time.Duration // the world's
	Clock   *warp.Clock   // of Trace
	Mode    Mode
	Speed   float64 // as it was chosen: 1 = as the warp has it
	Haste   float64 // how many times faster than that, so as not to be late
	Over    bool    // all of Trace that is known has been shown
	All     bool    // everything that has happened has been shown
}

// Told is the moment up to which the picture shows everything that happened: Now when
// nothing has happened since At.
func (f Frame) Told() time.Duration {
	if f.All {
		return f.Now
	}
	return f.At
}

// Lag is how late the screen is.
func (f Frame) Lag() time.Duration { return max(f.Now-f.At, 0) }

// Frame returns what to show now.
func (p *Player) Frame() Frame {
	tr, last := p.trace(), p.shown.Last
	over := p.over(tr)
	if tr != nil && tr.EndedAt != 0 && p.former(end(tr)) {
		tr = nil
	}
	if p.former(last.At) {
		last = view.Seen{}
	}
	return Frame{
		Picture: p.shown, Trace: tr, Last: last, Since: p.since(), At: p.at, Now: p.now, Clock: p.clock,
		Mode: p.Mode(), Speed: p.speed(), Haste: p.haste, Over: over, All: p.shown.Seq >= p.head,
	}
}

// Begin begins a scene at a moment of the world: requests that have ended are not told any more, unless an
// earlier moment is shown. A reset of the world does the same.
func (p *Player) Begin(now time.Duration) { p.scene = max(p.now, now) }

// former reports whether a moment belongs to a scene before the one that is shown.
func (p *Player) former(at time.Duration) bool {
	scene := p.since()
	return scene > 0 && at <= scene
}

// since is when the scene that is shown began; 0 when an earlier moment is shown.
func (p *Player) since() time.Duration {
	if scene := max(p.scene, p.shown.Scene); p.at >= scene {
		return scene
	}
	return 0
}

// Stop is a moment of the world, and the last event before it.
type Stop struct {
	At  time.Duration
	Seq sim.Seq
}

// StopAt lets the shown moment go no further than s until it is told otherwise; nil =
// as far as there is something to show. Unlike Pause it goes that far first.
func (p *Player) StopAt(s *Stop) { p.stop = s }

// Stopped reports whether the shown moment stands where StopAt said.
func (p *Player) Stopped() bool { return p.stop != nil && p.at == p.stop.At }

// Mode is how the shown moment moves now.
func (p *Player) Mode() Mode {
	switch {
	case p.paused:
		return Paused
	case p.replay:
		return Replay
	case p.jog < 0:
		return Slow
	default:
		return Live
	}
}

func (p *Player) speed() float64 {
	if p.jog < 0 {
		return 1 / float64(int(1)<<-p.jog)
	}
	return float64(int(1) << p.jog)
}

// Moving reports whether the next Advance may show something else although
// nothing new happens in the world.
func (p *Player) Moving() bool {
	if p.paused {
		return false
	}
	tr := p.trace()
	return p.replay || tr != nil && (!p.over(tr) || p.held < Hold) || p.shown.Seq < p.head || p.shown.Fades()
}

// Head is the last event that was read.
func (p *Player) Head() sim.Seq { return p.head }

// Newest is the world as far as the log goes, also what is not shown yet. It
// belongs to the player.
func (p *Player) Newest() *view.Picture { return p.past.Head() }

// Events are the last n events up to the shown moment that are wanted, oldest first.
func (p *Player) Events(n int, wanted func(sim.Event) bool) []sim.Event {
	var all []sim.Event
	seq := p.shown.Seq + 1
	for tried := 0; tried < maxTried && len(all) < n; tried++ {
		before, more := p.past.Prev(seq)
		if !more {
			break
		}
		seq = before
		if e, ok := p.past.Event(seq); ok && wanted(e) {
			all = append(all, e)
		}
	}
	slices.Reverse(all)
	return all
}

// maxTried bounds how far back Events looks.
const maxTried = 2000

// trace is the followed request as the head of the log knows it; nil when there
// is none, or when it is too old to be remembered.
func (p *Player) trace() *view.Trace { return p.find(p.follow) }

func (p *Player) find(id sim.TraceID) *view.Trace {
	return p.past.Head().Trace(id)
}

// over reports whether everything known of t has been shown and t has ended.
func (p *Player) over(t *view.Trace) bool {
	return t == nil || t.EndedAt != 0 && p.at >= end(t)
}

// end is when the last thing of t happened: a request may go on after its
// customer has an outcome.
func end(t *view.Trace) time.Duration {
	last := t.EndedAt
	for _, h := range t.Hops {
		last = max(last, h.SentAt, h.ReceivedAt, h.RepliedAt, h.EndedAt)
	}
	return last
}
