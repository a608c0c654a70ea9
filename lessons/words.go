package lessons

import (
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Term is a word of the field: its class, what distinguishes it, and its limits.
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
		{"accepted", nil, "A counter of messages that a broker stored on a link. Their work may still be to do: accepted = settled + pending."},
		{"access token", []string{"token", "bearer token"}, "A text that a client sends with a request to show what it may do. It is signed by its issuer, contains the client, its scopes and its end, and is valid for each sender that has it."},
		{"acknowledgement", []string{"ack"}, "A signal from a consumer to a broker that a message is handled. Without it, the broker keeps the message and may redeliver it. In Kafka a commit of offsets has this role."},
		{"aggregation", nil, "In a gateway, one response that is gathered from the responses of several services. A part whose service fails is named as missing."},
		{"answered", nil, "A counter of attempts that got a response from the service, even a refusal such as 404. Responses 429 and 5xx count as failed. On each link: sent = answered + accepted + failed + in flight + lost."},
		{"api gateway", []string{"gateway"}, "A service that is the only entrance for clients to other services. It chooses the service by routes, verifies tokens, limits clients, and forwards the request. It does not contain business rules."},
		{"asynchronous", nil, "The caller goes on before the work is done. A response, if there is one, arrives later as a separate message."},
		{"at least once", nil, "A delivery guarantee: a stored message is redelivered until it is acknowledged, so a crash before the acknowledgement causes a second delivery. The opposite, at most once, does not redeliver, and a crash can lose the message."},
		{"availability", nil, "The share of requests that succeed. If a request needs every service of a chain and their failures are independent, the availability of the chain is the product of theirs."},
		{"backoff", nil, "A wait before a retry that usually grows with each attempt, for example 100, 200, 400 ms. It gives an overloaded service time to recover."},
		{"binding", nil, "In AMQP 0-9-1, a rule that connects an exchange to a queue. The type of the exchange decides whether the routing key or the headers of a message must match it."},
		{"body", []string{"payload"}, "The content of a message, separate from its headers. In HTTP/1.1 an empty line stands between the two."},
		{"broker", nil, "A server that receives messages from producers, usually stores them, and delivers them to consumers. With queues it normally deletes a message after its acknowledgement. With logs it keeps messages for a set time or size."},
		{"bulkhead", nil, "A limit on the concurrent calls to one dependency. If that dependency hangs, the caller still has capacity for other work."},
		{"cache", nil, "A copy of data nearer to its reader, to save time or load. The copy may be out of date."},
		{"choreography", nil, "A saga without an orchestrator: each service reacts to events and publishes its own. The whole sequence is not written in any one service."},
		{"circuit breaker", []string{"breaker"}, "A policy that counts failed calls to a dependency. Above a threshold it opens and rejects calls at once. After a wait it is half open: trial calls decide whether it closes or opens again."},
		{"client", []string{"caller"}, "The side that sends a request. A service that calls another service is a client in that call, and a server to its own callers."},
		{"cloudevents", nil, "A specification (CNCF) of attributes that describe any event: id, source, type, time and others. It defines for each protocol how they are written, so their names on the wire differ."},
		{"commit", nil, "In a database, the operation that makes all changes of a transaction take effect. In Kafka, a consumer commits offsets: it stores where to continue after a restart."},
		{"compensation", nil, "An operation that counteracts a finished step of a saga, such as a refund after a charge. Unlike a rollback it does not hide that step, and it can fail itself."},
		{"confirm", []string{"publisher confirm"}, "A broker's reply to a producer that it accepted a message. What the message then survives depends on the settings: held only in memory, it is lost when the broker restarts."},
		{"connection", nil, "A channel for bytes between two addresses. Opening a TCP connection costs at least one round trip, so clients reuse it for many requests."},
		{"consumer", nil, "The receiving side of a broker. A consumer receives messages from a queue or topic, handles them, and acknowledges or commits them."},
		{"consumer group", []string{"group"}, "Consumers that share the messages of a topic, usually the instances of one service. In Kafka, one consumer of the group at a time reads each partition. Another group receives the same messages again. Share groups work differently."},
		{"contract", nil, "An agreement between services: operations, messages, and the names, types and meanings of their fields. A change can break services that were not touched."},
		{"dead letter", []string{"dead-letter queue", "dlq"}, "A message set aside after its last delivery attempt, its rejection or its expiry. A dead-letter queue (DLQ) stores such messages, so that people can inspect them and the queue goes on."},
		{"deadline", nil, "The moment after which a caller no longer needs the result of a whole request. A timeout limits one attempt. A deadline that travels with the request lets services stop useless work."},
		{"durable", nil, "Stored so that a restart of the broker does not lose it. A classic queue of RabbitMQ must be durable, and its messages persistent. Against the loss of a disk, replicas are needed."},
		{"event", []string{"fact"}, "A message that states what happened, named in the past tense, such as order-created. Unlike a request, it addresses no receiver and asks for no work."},
		{"eventual consistency", nil, "A guarantee that all copies of data become equal once changes stop and all updates have arrived. Until then two readers may get different values."},
		{"exchange", nil, "In AMQP 0-9-1, the part of a broker to which producers publish. It stores no messages: its bindings decide which queues receive them."},
		{"failed", nil, "A counter of attempts that ended with an error, a timeout, a 429 or a 5xx response. A failed attempt may still have had its effect: perhaps only the response is missing."},
		{"fallback", nil, "A replacement for the result of a failed call, such as an older price from a cache. This simulator counts it as degraded, not as answered."},
		{"fault", nil, "A failure injected on purpose, such as latency, an error or a crash. A fault hits a call if it changes that call. A fault with a share does not hit every call."},
		{"grpc", nil, "A framework for remote procedure calls. Client and server code is generated from one contract, messages are usually protocol buffers, and HTTP/2 carries them."},
		{"header", nil, "A named value that describes a message or how to treat it, such as Content-Type. In HTTP/1.1 each header is one line before the body."},
		{"hedge", nil, "A second copy of a request, sent while the first is still in flight. The caller uses the response that arrives first. Hedges shorten the longest waits, add load, and need an idempotent operation."},
		{"idempotency key", nil, "An identifier that a client gives to one operation. A service that has stored the key returns the stored response instead of repeating the work. Keys are usually kept for a limited time."},
		{"idempotent", nil, "Repeating the operation has the same intended effect as doing it once. HTTP defines GET, PUT and DELETE that way. POST needs help, such as an idempotency key."},
		{"in flight", nil, "Sent and not yet finished: no response, failure or confirm has arrived. For messages of a broker, the word is also used for delivered and unacknowledged."},
		{"instance", nil, "One running copy of a service. Instances share its work, but not their memory. In this simulator all instances run in one operating-system process."},
		{"jitter", nil, "A random part of a wait. It spreads the retries of clients that failed together, so that they do not all arrive at the same moment."},
		{"keep-alive", nil, "Keeping a connection open after a response, so that the next request can reuse it. It is the default in HTTP/1.1. Either side may close an idle connection."},
		{"key", nil, "A value of a message that selects its partition. Messages with equal keys go to one partition and keep their sequence there, until the number of partitions changes. A routing key in RabbitMQ selects queues."},
		{"lag", nil, "The number of messages that a consumer group has still to handle in a partition: end of the log minus committed offset. It counts messages, not time."},
		{"latency", nil, "The time from a request to its response, as the caller measures it. It includes the network, waiting and work."},
		{"leader", nil, "The replica that accepts the writes of a partition or stream. The other replicas copy from it. If it fails, another replica with the data becomes leader."},
		{"link", nil, "In this simulator: one service and the service, queue or topic that it sends to, written order:payment. Each link has a transport, policies, faults and counters."},
		{"log", nil, "A sequence of messages to which new ones are added only at the end. Reading removes nothing. Old messages are removed by limits on time or size, or by compaction."},
		{"long polling", nil, "A request that the server holds open until there is a message or a time limit ends. It needs fewer requests than asking at short intervals."},
		{"media type", []string{"content type"}, "The name of the format of a body, such as application/json. HTTP sends it in the header Content-Type."},
		{"message", nil, "Data sent as one unit. HTTP calls requests and responses messages. In the lessons on brokers, it is what a producer sends to a broker and the broker delivers to a consumer."},
		{"method", nil, "The first word of an HTTP request: the intended operation on a resource. GET reads, POST submits data, PUT replaces, DELETE removes."},
		{"monolith", nil, "An application that is deployed as one unit, usually one process. Its parts call each other as functions, and a crash of the process stops them all."},
		{"offset", nil, "The position of a message in a partition of a log. A consumer group commits offsets to know where to continue."},
		{"orchestration", nil, "A saga led by one service, the orchestrator. It calls the other services, stores the state of each run, and starts compensations. So it must know every step."},
		{"outbox", nil, "A database table of messages still to be published. A service writes them in the transaction that changes its own data. A relay then publishes them, at least once."},
		{"overload", nil, "More work arrives than a service can finish. A queue absorbs a short burst. A lasting overload needs more capacity or fewer requests."},
		{"p50", []string{"median"}, "The median of measured values: half of them are at or below it."},
		{"p99", []string{"percentile"}, "The 99th percentile: 99 of 100 measured values are at or below it. With fewer than 100 values, it says no more than the slowest value."},
		{"partition", nil, "One of the logs that make up a topic. Messages keep their sequence inside a partition, not across partitions. A network partition is a fault that separates services."},
		{"pending", nil, "A counter of accepted messages without a known result: pending = accepted - settled. Orders use the same word for their state while they wait for a result."},
		{"poison message", nil, "A message that fails each time a consumer handles it, for example because its content is invalid. Without a limit on attempts, consumers receive it again and again."},
		{"policy", nil, "A rule around the calls of a link: timeout, retry, circuit breaker, bulkhead or rate limit. Policies nest, and the result depends on which is the outer one."},
		{"prefetch", nil, "The largest number of unacknowledged messages that a broker delivers to a consumer. A small number shares the work evenly. A large number saves waiting between messages."},
		{"problem report", nil, "The body of an HTTP error in a standard form (RFC 9457): type, title, status, detail and instance. Programs read the fields, and people read the text."},
		{"producer", nil, "The sending side of a broker. A producer sends messages to a queue or publishes them to a topic. It does not need the addresses of the consumers."},
		{"protocol buffers", []string{"protobuf"}, "A binary format for messages and a language for their contracts. The bytes contain field numbers instead of names, so a reader needs the contract to interpret them."},
		{"publish", nil, "To send a message to a topic or an exchange. The subscriptions or bindings decide which consumers receive it: none, one or many. The producer does not choose them."},
		{"queue", nil, "A store of messages that wait for a consumer. Each message is delivered to one consumer at a time. A queue absorbs bursts, not a lasting lack of capacity."},
		{"quorum", nil, "The number of members that must agree before a write or a decision counts, usually a majority. With three replicas, a quorum is two."},
		{"quota", nil, "The number of requests that a client may send in a time, such as 100 a minute. Beyond it a server responds 429 and names in Retry-After when the client may come back."},
		{"rate limit", []string{"token bucket"}, "A limit on the requests in a time. With a token bucket each request takes a token, and tokens return with time: the bucket bounds how many requests come at once. In the memory of one instance it limits that instance only."},
		{"rebalance", nil, "A new assignment of partitions to the members of a consumer group, because one joined, left or failed. Reading of the partitions that move pauses meanwhile."},
		{"redrive", nil, "Moving messages from a dead-letter queue back to the queue they came from, after the cause is fixed. The word is from Amazon SQS, where a redrive policy also names the dead-letter queue."},
		{"replay", nil, "Reading messages of a log again from an earlier offset. It works as long as the log keeps them. Effects happen again too, unless the consumer is idempotent."},
		{"replica", nil, "A copy of data on another server. It protects from the loss of one server, as far as the data was copied before."},
		{"request", nil, "A message in which a client names an operation and the data for it. The client usually expects one response."},
		{"resource", nil, "In HTTP, what a URL identifies, such as /products/101. Requests read or change a resource by a method."},
		{"response", []string{"answer"}, "The message that a server returns for a request. In HTTP it begins with a status code."},
		{"rest", nil, "A style of interface in which URLs identify resources, methods act on them, and status codes tell the outcome. In these lessons: HTTP with JSON."},
		{"retry", nil, "A further attempt after a failed one. It is safe if the first one did not arrive, or if the operation is idempotent. Three tries are a first attempt and two retries."},
		{"saga", nil, "A business operation as a sequence of local transactions in several services. If a step fails, compensations counteract the finished steps. Other requests can see the states in between."},
		{"scope", nil, "A name for something that a client may do, such as orders:read. An access token lists its scopes, and a server refuses with 403 what they do not allow."},
		{"server", nil, "The side that receives a request and returns the response."},
		{"service", nil, "A part of a system that does one job and is reached over the network. In production it is deployed on its own. In this simulator services share one process, but each has its own sockets."},
		{"service discovery", nil, "Finding the current addresses of the instances of a service, for example by DNS or a registry. A stored address can be out of date."},
		{"settled", nil, "A counter of accepted messages whose result is known, good or bad: settled = accepted - pending. A card that was declined later is settled too."},
		{"status code", []string{"status"}, "Three digits in an HTTP response. The first one is the group: 2 success, 3 redirect or not modified, 4 error of the client, 5 error of the server. gRPC has its own status."},
		{"stream", nil, "A call in which the client, the server or both send a sequence of messages. In NATS JetStream the word means a stored log of messages."},
		{"subscribe", nil, "To register for the messages of a topic. The broker and the kind of subscription decide whether it also delivers older messages, and those sent while the consumer was away."},
		{"synchronous", nil, "The caller waits for the response before it goes on. Each delay of the other side also delays the caller."},
		{"throughput", nil, "The work finished in a unit of time, such as 200 requests a second. It does not tell how long one request takes."},
		{"timeout", nil, "A limit on the wait for one attempt. After a timeout the caller alone cannot tell whether the work was done, or will still be done."},
		{"topic", nil, "A named channel to which producers publish. Each subscription receives its own copy of the messages. Kafka stores a topic as logs. A JMS topic delivers only to current and durable subscriptions."},
		{"trace", nil, "The record of one request through several services. All its parts have the same trace id, which each service must pass on in a header such as traceparent."},
		{"transaction", nil, "Several changes in one database that take effect together or not at all. By default it does not include a second database or a broker."},
		{"transport", nil, "How a link carries its messages: REST, gRPC or the protocol of a broker. In the layers of a network, the word means TCP or UDP."},
		{"unacknowledged", []string{"unacked"}, "Delivered to a consumer, but not yet acknowledged. If the consumer crashes, the broker redelivers such a message."},
		{"visibility timeout", nil, "In Amazon SQS, the time for which a delivered message is hidden from other consumers. If it is not deleted by then, it can be delivered again."},
	}
}
