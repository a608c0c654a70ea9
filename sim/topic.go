package sim

import "context"

// TopicSpec describes one topic of a world: a name to which facts are published.
// Whoever publishes does not know who subscribed, nor how many did.
type TopicSpec struct {
	Name       string
	To         []string // the services that subscribe, from the start
	Partitions int      // where a topic is kept in partitions; 0 = as the broker is used to
	Replicas   int      // on how many nodes each fact is kept, where a broker copies it; 0 = as the broker is used to
	Key        string   // the field of a fact by whose value order is kept ("customer_id"); "" = none
}

// From says where in a topic a subscriber begins.
type From uint8

const (
	FromNow       From = iota // only messages that are published from now on
	FromBeginning             // everything that is still kept, then the rest
)

func (f From) String() string { return [...]string{"now", "beginning"}[f] }

// Since is f in a sentence: "hears it from now on".
func (f From) Since() string { return [...]string{"from now on", "from the beginning"}[f] }

// Broadcaster is implemented by a [Transport] whose broker carries facts to
// everybody who subscribed. Each subscribing service is a group of its own: it
// gets every fact once, whichever of its instances takes it.
type Broadcaster interface {
	// Topic makes a topic known, with its subscribers: those of T and no others. It
	// is called before the first Dial along a link to the topic, and before Bind.
	Topic(t TopicSpec)
	// Subscribe makes a service take part in a topic; by is the instance that goes
	// and asks for it. What is published after it has returned is kept for the
	// service. Of one that takes part already, FromBeginning hands out all that is
	// kept once more; a broker that keeps nothing refuses it.
	Subscribe(ctx context.Context, n Net, by Instance, topic, service string, from From) error
	// Unsubscribe ends that. What still waits for the service is given up.
	Unsubscribe(ctx context.Context, n Net, by Instance, topic, service string) error
}

// Alterer is implemented by a [Broadcaster] whose topics can be changed while
// they are used.
type Alterer interface {
	// Alter gives a topic T.Partitions and T.Replicas; 0 leaves a number as it is. It
	// returns when the broker has done so. What a broker cannot do is [Invalid], and
	// the error says what it can; by is the instance that goes and asks for it.
	Alter(ctx context.Context, n Net, by Instance, t TopicSpec) error
}

// Direct is the promise of a call: nobody stands between.
func Direct() Promise {
	return Promise{
		Keeper: "not stored: if the server is not reachable, the call fails",
		Order:  "as called, if the caller waits for each response",
		Again:  "when the caller retries",
		Replay: "no",
	}
}

// Differs says in words what changes for messages when p takes the place of old.
func (p Promise) Differs(old Promise) (changes []string) {
	for _, c := range [...]struct{ what, was, is string }{
		{"stored in", old.Keeper, p.Keeper},
		{"sequence", old.Order, p.Order},
		{"redelivery", old.Again, p.Again},
		{"replay", old.Replay, p.Replay},
	} {
		if c.was != c.is {
			changes = append(changes, c.what+": "+c.is+"; it was: "+c.was)
		}
	}
	return changes
}

// Promise is what a way of travelling promises of a message, in few words for
// people. It is what changes when a link is swapped.
type Promise struct {
	Keeper string `json:"keeper"`     // who has the message until it is handled
	Order  string `json:"order"`      // which messages stay in order
	Again  string `json:"redelivery"` // when it comes twice
	Replay string `json:"replay"`     // whether what was handled can be read again
}
