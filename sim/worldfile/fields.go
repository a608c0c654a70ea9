package worldfile

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/services"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/gateway"
	"github.com/msc-sim/msc-sim/sim/identity"
	"github.com/msc-sim/msc-sim/sim/mapping"
	"go.yaml.in/yaml/v3"
)

// Part is a part of a world file with its fields.
type Part struct {
	Name   string // as errors call it: "a service"
	About  string
	Fields []form.Param
}

// Shape is everything that a world file may contain, for the reference.
func Shape() []Part {
	return []Part{
		shape(ofWorld()), shape(ofService()), shape(ofLink()), shape(ofTopic()), shape(ofUseCase()), shape(ofRaw()),
	}
}

func shape[T any](p mapping.Part[T]) Part { return Part{p.Name, p.About, p.Params()} }

// The tables: whoever adds a row has it read, written and explained.

var ofWorld = sync.OnceValue(func() mapping.Part[sim.WorldSpec] {
	return mapping.Of("a world", "The top level of the file. A world needs at least a name and services.",
		mapping.Text("name", "name of the world", func(w *sim.WorldSpec) *string { return &w.Name }),
		mapping.Text("about", "what the world is for, in one sentence", func(w *sim.WorldSpec) *string { return &w.About }),
		mapping.Value(form.Param{Name: "seed", About: "start of all random numbers: equal seeds draw equal numbers", Kind: form.Count, Max: 1<<31 - 1},
			func(w *sim.WorldSpec, n float64, _ string) { w.Seed = uint64(n) }, seed),
		named("services", "each service by its name", 2000, readService,
			func(w *sim.WorldSpec) []sim.ServiceSpec { return w.Services }, func(s *sim.ServiceSpec) string { return s.Name }, ofService, yaml.FlowStyle),
		named("links", "each link by its name, such as order:payment; a link that is not listed uses REST", 20000, readLink,
			func(w *sim.WorldSpec) []sim.LinkSpec { return w.Links }, func(l *sim.LinkSpec) string { return string(l.ID) }, ofLink, yaml.FlowStyle),
		named("topics", "each topic by its name", 100, readTopic,
			func(w *sim.WorldSpec) []sim.TopicSpec { return w.Topics }, func(t *sim.TopicSpec) string { return t.Name }, ofTopic, yaml.FlowStyle),
		named("use_cases", "the requests that send and load can start, by name", 1000, readUseCase,
			func(w *sim.WorldSpec) []sim.UseCase { return w.UseCases }, func(u *sim.UseCase) string { return u.Name }, ofUseCase, 0),
		mapping.Custom(form.Param{Name: "brokers", About: "brokers that start with the world: nats, nats nodes=3, or an attached one as rabbitmq=amqp://127.0.0.1"}, readBrokers, brokers),
		mapping.List("goals", "a list of lines to try in this world", func(w *sim.WorldSpec) *[]string { return &w.Goals }),
	)
})

