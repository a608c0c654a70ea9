package worldfile

import (
	"slices"

	"github.com/msc-sim/msc-sim/services"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Part is a part of a world file with its fields.
type Part struct {
	Name   string // as errors call it: "a service"
	About  string
	Fields []form.Param
}

// Shape is the table: everything that a world file may contain. The parser takes
// bounds and choices from here, and the reference its words. A field without a
// kind holds other fields, or a text that has a form of its own.
func Shape() []Part {
	return []Part{
		{"a world", "The top level of the file. A world needs at least a name and services.", []form.Param{
			{Name: "name", About: "name of the world"},
			{Name: "about", About: "what the world is for, in one sentence"},
			{Name: "seed", About: "start of all random numbers: equal seeds draw equal numbers", Kind: form.Count, Max: 1<<31 - 1},
			{Name: "services", About: "each service by its name", Kind: form.Count, Max: maxServices},
			{Name: "links", About: "each link by its name, such as order:payment; a link that is not listed uses REST", Kind: form.Count, Max: maxLinks},
			{Name: "topics", About: "each topic by its name", Kind: form.Count, Max: maxTopics},
			{Name: "use_cases", About: "the requests that send and load can start, by name", Kind: form.Count, Max: maxUseCases},
			{Name: "brokers", About: "brokers that start with the world: nats, nats nodes=3, or an attached one as rabbitmq=amqp://127.0.0.1"},
			{Name: "goals", About: "a list of lines to try in this world"},
		}},
		{"a service", "The name of a service has lower-case letters, digits and -, and at most 40 of them.", append([]form.Param{
			{Name: "kind", About: "which built-in service runs, or generic; by default the service's name"},
			{Name: "instances", About: "how many instances run", Kind: form.Count, Min: 1, Max: sim.MaxInstances},
			{Name: "workers", About: "how many requests each instance handles at the same time; by default there is no limit", Kind: form.Count, Min: 1, Max: maxWorkers},
			{Name: "queue", About: "how many requests wait in an instance for a worker; by default as many as workers", Kind: form.Count, Max: maxWorkers},
			{Name: "time", About: "simulated work time, such as 2ms or lognormal 300us 0.3"},
			{Name: "calls", About: "services that a generic service calls: [a, b] one after another, [[a, b], c] a and b at the same time, then c"},
			{Name: "idempotency", About: "whether requests may or must carry an idempotency key", Kind: form.Choice, Choices: []string{"optional", "required"}},
			{Name: "store", About: "where the service keeps its data: in memory until the instance ends, or in a database", Kind: form.Choice, Choices: []string{"memory", "sqlite"}},
			{Name: "outbox", About: "true: events are stored in the transaction that they report, and published from there", Kind: form.Bool},
			{Name: "once", About: "true: an event, or a message with an idempotency key, is handled once, however often it is delivered", Kind: form.Bool},
			{Name: "at", About: "address of a process of your own on this machine, such as http://127.0.0.1:9000"},
		}, settings()...)},
		{"a link", "The name of a link is caller:service, such as order:payment.", []form.Param{
			{Name: "transport", About: "what carries the messages, such as rest, grpc, nats, rabbitmq, kafka; by default rest"},
			{Name: "policies", About: "a list of policies, such as [\"retry tries=3\", \"timeout after=50ms\"]"},
			{Name: "distance", About: "simulated network distance"},
			{Name: "connections", About: "how many connections a caller opens to one instance", Kind: form.Count, Min: 1, Max: maxConnections},
		}},
		{"a topic", "The publisher of a topic is the service whose link leads to it.", []form.Param{
			{Name: "to", About: "a list of services that subscribe at the start"},
			{Name: "partitions", About: "number of partitions", Kind: form.Count, Min: 1, Max: sim.MaxPartitions},
			{Name: "replicas", About: "number of copies, where the broker is a cluster", Kind: form.Count, Min: 1, Max: sim.MaxReplicas},
			{Name: "key", About: "field of the message whose value decides the partition"},
		}},
		{"a use case", "A use case has exactly one target: ask, tell or raw.", []form.Param{
			{Name: "about", About: "what the request does, in one sentence"},
			{Name: "from", About: "service that sends the request"},
			{Name: "to", About: "service that receives a raw request"},
			{Name: "ask", About: "request with a response, written as order.PlaceOrder"},
			{Name: "tell", About: "message without a response, written as order.PlaceOrder"},
			{Name: "raw", About: "HTTP request written out, with the fields of a raw request"},
			{Name: "body", About: "body as a list of fields; $name stands for the value of a field"},
			{Name: "fields", About: "fields that send can set, with their default values"},
			{Name: "header", About: "headers of the request"},
			{Name: "numbers", About: "field numbers of a caller with another .proto file, by field (gRPC)"},
			{Name: "deadline", About: "time for the whole request", Kind: form.Duration, Min: form.Millisecond / 1000, Max: form.Minute},
		}},
		{"a raw request", "", []form.Param{
			{Name: "method", About: "HTTP method; by default GET"},
			{Name: "path", About: "path; by default /"},
			{Name: "header", About: "headers of the request"},
			{Name: "body", About: "body of the request"},
		}},
	}
}

// settings are those of all kinds of service.
func settings() (all []form.Param) {
	for _, k := range services.Kinds() {
		for _, p := range k.Settings {
			if !slices.ContainsFunc(all, func(o form.Param) bool { return o.Name == p.Name }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// fieldOf finds the row of a field; a name that is not there has none.
func fieldOf(part, name string) (f form.Param) {
	for _, p := range Shape() {
		if i := slices.IndexFunc(p.Fields, func(f form.Param) bool { return f.Name == name }); p.Name == part && i >= 0 {
			return p.Fields[i]
		}
	}
	return f
}
