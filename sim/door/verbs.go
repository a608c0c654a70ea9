package door

import (
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Bounds of commands.
const (
	MaxLine     = 4096      // bytes of a line
	MaxSends    = 10000     // requests of one send
	MaxLoadTime = time.Hour // how long one load may last
	MaxVoted    = 9         // choices of a vote
	MaxHands    = 9999      // of one choice
)

// Verbs is the table, in the order in which people should meet the words.
func Verbs() []Verb {
	return []Verb{
		{
			Word: "send", Usage: "send <use case> [n] [field=value …]", Example: "send order.place item=101 qty=2",
			About: "send the request of a use case, once or n times in a row",
			takes: "a use case and perhaps a number", of: sim.Send{}, args: []arg{useCase, number("requests", MaxSends).unless("1")}, pairs: fields,
		},
		{
			Word: "load", Usage: "load <rate>|off [use case] [arrivals=constant|poisson] [for=30s] [field=value …]", Example: "load 200/s",
			About: "send requests at a fixed rate, without waiting for responses",
			takes: "a rate and perhaps a use case", of: sim.SetLoad{}, args: []arg{rate, useCase.unless("")}, pairs: fields,
			params: []form.Param{
				{Name: "arrivals", Kind: form.Choice, Choices: []string{"constant", "poisson"}, About: "constant: evenly spaced; poisson: at random intervals, as independent users send"},
				{Name: "for", Kind: form.Duration, Max: float64(MaxLoadTime), About: "stop after this time", Example: "30s"},
			},
		},
		life(sim.Kill{}, "kill", "stop a service or an instance at once; its connections are reset"),
		life(sim.Start{}, "start", "start a killed service or instance, on a new port, with empty memory"),
		life(sim.Restart{}, "restart", "kill a service or an instance, and start it again"),
		life(sim.Pause{}, "pause", "pause a service or an instance: connections stay open, and it reads and writes nothing"),
		life(sim.Resume{}, "resume", "resume a paused service or instance"),
		{
			Word: "scale", Usage: "scale <service> <n>", Example: "scale payment 3",
			About: "run n instances of a service",
			takes: "a service and a number", of: sim.Scale{}, args: []arg{service, number("instances", sim.MaxInstances, "1", "2", "3")},
		},
		{
			Word: "inject", Usage: "inject <link>|<service>[#instance] <fault> [parameter=value …] [share=30%] [first=2] [every=5] [for=10s]", Example: "inject order:payment latency delay=300ms",
			About: "inject a fault into a link, service, queue or broker",
			takes: "a target and a fault", of: sim.Inject{}, args: []arg{faultTarget, fault},
			pairs: func(said []string, v Vocabulary) []Suggestion { return valuesOf(said[1], v.Faults) },
		},
		{
			Word: "clear", Usage: "clear <id>|<link>|<service>[#instance]|all", Example: "clear f1",
			About: "remove one fault, all faults of a target, or all faults",
			takes: "one fault or target, or all", of: sim.Clear{}, args: []arg{armed},
		},
		{
			Word: "guard", Usage: "guard <link> <policy>|preset=<name> [parameter=value …]", Example: "guard order:payment retry tries=3",
			About: "apply a policy, or a preset of several, to the calls of a link",
			takes: "a link, and a policy or preset=<name>", of: sim.Guard{}, args: []arg{link, policyOrPreset}, keep: presetKey,
			pairs: func(said []string, v Vocabulary) []Suggestion {
				if preset, ok := strings.CutPrefix(said[1], presetKey+"="); ok {
					return valuesOf(preset, v.Presets)
				}
				return valuesOf(said[1], v.Policies)
			},
		},
		{
			Word: "unguard", Usage: "unguard <link> [policy]", Example: "unguard order:payment retry",
			About: "remove one policy from a link, or all of them",
			takes: "a link and perhaps a policy", of: sim.Unguard{}, args: []arg{link, policy.unless("")},
		},
		{
			Word: "swap", Usage: "swap <link> <transport>", Example: "swap order:payment grpc",
			About: "move a link to another transport while traffic flows",
			takes: "a link and a transport", of: sim.Swap{}, args: []arg{link, transport},
		},
		{
			Word: "subscribe", Usage: "subscribe <topic> <service> [from=now|beginning]", Example: "subscribe order-created analytics from=beginning",
			About: "subscribe a service to a topic, or let it read the topic again from the beginning",
			takes: "a topic and a service", of: sim.Subscribe{}, args: []arg{topic, service},
			params: []form.Param{{Name: "from", Kind: form.Choice, Choices: []string{"now", "beginning"}, About: "now: only messages that are published from now on; beginning: all stored messages first"}},
		},
		{
			Word: "unsubscribe", Usage: "unsubscribe <topic> <service>", Example: "unsubscribe order-created analytics",
			About: "end the subscription of a service; messages that wait for it are deleted",
			takes: "a topic and a service", of: sim.Unsubscribe{}, args: []arg{topic, service},
		},
		{
			Word: "topic", Usage: "topic <topic> [partitions=<n>] [replicas=<n>]", Example: "topic order-created partitions=4",
			About: "give a topic more partitions or replicas while it is in use",
			takes: "a topic and a setting", of: sim.AlterTopic{}, args: []arg{topic},
			params: []form.Param{
				{Name: "partitions", Kind: form.Count, Min: 1, Max: sim.MaxPartitions, About: "how many consumers can work in parallel; partitions cannot be removed", Example: "4"},
				{Name: "replicas", Kind: form.Count, Min: 1, Max: sim.MaxReplicas, About: "how many nodes store each message", Example: "3"},
			},
			check: func(c sim.Command) error {
				if t := c.(sim.AlterTopic); t.Partitions == 0 && t.Replicas == 0 {
					return sim.Invalidf("topic %s needs a setting", t.Topic).WithFix("such as: topic %s partitions=4", t.Topic)
				}
				return nil
			},
		},
		{
			Word: "redrive", Usage: "redrive <queue>", Example: "redrive order:notification",
			About: "move messages from a dead-letter queue back to their queue",
			of:    sim.Redrive{}, args: []arg{queue},
		},
		{
			Word: "login", Usage: "login <client> [expired|tampered|unsigned]", Example: "login shop-app",
			About: "print a token of a client for requests to the gateway, or one with a flaw",
			takes: "one client", of: sim.Login{}, args: []arg{client, flaw.unless("")},
		},
		{
			Word: "steps", Usage: "steps <gateway> <step>, <step>, …", Example: "steps gateway ratelimit, auth, timeout after=500ms",
			About: "change the steps of a gateway or their sequence, until the gateway is restarted",
			takes: "a gateway and its steps", of: sim.SetSteps{}, args: []arg{service, stepList},
		},
		{
			Word: "mark", Usage: "mark <text>", Example: "mark the cache is empty now",
			About: "write a note into the event log",
			of:    sim.Mark{}, args: []arg{prose},
		},
		{Word: "reset", Usage: "reset", Example: "reset", About: "restart all instances, stop the load, reset all counters", of: sim.ResetWorld{}},
		{
			Word: "show", Usage: "show <link>|links|policies|faults|services|routes|queues|topics|exchanges|dead <queue>|load|world|fidelity|demo", Example: "show order:payment",
			About: "show the state and the counters of a link, service or queue",
			takes: "one thing", of: sim.Show{}, args: []arg{shown, deadQueue},
			check: checkShow,
		},
		{
			Word: "predict", Usage: "predict <choice>", Example: "predict 2", Lesson: true,
			About: "choose what you expect, before the request is sent",
			of:    sim.Predict{}, args: []arg{prose},
		},
		{
			Word: "answer", Usage: "answer <value>", Example: "answer application/problem+json", Lesson: true,
			About: "enter the value that you read",
			of:    sim.AnswerTask{}, args: []arg{prose},
		},
		{Word: "enter", Usage: "enter", Example: "enter", Lesson: true, About: "do what the Enter key offers in a lesson", of: sim.Enter{}},
		{Word: "next", Usage: "next", Example: "next", Lesson: true, About: "go to the next step", of: sim.Next{}},
		{Word: "back", Usage: "back", Example: "back", Lesson: true, About: "go back one step", of: sim.Back{}},
		{Word: "hint", Usage: "hint", Example: "hint", Lesson: true, About: "ask for the next hint", of: sim.Hint{}},
		{Word: "solve", Usage: "solve", Example: "solve", Lesson: true, About: "let msc-sim solve the task", of: sim.Solve{}},
		{
			Word: "vote", Usage: "vote <votes for 1> <votes for 2> …", Example: "vote 9 17 5", Lesson: true,
			About: "enter the votes of the room, one number for each choice of a demo's question",
			of:    sim.Vote{}, args: []arg{votes},
		},
	}
}

// life is a verb whose only argument is a service or an instance.
func life(of sim.Command, word, about string) Verb {
	return Verb{Word: word, Usage: word + " <service>[#instance]", About: about, Example: word + " payment", takes: "one service or instance", of: of, args: []arg{instance}}
}
