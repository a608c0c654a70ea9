package lessons

import (
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Term is a word of the field, explained in a sentence or two.
type Term struct {
	Word string
	Also []string // other names of the same thing
	Text string
}

// Word finds a term by its name or one of its other names. An unknown one is a
// NotFound error with the nearest word.
func Word(name string) (Term, error) {
	name = strings.ToLower(strings.Join(strings.Fields(name), " "))
	for _, t := range Words() {
		if t.Word == name || slices.Contains(t.Also, name) {
			return t, nil
		}
	}
	return Term{}, sim.Unknown("word in the glossary", sim.Visible(name), allWords())
}

func allWords() (all []string) {
	for _, t := range Words() {
		all = append(append(all, t.Word), t.Also...)
	}
	return all
}

// Words is the glossary, in alphabetical order.
func Words() []Term {
	return []Term{
		{"acknowledgement", []string{"ack"}, "What a consumer says to a broker once a message is dealt with. Until then the broker may hand it out again."},
		{"asynchronous", nil, "The caller does not wait for the work to be done, only for somebody to have taken it on. The answer, if there is one, comes as a message of its own."},
		{"at least once", nil, "Every message is handled, and some twice: who dies between the work and its acknowledgement gets it again. The other choice, at most once, loses it instead."},
		{"availability", nil, "The share of requests that got their answer. A chain of services that all must answer has the product of their availabilities, as long as they fail independently."},
		{"backoff", nil, "Waiting before another try, and longer before each further one, so that whoever is in trouble is left alone for a while."},
		{"binding", nil, "A rule at an exchange: messages with this key go to that queue."},
		{"body", []string{"payload"}, "The content of a message, after the headers and one empty line."},
		{"broker", nil, "A program that takes messages from senders and keeps them until receivers have dealt with them. Neither side needs to know where the other is, or whether it runs now."},
		{"bulkhead", nil, "A limit on how much of a caller one dependency may occupy, so that one that hangs cannot take all workers with it."},
		{"cache", nil, "A copy kept near, to spare the way. What it saves in time it owes in freshness."},
		{"choreography", nil, "Nobody leads: each service hears what happened, does its part, and says what it did."},
		{"circuit breaker", []string{"breaker"}, "It counts failures of a dependency, and when there are too many it refuses calls at once for a while. Then it lets a few through to see whether all is well again."},
		{"client", []string{"caller"}, "The side that asks. A service is often both: server to those before it, client to those behind it."},
		{"cloudevents", nil, "An agreed envelope for events: id, source, type and time, under the same names over every protocol."},
		{"compensation", nil, "A step that makes good what an earlier one did, such as a refund for a charge. Others may have seen both."},
		{"confirm", nil, "What a broker says to a sender once it has a message. It is the sender's side of what an acknowledgement is to the consumer."},
		{"connection", nil, "A way for bytes between two programs, opened once and used for many requests. Opening it costs at least one journey there and back."},
		{"consumer", nil, "Whoever takes messages from a queue, works on them and acknowledges them."},
		{"consumer group", []string{"group"}, "The instances of one service that read a topic together. Each event goes to one of them; another group gets it as well."},
		{"contract", nil, "What two services have agreed to say to each other: the requests, the answers, and the names and kinds of their fields."},
		{"dead letter", nil, "A message that nobody could handle, put aside into a queue of its own, so that the others can go on and somebody can look at it."},
		{"deadline", nil, "The moment after which nobody waits for the answer any more. It travels with a request, so that no service works on what is of no use."},
		{"durable", nil, "Kept on a disk, so that it is still there when the broker comes back. In memory it dies with it."},
		{"event", []string{"fact"}, "A message that says what has happened, in the past tense. It asks nothing of anybody."},
		{"eventual consistency", nil, "Copies agree in the end, but not at once: shortly after a change, two readers may see two truths."},
		{"exchange", nil, "In AMQP, the place where senders hand messages in. It keeps none: by its bindings it puts them into queues."},
		{"fallback", nil, "What is answered instead when the real answer cannot be had, such as an older price. It counts as degraded, not as answered."},
		{"grpc", nil, "A way to call functions of another program: both sides are made from one contract, messages are protocol buffers, and HTTP/2 carries them."},
		{"header", nil, "One line that says something about a message: how long its body is, how it is written, who may keep it."},
		{"idempotency key", nil, "A name the caller gives to one intention. A service that sees it a second time does nothing new and gives the first answer again."},
		{"idempotent", nil, "Doing it twice leaves the world as doing it once would. GET, PUT and DELETE promise that; POST does not, unless a key makes it so."},
		{"instance", nil, "One running copy of a service. Several of them share its work and do not share its memory."},
		{"jitter", nil, "Chance added to a waiting time, so that many callers who failed together do not come back together."},
		{"keep-alive", nil, "Leaving a connection open after an answer, so that the next request finds it open."},
		{"key", nil, "What decides in which partition an event lies. Events of one key stay in order."},
		{"lag", nil, "How many events a reader has still before it. It is the age of what the reader knows."},
		{"latency", nil, "How long something takes, as seen by whoever waits for it."},
		{"log", nil, "A file to whose end events are added. Reading takes nothing out of it."},
		{"long polling", nil, "Asking for messages and letting the question stand open for some seconds until there is one, instead of asking again and again."},
		{"media type", []string{"content type"}, "How a body is written, such as application/json. It stands in the header Content-Type."},
		{"message", nil, "Bytes with an end, sent from one program to another: a request, an answer, an event."},
		{"method", nil, "The first word of an HTTP request. It says what is to be done with the thing named after it: GET reads, POST adds, PUT replaces, DELETE removes."},
		{"monolith", nil, "A program that does everything a shop or a company needs, in one process. Its parts call each other as functions and live and die together."},
		{"offset", nil, "The place of an event in a partition of a log. A reader keeps one to know where to go on."},
		{"orchestration", nil, "One service leads: it calls the others one after the other, and knows how to undo each step."},
		{"outbox", nil, "A table in a service's own database with what is still to be said. It is written in one transaction with the work, and emptied by somebody who says it."},
		{"overload", nil, "More comes in than can go out. A short one is a burst, and a queue helps; a lasting one is a lack of capacity."},
		{"p50", []string{"median"}, "The middle one: sort all waits, half of them are shorter than this."},
		{"p99", []string{"percentile"}, "Sort a hundred waits and point at the 99th: one in a hundred is longer. It takes at least a hundred waits to speak of it."},
		{"partition", nil, "A part of a log with an order of its own. Of one group, one instance reads it."},
		{"poison message", nil, "A message that fails whoever takes it, every time. Left alone it is handed out for ever."},
		{"prefetch", nil, "How many messages a consumer may have in hand before it acknowledges one. Few keep order and share fairly, many save waiting."},
		{"problem report", nil, "A body that says what went wrong in agreed places: type, title, status and detail (RFC 9457). A program can react to it and a person can read it."},
		{"protocol buffers", []string{"protobuf"}, "A way to write messages as bytes: every field has a number instead of a name, and what the numbers mean stands in the contract."},
		{"publish", nil, "Announcing that something happened, to whoever listens. The sender does not know who that is."},
		{"queue", nil, "Messages that wait in line; each goes to one consumer at a time. It absorbs bursts, not a lasting lack of capacity."},
		{"rebalance", nil, "Sharing out the partitions anew among the instances of a group, because one came or left."},
		{"redrive", nil, "Moving dead letters back to the queue they came from, once what was wrong is mended."},
		{"replay", nil, "Reading events once more that were handled before, or that happened before the reader was there."},
		{"request", nil, "A message that asks for something: what to do, with which thing, and whatever the other side must know for it."},
		{"resource", nil, "A thing with an address of its own, such as /products/101. REST reads and changes resources and calls no functions."},
		{"response", []string{"answer"}, "The message that comes back for a request. It opens with a verdict, the status code."},
		{"rest", nil, "A style of HTTP in which things have addresses, a few methods say what is done to them, and status codes say how it went."},
		{"retry", nil, "Another try after a failure. It needs a reason: that nothing arrived, or that doing it twice does no harm."},
		{"saga", nil, "Work of several services, step by step, each a transaction of its own. Where a step fails, compensations make good what was done before."},
		{"server", nil, "The side that is asked, and answers."},
		{"service", nil, "A program of its own that does one job for others and is reached only by messages."},
		{"service discovery", nil, "Finding out where a service is now. A service that is started again may come back at another address."},
		{"status code", []string{"status"}, "Three digits that open an HTTP answer. The first sorts them: 2 done, 3 look elsewhere or nothing new, 4 the request must change, 5 the server could not."},
		{"stream", nil, "A call in which one side, or both, say any number of messages one after another, for as long as it lasts."},
		{"synchronous", nil, "The caller waits for the answer before it goes on. Whatever delays the other side delays the caller."},
		{"throughput", nil, "How much gets done in a second. It says nothing about how long one of them waits."},
		{"timeout", nil, "How long a caller waits before it gives up. Giving up says nothing about whether the work was done."},
		{"topic", nil, "A named stream of events that any number of readers follow, each at its own pace."},
		{"trace", nil, "One request followed through every service that worked on it, held together by an id in a header."},
		{"transaction", nil, "Several changes in one database that happen all together or not at all."},
		{"visibility timeout", nil, "How long a message that was handed out stays hidden from the other consumers. Who has not deleted it by then finds that somebody else has it too."},
	}
}
