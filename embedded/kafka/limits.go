package kafka

// Limits says what this cluster cannot do that a Kafka of several machines can,
// each in one sentence. Tests hold every one of them to the truth.
func Limits() []string {
	return []string{
		"Replicas exist by name only: each record is stored once, in memory or in files, whatever the replication factor is.",
		"acks=0, 1 and all store in the same way, so a crashed leader loses no record: the difference between them cannot be shown.",
		"A producer gets a response even if fewer replicas are in sync than min.insync.replicas demands.",
		"The controller, the broker with the highest number, cannot be stopped.",
		"A broker that returns serves no partition until one is moved to it.",
		"A topic has 1,000 partitions at most, and a request 8 MiB.",
		"Quotas are stored and not enforced.",
		"A compacted topic is compacted every 15 s, except its last batch; min.cleanable.dirty.ratio, min.compaction.lag.ms and segment.ms have no effect.",
		"An invalid name or config of a topic is rejected with Kafka's error code, without a text that names the reason.",
	}
}
