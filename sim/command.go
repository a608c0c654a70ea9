package sim

import (
	"context"
	"time"
)

// Command is something a person wants of the world. Keys, the palette, lessons,
// demos, scripts and `msc-sim ctl` all make these; sim/door turns words into them.
type Command interface{ command() }

// Door changes a world.
type Door interface {
	// Do returns when the effect holds: every event after Result.Seq happened
	// after it. Many may knock at once; commands take effect one after another.
	Do(ctx context.Context, c Command) (Result, error)
	Timeline() Timeline
}

// Result is what a command did.
type Result struct {
	Seq  Seq    // the last event before the effect was complete
	Text string // in a few words, for people
	Data any    // for Show: what was asked for, ready for encoding/json; else nil
}

// Arrivals says how requests under load are spaced.
type Arrivals uint8

const (
	Constant Arrivals = iota // evenly
	Poisson                  // independently of each other, as from many people
)

func (a Arrivals) String() string { return [...]string{"constant", "poisson"}[a] }

// The commands. Their fields are their parameters.
type (
	// Send makes the request of a use case N times, one after another. Fields
	// replace parts of its body ("item": "101").
	Send struct {
		UseCase string
		N       int
		Fields  map[string]string
	}
	// SetLoad offers requests at a rate, whether answers come or not. Rate 0 ends it.
	SetLoad struct {
		Rate     Rate
		UseCase  string // "" = the first one of the world
		Arrivals Arrivals
		For      time.Duration // 0 = until changed, at most an hour
		// Fields replace parts of the body; "~1000" is another number from 1 to 1000 in each request.
		Fields map[string]string
	}
	// Kill ends an instance at once: connections are reset, memory is lost. "payment" kills all its instances.
	// A NATS server is shut down in an orderly way: it keeps what it has acknowledged.
	Kill struct{ Target string }
	// Start brings a killed instance back, on another port, with empty memory.
	Start struct{ Target string }
	// Restart is Kill and Start.
	Restart struct{ Target string }
	// Pause makes an instance stand still: connections stay open, nothing moves.
	Pause struct{ Target string }
	// Resume ends a Pause.
	Resume struct{ Target string }
	// Scale runs N instances of a service.
	Scale struct {
		Service string
		N       int
	}
	// Swap moves a link to another transport while traffic flows. No call is lost.
	Swap struct {
		Link      LinkID
		Transport string
	}
	// Subscribe lets a service hear what is published in a topic, from now on or,
	// where it is kept, from the beginning; also once more from the beginning.
	Subscribe struct {
		Topic, Service string
		From           From
	}
	// Unsubscribe ends that.
	Unsubscribe struct{ Topic, Service string }
	// AlterTopic changes in how many partitions, and on how many nodes, a topic is
	// kept, while it is used; 0 leaves a number as it is.
	AlterTopic struct {
		Topic                string
		Partitions, Replicas int
	}
	// Redrive puts the dead letters of a queue back into it, as `show queues` names it.
	Redrive struct{ Queue string }
	// Inject arms a fault at a link, service or instance. Params are the fault's
	// own (delay=300ms) and those of every fault: share, first, every, for, direction.
	Inject struct {
		Target, Fault string
		Params        map[string]string
	}
	// Clear takes a fault away: by its id, all of a target, or "all".
	Clear struct{ Target string }
	// Guard puts a policy on a link, or a preset of several.
	Guard struct {
		Link   LinkID
		Policy string // "retry", or "preset=hystrix"
		Params map[string]string
	}
	// Unguard takes one policy off a link, or all with Policy "".
	Unguard struct {
		Link   LinkID
		Policy string
	}
	// Login makes a token for a client of the gateway; its text is the token. Flaw is
	// what is wrong with it, one of [Flaws].
	Login struct{ Client, Flaw string }
	// SetSteps lets a gateway take its requests through other steps, or the same in
	// another order, until it is started anew: "auth, ratelimit refill=steady".
	SetSteps struct{ Service, Steps string }
	// Mark puts a note on the timeline.
	Mark struct{ Text string }
	// ResetWorld starts all instances anew, ends load, and starts counting again.
	ResetWorld struct{}
	// Show asks for something: a link, links, services, world, fidelity; of dead
	// letters, those of one queue.
	Show struct{ What, Of string }
	// Predict chooses an answer before the truth is known. Lessons.
	Predict struct{ Choice string }
	// AnswerTask gives what was read. Lessons.
	AnswerTask struct{ Value string }
	// Next goes on. Lessons.
	Next struct{}
	// Back goes back. Lessons.
	Back struct{}
	// Hint asks for the next hint. Lessons.
	Hint struct{}
	// Enter does what the Enter key offers in a lesson: the next line of the task with
	// all that belongs to it, or the next step. It is refused while the last one runs. Lessons.
	Enter struct{}
	// Solve lets the answer of this step be played, and the step be marked so. Lessons.
	Solve struct{}
	// Vote counts the hands of a room, one number for each choice. Demos.
	Vote struct{ Hands []int }
)

// Aimed is a command that starts or stops a service, a broker, or one instance or node of it.
type Aimed interface {
	Command
	Aim() string // "payment", "payment#2", "kafka#2"
}

func (c Kill) Aim() string    { return c.Target }
func (c Start) Aim() string   { return c.Target }
func (c Restart) Aim() string { return c.Target }
func (c Pause) Aim() string   { return c.Target }
func (c Resume) Aim() string  { return c.Target }

func (Send) command()        {}
func (SetLoad) command()     {}
func (Kill) command()        {}
func (Start) command()       {}
func (Restart) command()     {}
func (Pause) command()       {}
func (Resume) command()      {}
func (Scale) command()       {}
func (Swap) command()        {}
func (Subscribe) command()   {}
func (Unsubscribe) command() {}
func (AlterTopic) command()  {}
func (Redrive) command()     {}
func (Inject) command()      {}
func (Clear) command()       {}
func (Guard) command()       {}
func (Unguard) command()     {}
func (Login) command()       {}
func (SetSteps) command()    {}
func (Mark) command()        {}
func (ResetWorld) command()  {}
func (Show) command()        {}
func (Predict) command()     {}
func (AnswerTask) command()  {}
func (Next) command()        {}
func (Back) command()        {}
func (Hint) command()        {}
func (Enter) command()       {}
func (Solve) command()       {}
func (Vote) command()        {}