var ofService = sync.OnceValue(func() mapping.Part[sim.ServiceSpec] {
	return mapping.Of("a service", "The name of a service has lower-case letters, digits and -, and at most 40 of them.", append([]mapping.Field[sim.ServiceSpec]{
		mapping.Text("kind", "which built-in service runs, or generic; by default the service's name", func(s *sim.ServiceSpec) *string { return &s.Kind }),
		mapping.Number("instances", "how many instances run", 1, sim.MaxInstances, 1, func(s *sim.ServiceSpec) *int { return &s.Instances }),
		mapping.Number("workers", "how many requests each instance handles at the same time; by default there is no limit", 1, maxWorkers, 0, func(s *sim.ServiceSpec) *int { return &s.Workers }),
		mapping.Value(form.Param{Name: "queue", About: "how many requests wait in an instance for a worker; by default as many as workers", Kind: form.Count, Max: maxWorkers},
			func(s *sim.ServiceSpec, n float64, _ string) { s.Queue = new(int); *s.Queue = int(n) }, queue),
		mapping.Parsed("time", "simulated work time, such as 2ms or lognormal 300us 0.3", func(s *sim.ServiceSpec) *sim.Dist { return &s.Time }, sim.ParseDist, sim.Dist.String),
		mapping.Custom(form.Param{Name: "calls", About: "services that a generic service calls: [a, b] one after another, [[a, b], c] a and b at the same time, then c"}, readCalls, calls),
		mapping.Custom(form.Param{Name: "routes", About: "routes of a gateway, such as [\"products path=/products/{id} to=product quota=100 per=1m\"]"},
			lines("routes", func(s *sim.ServiceSpec) *[]string { return &s.Routes }, func(line string) error { _, err := gateway.ParseRoute(line); return err }),
			func(s *sim.ServiceSpec) *yaml.Node { return mapping.Sequence(s.Routes) }),
		mapping.Custom(form.Param{Name: "steps", About: "steps of a gateway, outermost first, such as [requestid, \"limits body=64KiB\", ratelimit]"},
			lines("steps", func(s *sim.ServiceSpec) *[]string { return &s.Steps }, gateway.ParseStep),
			func(s *sim.ServiceSpec) *yaml.Node { return mapping.Sequence(s.Steps) }),
		mapping.Custom(form.Param{Name: "clients", About: "programs that may ask an identity service for tokens, such as [\"shop-app scopes=orders:read,orders:write\"]"},
			lines("clients", func(s *sim.ServiceSpec) *[]string { return &s.Clients }, func(line string) error { _, err := identity.ParseClient(line); return err }),
			func(s *sim.ServiceSpec) *yaml.Node { return mapping.Sequence(s.Clients) }),
		mapping.Choice("idempotency", "whether requests may or must carry an idempotency key", func(s *sim.ServiceSpec) *string { return &s.Idempotency }, "optional", "required"),
		mapping.Choice("store", "where the service keeps its data: in memory until the instance ends, or in a database", func(s *sim.ServiceSpec) *string { return &s.Store }, "memory", "sqlite"),
		mapping.Yes("outbox", "true: events are stored in the transaction that they report, and published from there", func(s *sim.ServiceSpec) *bool { return &s.Outbox }),
		mapping.Yes("once", "true: an event, or a message with an idempotency key, is handled once, however often it is delivered", func(s *sim.ServiceSpec) *bool { return &s.Once }),
		mapping.Parsed("at", "address of a process of your own on this machine, such as http://127.0.0.1:9000, or grpc://127.0.0.1:9000", func(s *sim.ServiceSpec) *string { return &s.At }, loopbackURL, func(at string) string {
			if at == "" || strings.HasPrefix(at, "grpc://") {
				return at
			}
			return "http://" + at
		}),
	}, settings()...)...)
})

const maxWorkers = 10000

// settings are fields of services that only one kind of them has.
func settings() (all []mapping.Field[sim.ServiceSpec]) {
	for _, k := range services.Kinds() {
		for _, p := range k.Settings {
			if slices.ContainsFunc(all, func(o mapping.Field[sim.ServiceSpec]) bool { return o.Name == p.Name }) {
				continue
			}
			all = append(all, mapping.Value(p, func(s *sim.ServiceSpec, n float64, text string) {
				if p.Kind == form.Bool {
					text = strconv.FormatBool(n != 0)
				}
				if s.Settings == nil {
					s.Settings = map[string]string{}
				}
				s.Settings[p.Name] = text
			}, func(s *sim.ServiceSpec) string { return s.Settings[p.Name] }))
		}
	}
	return all
}

