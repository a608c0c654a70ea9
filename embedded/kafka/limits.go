package kafka

// Limits says what this cluster cannot do that a Kafka of several machines can,
// each in one sentence. Tests hold every one of them to the truth.
func Limits() []string {
	return []string{
		"Replicas are named and not kept: each record lies in memory or in files once, whatever the replication factor says.",
		"acks=0, 1 and all store alike, so that a lost leader loses nothing: what acks protect from cannot be shown here.",
		"A producer is answered although fewer replicas are in sync than min.insync.replicas wants.",
		"The controller, the broker with the highest number, cannot be stopped.",
		"A broker that returns serves no partition until one is moved to it.",
		"A topic has 1,000 partitions at most, and a request 8 MiB.",
		"Quotas are kept and not enforced.",
	}
}
