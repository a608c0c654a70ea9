package tui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/player"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// running is the open world with everything that belongs to looking at it.
type running struct {
	ctx    context.Context // ends when the world is left
	cancel context.CancelFunc

	name     string // by which it was opened; "" for the world of a demo
	world    World
	lesson   Lesson        // nil in the playground
	demo     Demo          // whose chapter this world is; nil = none
	state    lessons.State // as it is told
	held     bool          // the lesson is further than it is told: the stage comes first
	due      time.Duration // the moment that the stage must have shown then
	player   *player.Player
	watching bool // somebody awaits the next event

	stage    bool // the stage has the focus; false: the text, or the panel
	sel      part.Selection
	plan     part.Plan
	ladder   bool
	rung     int // the first one drawn
	scroll   int // of the text
	read     int // the row of the text down to which it was shown in this phase
	answer   textinput.Model
	tab      playground.Tab
	events   []sim.Event   // those the list shows
	picked   int           // of events, counted from the newest; -1 = none
	listed   time.Duration // since the list was read
	strip    *view.Hop     // the message that the strip shows; nil = none yet
	filter   string
	exchange exchange
	history  []string      // lines of the palette, the newest last
	beat     time.Duration // moves the dots; stands still with the shown moment
	deeds    []deed        // what changed the world, the newest last
	under    under         // what the panel says of faults and policies
}

func newRunning(ctx context.Context, w World, l Lesson) *running {
	r := &running{world: w, lesson: l, picked: -1}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.player = player.New(w.Spec(), w.Timeline())
	r.answer = newInput(200)
	r.answer.Blur()
	if l != nil {
		r.state = l.State()
	} else {
		r.stage = true
	}
	r.player.Advance(0, w.Now())
	r.player.Live()
	return r
}

// do knocks on the door: that of the lesson or the demo where there is one.
func (r *running) do(ctx context.Context, c sim.Command) (sim.Result, error) {
	switch {
	case r.lesson != nil:
		return r.lesson.Do(ctx, c)
	case r.demo != nil:
		return r.demo.Do(ctx, c)
	default:
		return r.world.Do(ctx, c)
	}
}

// advance moves everything by one frame and reports whether the log has grown. The
// list of events is read anew each time that every has passed.
func (r *running) advance(passed, every time.Duration) bool {
	grown := r.player.Advance(passed, r.world.Now())
	if r.player.Mode() != player.Paused && !r.player.Stopped() {
		r.beat += passed
	}
	r.ask(false)
	if r.listed += passed; r.listed >= every || len(r.events) == 0 {
		r.readEvents()
	}
	r.readExchange()
	return grown
}

// ask takes the lesson's state over. What the learner caused on the stage is
// not told before the stage has shown it, unless now is true.
func (r *running) ask(now bool) {
	if r.lesson == nil {
		return
	}
	st := r.lesson.Update()
	news := tells(r.state, st)
	if news && !r.held {
		r.due = r.world.Now()
	}
	if r.held = !now && news && r.behind(r.due); r.held {
		if t := r.state.Task; t != nil && t.Send != "" {
			told := *t
			told.Send = "" // it is done
			r.state.Task = &told
		}
		return
	}
	moved := st.Step != r.state.Step || st.Phase != r.state.Phase || st.Title != r.state.Title
	if st.Step != r.state.Step {
		r.sel = part.Selection{}
		r.answer.Reset()
		if st.Phase == lessons.Predicting || st.Phase == lessons.Doing {
			r.player.Begin(r.world.Now()) // its world was prepared: what was sent before belongs to another step
		}
	}
	if moved {
		r.scroll, r.read = 0, 0
	}
	if a := asked(st); a.Span != 0 && a != asked(r.state) { // it is the one to be opened
		r.sel = part.Selection{Span: a.Span, Answer: a.Response}
	}
	if !wantsValue(st) {
		r.answer.Blur() // it is opened by a key alone, never under a key that is pressed already
	}
	r.state = st
}

// asked is the message on which the value stands that the step wants.
func asked(st lessons.State) lessons.Asked {
	if st.Task == nil {
		return lessons.Asked{}
	}
	return st.Task.Asked
}

