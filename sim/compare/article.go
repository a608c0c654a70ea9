package compare

// Words are what the article that this program accompanies says of a transport.
// They stand beside what was measured and are not measured themselves.
type Words struct {
	Speed, Format, Readable, Complexity, BestFor string
}

// Article is its table of comparison. It has no rows for queues.
var Article = map[string]Words{
	"rest":  {"moderate", "JSON", "yes", "low", "general APIs"},
	"grpc":  {"very fast", "Protocol Buffers", "no", "medium", "internal services"},
	"kafka": {"high throughput", "events", "partial", "high", "event streaming"},
}
