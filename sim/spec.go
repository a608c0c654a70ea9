package sim

import (
	"time"
)

// Bounds of what a world is made of.
const (
	MaxInstances  = 64 // of a service
	MaxPartitions = 64 // of a topic
	MaxReplicas   = 5  // of a topic
)

// WorldSpec is a world as its file describes it, checked and in file order.
// sim/worldfile reads it from YAML.
type WorldSpec struct {
	Name     string
	About    string
	Seed     uint64
	Services []ServiceSpec // in the order of the file
	Links    []LinkSpec
	UseCases []UseCase
	Topics   []TopicSpec // a link leads to a topic as to a service: "order:order-created"
	Brokers  []BrokerSpec
	Goals    []string

	Places Places // where its file names what
}

// Places says where a file names a thing: "service order", "link a:b", "call a:b",
// "topic t", "use case u" → "world.yaml:3:5". What was not read from a file has no
// place. Places say nothing about the world, so any two are equal.
type Places map[string]string

// Equal implements what go-cmp asks for.
func (Places) Equal(Places) bool { return true }

// At puts the place of a thing in front of an error.
func (p Places) At(thing string, err error) error {
	place, ok := p[thing]
	if !ok || err == nil {
		return err
	}
	e := AsError(err)
	return &Error{Code: Invalid, Message: place + ": " + e.Message, Fix: e.Fix, Err: err}
}

// ServiceSpec describes one box of a world.
type ServiceSpec struct {
	Name        string
	Kind        string            // "product", "generic", …; "client" only sends
	Instances   int               // at least 1
	Workers     int               // requests worked on at once by one instance; 0 = no limit
	Queue       *int              // how many more wait for a worker of an instance before it refuses; nil = as many as Workers
	Time        Dist              // how long a request takes to work on, besides its calls
	Store       string            // "" = memory; "sqlite" = a database that outlives the instance
	Outbox      bool              // facts are written down with what made them true, and published from there
	Once        bool              // a fact, or what is told with an Idempotency-Key, is handled once, however often it comes
	Calls       [][]string        // generic: whom it calls, group after group; the members of a group at once
	Idempotency string            // "" = as the contract says; "required"
	Routes      []string          // of a gateway: which request goes where, one a line
	Steps       []string          // of a gateway: what a request meets on its way, outermost first
	Clients     []string          // of an issuer of tokens: who may ask for them, one a line
	Settings    map[string]string // what only its kind knows
	At          string            // the learner's own process behind the box, http://127.0.0.1:9000
}

// LinkSpec describes one link of a world.
type LinkSpec struct {
	ID        LinkID
	Transport string // "rest" unless the file says otherwise
	Policies  []string
	Distance  string // how far apart its ends stand, one of [Distances]; "" = on this machine
	// Connections is how many connections one caller opens to one instance, where
	// a transport gives each call one of its own (REST); 0 = as many as it needs.
	Connections int
}

// UseCase is a request that a person would make.
type UseCase struct {
	Name     string // "order.place"
	About    string // in a few words: "place an order"
	From, To string
	Mode     Mode
	Contract string            // short or full name of the request: "PlaceOrder"
	Body     string            // its JSON, with $field where a field goes
	Fields   map[string]string // the fields and what they are unless said otherwise
	Header   map[string]string // extra headers; $field is replaced here too
	Numbers  map[string]string // field numbers of a caller whose .proto is another one, by field; gRPC only
	As       string            // the client whose token the request carries: "shop-app"; $field where a field goes
	Raw      *Raw              // a request written by hand instead of a contract; nil = none
	Deadline time.Duration     // how long the customer waits; 0 = DefaultDeadline
}

// DefaultDeadline is how long a customer waits unless the world says otherwise.
const DefaultDeadline = 10 * time.Second

// UseCase finds a use case by name.
func (w *WorldSpec) UseCase(name string) (UseCase, bool) {
	for _, u := range w.UseCases {
		if u.Name == name {
			return u, true
		}
	}
	return UseCase{}, false
}

// Service finds a service by name.
func (w *WorldSpec) Service(name string) (ServiceSpec, bool) {
	for _, s := range w.Services {
		if s.Name == name {
			return s, true
		}
	}
	return ServiceSpec{}, false
}

// Topic finds a topic by name.
func (w *WorldSpec) Topic(name string) (TopicSpec, bool) {
	for _, t := range w.Topics {
		if t.Name == name {
			return t, true
		}
	}
	return TopicSpec{}, false
}

// AddLink adds a REST link from one service to another unless there is one.
func (w *WorldSpec) AddLink(from, to string) {
	id := Link(from, to)
	for _, l := range w.Links {
		if l.ID == id {
			return
		}
	}
	w.Links = append(w.Links, LinkSpec{ID: id, Transport: "rest"})
}
