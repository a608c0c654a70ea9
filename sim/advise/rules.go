package advise

// rule says what one answer means for some methods. A rule with several answers
// holds when all of them were given.
type rule struct {
	when   string // "wait=no", "wait=no readers=many"
	to     string // methods, or a group: sync, queues, brokers
	points int
	why    string
	source string // a key of Sources
}

// Points of a rule. A method that is ruled out stands last, whatever else speaks for it.
const (
	fits  = 2  // made for this
	helps = 1  // an advantage
	costs = -1 // a disadvantage
	hurts = -3 // works against it
	never = -100
)

// groups of methods, as rules name them.
var groups = map[string][]string{
	"sync":    {"rest", "grpc"},
	"queues":  {"rabbitmq", "activemq", "sqs"},
	"brokers": {"nats", "rabbitmq", "activemq", "sqs", "kafka"},
}

// rules is all that the advice is made of. Read it as a list of sentences; the order
// has no meaning.
var rules = []rule{
	{"wait=yes", "sync", fits, "the response comes back on the connection that carried the request", "azure-interservice"},
	{"wait=yes", "brokers", hurts, "a response through a broker needs a second queue and a correlation id, and the caller waits all the same", "azure-interservice"},
	{"wait=no", "sync", hurts, "the caller waits for work that it does not need, and fails when the receiver is down", "article-mistakes"},
	{"wait=no", "queues", fits, "the task is stored, and handled later by one of the receivers", "article-queues"},
	{"wait=no", "nats", helps, "JetStream stores messages for receivers", "nats-jetstream"},
	{"wait=no", "kafka", helps, "the event is stored, and handled later", "article-kafka"},

	{"caller=browser", "rest", fits, "every browser speaks HTTP with JSON", "article-rest"},
	{"caller=browser", "grpc", hurts, "a browser cannot speak gRPC without gRPC-Web and a proxy for it", "ms-grpc"},
	{"caller=browser", "brokers", never, "a browser is no client of this broker: put a service with HTTP before it", "azure-interservice"},
	{"caller=public", "rest", fits, "others can call it with any language and any tool", "article-rest"},
	{"caller=public", "grpc", costs, "each caller needs the .proto files and generated code", "ms-grpc"},
	{"caller=public", "brokers", never, "a broker is not a public API: put a service with HTTP before it", "azure-interservice"},

	{"readers=many", "kafka", fits, "each group of consumers reads the same events at its own pace", "kafka-uses"},
	{"readers=many", "nats", helps, "a subject has any number of subscribers", "nats-core"},
	{"readers=many", "rabbitmq", helps, "a fanout or topic exchange copies a message into one queue for each reader", "rabbitmq-exchanges"},
	{"readers=many", "activemq", helps, "a topic has any number of subscribers", "activemq-features"},
	{"readers=many", "sqs", costs, "a queue has one group of readers; several need SNS before it, with one queue for each", "aws-fanout"},
	{"readers=many", "sync", hurts, "the caller must know and call every reader, and a new reader changes the caller", "article-mistakes"},

	{"replay=yes", "kafka", fits, "events stay after they were read; a reader sets its offset back", "kafka-uses"},
	{"replay=yes", "nats", helps, "a JetStream stream keeps messages by limits, and a consumer can begin anywhere", "nats-jetstream"},
	{"replay=yes", "queues", hurts, "a message is removed once it is acknowledged", "rabbitmq-queues"},
	{"replay=yes", "sync", hurts, "a request is gone when it is answered", "azure-interservice"},

	{"rate=high", "grpc", helps, "small messages, many calls on one connection", "ms-grpc"},
	{"rate=high wait=no", "kafka", fits, "appends in batches to partitions that are spread over brokers", "kafka-uses"},
	{"rate=high wait=no", "nats", helps, "small server, high message rates", "nats-core"},
	{"rate=high", "rest", costs, "headers and JSON are sent with each request", "article-rest"},
	{"rate=low team=small", "kafka", costs, "partitions, offsets and several brokers to operate for a load that needs none of them", "article-mistakes"},

	{"latency=critical", "grpc", fits, "binary encoding, and one connection with many calls at once", "ms-grpc"},
	{"latency=critical", "nats", helps, "a message is passed on without being stored", "nats-core"},
	{"latency=critical", "rest", costs, "larger messages, and JSON to read and write", "article-rest"},
	{"latency=critical", "queues", costs, "a message is stored before it is handled", "article-queues"},

	{"stream=yes", "grpc", fits, "server, client and bidirectional streaming are part of the protocol", "ms-grpc"},
	{"stream=yes", "rest", costs, "server-sent events or polling: not part of request and response", "ms-grpc"},
	{"stream=yes readers=many", "grpc", hurts, "gRPC cannot broadcast: each reader is a call of its own", "ms-grpc"},
	{"stream=yes readers=many", "nats", fits, "a message reaches every subscriber that is connected", "nats-core"},

	{"spikes=yes", "queues", fits, "the queue holds what the receiver cannot handle yet", "azure-levelling"},
	{"spikes=yes", "kafka", helps, "the log holds what consumers have not read yet", "kafka-uses"},
	{"spikes=yes", "nats", helps, "a stream holds what consumers have not read yet", "nats-jetstream"},
	{"spikes=yes", "sync", costs, "what comes above the capacity waits or is refused", "azure-levelling"},

	{"order=key wait=no", "kafka", fits, "events with one key go to one partition, which keeps their order", "kafka-uses"},
	{"order=key wait=no", "sqs", helps, "a FIFO queue keeps the order of each message group", "aws-fifo"},
	{"order=key wait=no", "activemq", helps, "message groups keep one key with one consumer", "activemq-groups"},
	{"order=key wait=no", "rabbitmq", costs, "several consumers of one queue handle messages side by side; a single active consumer keeps order", "rabbitmq-queues"},

	{"lose=yes", "nats", fits, "core NATS delivers at most once and stores nothing", "nats-core"},
	{"lose=yes", "kafka", costs, "events are stored and copied that nobody reads again", "kafka-uses"},
	{"lose=yes wait=no", "queues", costs, "storing and confirming costs time that is not needed here", "rabbitmq-queues"},

	{"routing=rules", "rabbitmq", fits, "exchanges, bindings, priorities and times to live are part of it", "rabbitmq-exchanges"},
	{"routing=rules", "activemq", helps, "selectors, priorities and scheduled delivery", "activemq-features"},
	{"routing=rules", "kafka", costs, "every reader gets the whole topic and filters by itself", "kafka-uses"},

	{"existing=jms", "activemq", fits + helps, "it speaks JMS, so applications stay as they are", "aws-mq"},
	{"existing=aws wait=no", "sqs", fits, "no server to operate; for new applications AWS names SQS", "aws-mq"},
	{"existing=rabbitmq", "rabbitmq", fits, "it runs already, and people know it", "article-mistakes"},
	{"existing=kafka", "kafka", fits, "it runs already, and people know it", "article-mistakes"},
	{"existing=nats", "nats", fits, "it runs already, and people know it", "article-mistakes"},
	{"team=small wait=no existing=none", "activemq", costs, "a Java process to configure and watch", "article-queues"},
	{"existing=none", "sqs", costs, "it needs an account with AWS", "aws-mq"},
	{"existing=jms", "sqs", costs, "it needs an account with AWS", "aws-mq"},
	{"team=small wait=yes", "grpc", costs, ".proto files, generated code, and tools to read messages", "article-grpc"},
}

