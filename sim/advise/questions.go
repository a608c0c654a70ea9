package advise

// Question is asked of the person; each choice is a word for a flag.
type Question struct {
	Name    string
	Ask     string
	Choices []Choice // the first one is the default
}

// Choice is one answer.
type Choice struct{ Word, Means string }

// Questions in the order in which they are asked.
var Questions = []Question{
	{"wait", "Does the caller need the result before it can go on?", []Choice{
		{"yes", "yes: the next step depends on it"},
		{"no", "no: the work can be done later"},
	}},
	{"caller", "Who calls?", []Choice{
		{"internal", "services of your own"},
		{"browser", "a browser"},
		{"public", "programs of others, through a public API"},
	}},
	{"readers", "How many services need the same message?", []Choice{
		{"one", "one"},
		{"many", "several, or some that do not exist yet"},
	}},
	{"replay", "Must a service be able to read old messages again?", []Choice{
		{"no", "no"},
		{"yes", "yes: a new reader begins with history, or a reader repairs its data"},
	}},
	{"rate", "How many messages a second, at most?", []Choice{
		{"low", "up to some hundred"},
		{"high", "thousands and more"},
	}},
	{"latency", "Is every millisecond of waiting important?", []Choice{
		{"relaxed", "no"},
		{"critical", "yes"},
	}},
	{"stream", "Does one request have many responses over time?", []Choice{
		{"no", "no"},
		{"yes", "yes: a stream of updates"},
	}},
	{"spikes", "Does load come in bursts above what the receiver can handle?", []Choice{
		{"no", "no"},
		{"yes", "yes"},
	}},
	{"order", "Must messages about one thing be handled in order?", []Choice{
		{"no", "no"},
		{"key", "yes: in order for each key, such as an order's id"},
	}},
	{"lose", "May a message be lost when a process ends?", []Choice{
		{"no", "no"},
		{"yes", "yes: the next one replaces it"},
	}},
	{"routing", "Are messages routed by rules, priorities or delays?", []Choice{
		{"simple", "no"},
		{"rules", "yes"},
	}},
	{"existing", "What runs already?", []Choice{
		{"none", "nothing of these"},
		{"jms", "applications that use JMS"},
		{"aws", "AWS"},
		{"rabbitmq", "RabbitMQ"},
		{"kafka", "Kafka"},
		{"nats", "NATS"},
	}},
	{"team", "Who operates a broker?", []Choice{
		{"small", "the developers themselves"},
		{"platform", "a team for it, or a provider"},
	}},
}