// behind reports whether the stage has yet to show what happened until a moment.
func (r *running) behind(at time.Duration) bool {
	f := r.player.Frame()
	return f.Mode != player.Paused && (f.Told() < at || f.Trace != nil && !f.Over && f.At < at)
}

// tells reports whether now says something about what happened on the stage
// that before did not.
func tells(before, now lessons.State) bool {
	return before.Phase == lessons.Doing && before.Step == now.Step &&
		(now.Phase != before.Phase || done(now) != done(before))
}

func done(st lessons.State) bool { return st.Task != nil && st.Task.Done }

func wantsValue(st lessons.State) bool {
	return st.Phase == lessons.Doing && st.Task != nil && st.Task.WantsValue && !st.Task.ValueRight
}

// typing reports whether keys are letters of the answer.
func (r *running) typing() bool {
	return r.lesson != nil && !r.stage && r.answer.Focused() && wantsValue(r.state)
}

// watch waits for the next event while no frames are drawn.
func (r *running) watch() tea.Cmd {
	if r.watching {
		return nil
	}
	r.watching = true
	after := r.player.Head()
	return func() tea.Msg {
		_, _ = r.world.Timeline().Await(r.ctx, after, func(sim.Event) bool { return true })
		return wokeMsg{r}
	}
}

// keptEvents is how many events the list reaches back.
const keptEvents = 400

// readEvents takes the newest events up to the shown moment, newest last.
func (r *running) readEvents() {
	r.listed = 0
	if r.lesson != nil || r.tab != playground.Events || r.picked >= 0 {
		return // the list stands still while one of its rows is selected
	}
	r.events = r.player.Events(keptEvents, func(e sim.Event) bool {
		return len(part.Filtered([]sim.Event{e}, r.filter)) > 0
	})
}

// exchange is what crossed for the message of the strip.
type exchange struct {
	span sim.SpanID
	sim.Exchange
	found, whole bool
}

// readExchange looks for the bytes of the message of the strip until they are whole.
func (r *running) readExchange() {
	r.measure()
	h := r.strip
	if h == nil {
		r.exchange = exchange{}
		return
	}
	if r.exchange.span == h.Span && r.exchange.whole {
		return
	}
	x, found := r.world.Exchange(h.Link, h.Span)
	r.exchange = exchange{h.Span, x, found, found && h.EndedAt != 0 && (len(x.Response.Raw) > 0 || h.Outcome != sim.WasAnswered)}
}

// hop is the message that is looked at: the selected one, or the newest of the
// followed request that is shown and whose two ends are on the stage.
func (r *running) hop() *view.Hop {
	f := r.player.Frame()
	if h := r.chosen(f.Picture.Traces, f.At); h != nil {
		return h
	}
	if f.Trace == nil {
		return nil
	}
	var newest, ofLink *view.Hop
	for _, h := range f.Trace.Hops {
		if h.Span == r.sel.Span && h.SentAt <= f.At {
			return h
		}
		if h.SentAt > f.At || !r.onStage(h.Link) {
			continue
		}
		newest = h
		if h.Link == r.sel.Link {
			ofLink = h
		}
	}
	if ofLink != nil {
		return ofLink
	}
	return newest
}

// measure chooses the message of the strip. One that has only just left has no length
// to be drawn to scale: until it has, the one before stays.
func (r *running) measure() {
	f := r.player.Frame()
	switch h := r.hop(); {
	case h != nil && (h.SentAt < f.At || r.strip == nil):
		r.strip = h
	case h == nil && (f.Trace == nil || r.strip != nil && !r.onStage(r.strip.Link)):
		r.strip = nil
	}
}

// chosen is the selected message, of whatever request; nil when none is selected, or
// it is not kept any more.
func (r *running) chosen(traces []*view.Trace, now time.Duration) *view.Hop {
	if r.sel.Span == 0 {
		return nil
	}
	for _, t := range traces {
		for _, h := range t.Hops {
			if h.Span == r.sel.Span && h.SentAt <= now {
				return h
			}
		}
	}
	return nil
}

// onStage reports whether both ends of a link are shown in this step.
func (r *running) onStage(l sim.LinkID) bool {
	show := r.state.Show
	if r.lesson == nil || len(show) == 0 {
		return true
	}
	from, to := false, false
	for _, s := range show {
		from = from || s == l.From()
		to = to || s == l.To()
	}
	return from && to
}