// Sources of the rules. "Microservices Communication Methods" is the article that the
// course follows.
var Sources = map[string]string{
	"article-rest":       "Microservices Communication Methods, 1. REST API Communication, and Use REST When",
	"article-grpc":       "Microservices Communication Methods, 2. gRPC Communication: disadvantages",
	"article-queues":     "Microservices Communication Methods, 3. Message Queue Communication",
	"article-kafka":      "Microservices Communication Methods, 4. Apache Kafka Communication, and Use Kafka When",
	"article-mistakes":   "Microservices Communication Methods, Common Mistakes Developers Make",
	"azure-interservice": "https://learn.microsoft.com/azure/architecture/microservices/design/interservice-communication",
	"azure-levelling":    "https://learn.microsoft.com/azure/architecture/patterns/queue-based-load-leveling",
	"ms-grpc":            "https://learn.microsoft.com/aspnet/core/grpc/comparison",
	"nats-core":          "https://docs.nats.io/nats-concepts/core-nats",
	"nats-jetstream":     "https://docs.nats.io/nats-concepts/jetstream",
	"kafka-uses":         "https://kafka.apache.org/uses and https://kafka.apache.org/intro",
	"rabbitmq-exchanges": "https://www.rabbitmq.com/tutorials/amqp-concepts",
	"rabbitmq-queues":    "https://www.rabbitmq.com/docs/queues",
	"activemq-features":  "https://activemq.apache.org/components/classic/documentation/features",
	"activemq-groups":    "https://activemq.apache.org/components/classic/documentation/message-groups",
	"aws-fanout":         "https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html",
	"aws-fifo":           "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fifo-queues.html",
	"aws-mq":             "https://aws.amazon.com/amazon-mq/faqs/",
}

// says is what the article says of each method, in its own words.
var says = map[string]string{
	"rest":     "Use REST when building simple applications, exposing public APIs, working with frontend applications.",
	"grpc":     "Use gRPC when performance is critical, services communicate frequently, internal communication needs optimization.",
	"kafka":    "Use Kafka when event-driven architecture is required, multiple consumers need the same data, high scalability is important.",
	"rabbitmq": "Use message queues when tasks can be processed later, reliability is a priority.",
	"activemq": "Use message queues when tasks can be processed later, reliability is a priority.",
	"sqs":      "Use message queues when tasks can be processed later, reliability is a priority.",
	"nats":     "(The article does not name NATS.)",
}
