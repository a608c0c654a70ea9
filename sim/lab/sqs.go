package lab

import (
	"cmp"
	"context"

	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

func sqsEndpoint() product {
	return product{
		name: "sqs", protocol: "sqs", port: 9324, wired: true, endless: "it accepts every message, and limits only the unacknowledged ones",
		schemes: []string{"http", "https"}, ports: map[string]int{"http": 80, "https": 443}, example: "docker run -p 9324:9324 softwaremill/elasticmq-native",
		user: "AWS_ACCESS_KEY_ID", password: "AWS_SECRET_ACCESS_KEY",
		login: func(a *queue.Access, get func(string) string) { // over http, what signs requests to Amazon would stand in every request
			a.Region = cmp.Or(get("AWS_REGION"), get("AWS_DEFAULT_REGION"))
			if a.TLS {
				a.User, a.Password, a.Token = get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY"), get("AWS_SESSION_TOKEN")
			}
		},
		fidelity: []string{
			"one account, one region; signatures are not verified, policies not enforced, nothing is encrypted",
			"a standard queue delivers in sequence unless a message is redelivered, and each poll sees all messages; Amazon guarantees neither",
			"a queue of 100,000 messages rejects more with OverLimit; Amazon's queues have no such limit",
			"a message moves to the dead-letter queue when its visibility timeout ends, not at the next receive",
			"the deletion of a queue takes effect at once, not after up to 60 s",
			"a restart of the endpoint resets the receive counts",
		},
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return sqs.Start(ctx, sqs.Options{
				Addr: at.addr, Dir: at.dir, Sync: at.sync(), Listen: at.listen, Observe: l.queues.moved("sqs", queue.SQSQueueOf, sqs.ReadHeader),
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*sqs.Server).Leaving(peers) },
		ways:    func(o queue.Options) []sim.Transport { return []sim.Transport{queue.SQS(o)} },
	}
}