var ofLink = sync.OnceValue(func() mapping.Part[sim.LinkSpec] {
	return mapping.Of("a link", "The name of a link is caller:service, such as order:payment.",
		mapping.Text("transport", "what carries the messages, such as rest, grpc, nats, rabbitmq, kafka; by default rest", func(l *sim.LinkSpec) *string { return &l.Transport }),
		mapping.Custom(form.Param{Name: "policies", About: "a list of policies, such as [\"retry tries=3\", \"timeout after=50ms\"]"},
			readPolicies, func(l *sim.LinkSpec) *yaml.Node { return mapping.Sequence(l.Policies) }),
		mapping.Parsed("distance", "simulated network distance", func(l *sim.LinkSpec) *string { return &l.Distance },
			func(s string) (string, error) { d, err := sim.ParseDistance(s); return d.Name, err }, func(s string) string { return s }),
		mapping.Number("connections", "how many connections a caller opens to one instance", 1, 1000, 0, func(l *sim.LinkSpec) *int { return &l.Connections }),
	)
})

var ofTopic = sync.OnceValue(func() mapping.Part[sim.TopicSpec] {
	return mapping.Of("a topic", "The publisher of a topic is the service whose link leads to it.",
		mapping.List("to", "a list of services that subscribe at the start", func(t *sim.TopicSpec) *[]string { return &t.To }),
		mapping.Number("partitions", "number of partitions", 1, sim.MaxPartitions, 0, func(t *sim.TopicSpec) *int { return &t.Partitions }),
		mapping.Number("replicas", "number of copies, where the broker is a cluster", 1, sim.MaxReplicas, 0, func(t *sim.TopicSpec) *int { return &t.Replicas }),
		mapping.Text("key", "field of the message whose value decides the partition", func(t *sim.TopicSpec) *string { return &t.Key }),
	)
})

var ofUseCase = sync.OnceValue(func() mapping.Part[sim.UseCase] {
	return mapping.Of("a use case", "A use case has exactly one target: ask, tell or raw.",
		mapping.Text("about", "what the request does, in one sentence", func(u *sim.UseCase) *string { return &u.About }),
		mapping.Text("from", "service that sends the request", func(u *sim.UseCase) *string { return &u.From }),
		receiver(),
		target("ask", "request with a response, written as order.PlaceOrder", sim.Ask),
		target("tell", "message without a response, written as order.PlaceOrder", sim.Tell),
		mapping.Custom(form.Param{Name: "raw", About: "HTTP request written out, with the fields of a raw request"}, readRaw, writeRaw),
		mapping.Body("body", "body as a list of fields; $name stands for the value of a field", func(u *sim.UseCase) *string { return &u.Body }),
		mapping.Pairs("fields", "fields that send can set, with their default values", func(u *sim.UseCase) *map[string]string { return &u.Fields }),
		mapping.Pairs("header", "headers of the request", func(u *sim.UseCase) *map[string]string { return &u.Header }),
		mapping.Text("as", "client whose token the request carries, such as shop-app; $name stands for the value of a field", func(u *sim.UseCase) *string { return &u.As }),
		mapping.Pairs("numbers", "field numbers of a caller with another .proto file, by field (gRPC)", func(u *sim.UseCase) *map[string]string { return &u.Numbers }),
		mapping.Value(form.Param{Name: "deadline", About: "time for the whole request", Kind: form.Duration, Min: form.Millisecond / 1000, Max: form.Minute},
			func(u *sim.UseCase, n float64, _ string) { u.Deadline = time.Duration(n) }, deadline),
	)
})

var ofRaw = sync.OnceValue(func() mapping.Part[sim.UseCase] {
	return mapping.Of("a raw request", "",
		mapping.Text("method", "HTTP method; by default GET", func(u *sim.UseCase) *string { return &u.Raw.Method }),
		mapping.Text("path", "path; by default /", func(u *sim.UseCase) *string { return &u.Raw.Path }),
		mapping.Pairs("header", "headers of the request", func(u *sim.UseCase) *map[string]string { return &u.Header }),
		mapping.Body("body", "body of the request", func(u *sim.UseCase) *string { return &u.Raw.Body }),
	)
})
