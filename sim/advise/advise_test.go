package advise

import (
	"slices"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// Cases whose answer was published by somebody else, who is named.
var published = []struct {
	name, source string
	given        Answers
	want         string
}{
	{
		"a public API", "https://learn.microsoft.com/azure/architecture/microservices/design/api-design: REST over HTTP for public APIs",
		Answers{"caller": "public", "team": "platform"},
		"rest",
	},
	{
		"a browser application", "https://learn.microsoft.com/aspnet/core/grpc/comparison: gRPC is limited in browsers",
		Answers{"caller": "browser", "latency": "critical"},
		"rest",
	},
	{
		"a small application", "the article that the course follows: small applications often work perfectly with REST",
		Answers{},
		"rest",
	},
	{
		"fast calls between services of several languages", "https://learn.microsoft.com/aspnet/core/grpc/comparison: recommended for microservices with low latency and high throughput",
		Answers{"latency": "critical", "rate": "high", "team": "platform"},
		"grpc",
	},
	{
		"a stream from one service to another", "https://learn.microsoft.com/aspnet/core/grpc/comparison: recommended for point-to-point real-time services",
		Answers{"stream": "yes"},
		"grpc",
	},
	{
		"mails after an order", "https://www.rabbitmq.com/tutorials/tutorial-two-go: work queues for tasks that take time",
		Answers{"wait": "no", "routing": "rules"},
		"rabbitmq",
	},
	{
		"JMS applications that move", "https://aws.amazon.com/amazon-mq/faqs/: Amazon MQ for applications that use JMS and other standard interfaces",
		Answers{"wait": "no", "existing": "jms"},
		"activemq",
	},
	{
		"background work of a new application on AWS", "https://aws.amazon.com/amazon-mq/faqs/: SQS and SNS for new applications",
		Answers{"wait": "no", "existing": "aws", "spikes": "yes"},
		"sqs",
	},
	{
		"activity of users, read by many and read again", "https://kafka.apache.org/uses: activity tracking, event sourcing",
		Answers{"wait": "no", "readers": "many", "replay": "yes", "rate": "high", "team": "platform"},
		"kafka",
	},
	{
		"measurements of devices, of which the next replaces the last", "https://docs.nats.io/nats-concepts/core-nats: at most once, many to many",
		Answers{"wait": "no", "readers": "many", "lose": "yes", "rate": "high"},
		"nats",
	},
	{
		"bursts of orders before a slow service", "https://learn.microsoft.com/azure/architecture/patterns/queue-based-load-leveling: a queue between task and service",
		Answers{"wait": "no", "spikes": "yes"},
		"rabbitmq",
	},
	{
		"changes of orders, in order for each, for several services", "https://kafka.apache.org/intro: events with the same key are read in the order in which they were written",
		Answers{"wait": "no", "readers": "many", "order": "key", "team": "platform"},
		"kafka",
	},
}

func TestPublishedCases(t *testing.T) {
	for _, c := range published {
		a, err := Give(c.given)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Ranking[0].Method; got != c.want {
			t.Errorf("%s: %s before %s, want %s (%s)\n%v", c.name, got, a.Ranking[1].Method, c.want, c.source, a.Ranking)
		}
	}
}

// Each rule can hold, says why, and names a source that exists; each source is used.
func TestTableIsWhole(t *testing.T) {
	used := map[string]bool{}
	for _, r := range rules {
		if r.why == "" || Sources[r.source] == "" || r.points == 0 {
			t.Errorf("%+v", r)
		}
		used[r.source] = true
		if !slices.ContainsFunc(Methods, r.of) {
			t.Errorf("%q names no method", r.to)
		}
		for word := range strings.FieldsSeq(r.when) {
			name, choice, _ := strings.Cut(word, "=")
			if _, err := complete(Answers{name: choice}); err != nil {
				t.Errorf("%q: %v", r.when, err)
			}
		}
	}
	for s := range Sources {
		if !used[s] {
			t.Errorf("no rule comes from %s", s)
		}
	}
	for _, m := range Methods {
		if says[m] == "" {
			t.Errorf("nothing is said of %s", m)
		}
	}
}

// What is ruled out stands behind everything that is not.
func TestRuledOut(t *testing.T) {
	a, err := Give(Answers{"caller": "browser", "wait": "no", "existing": "kafka", "readers": "many", "replay": "yes"})
	if err != nil {
		t.Fatal(err)
	}
	out := false
	for _, r := range a.Ranking {
		if out && !r.RuledOut {
			t.Errorf("%s stands behind what is ruled out", r.Method)
		}
		out = r.RuledOut
	}
	if !out {
		t.Error("Kafka is not ruled out for a browser")
	}
}

func TestUnknownAnswers(t *testing.T) {
	for fix, given := range map[string]Answers{"did you mean wait?": {"wiat": "no"}, "there are: yes, no": {"wait": "never"}} {
		if _, err := Give(given); err == nil || sim.AsError(err).Fix != fix {
			t.Errorf("%v: %v", given, sim.AsError(err).Fix)
		}
	}
}
