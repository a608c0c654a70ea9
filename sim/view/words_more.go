package view

import (
	"fmt"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
)

// whatMore tells what policies and faults do.
func whatMore(f sim.Fact) string {
	switch f := f.(type) {
	case sim.Waited:
		return fmt.Sprintf("waits %s before attempt %d: %s", spoken(f.For), f.Try, f.Why)
	case sim.Rejected:
		return fmt.Sprintf("not sent: %s, %s", f.By, f.Why)
	case sim.Degraded:
		return "answered by the " + f.By
	case sim.Moved:
		return fmt.Sprintf("%s: %s, was %s: %s", f.Policy, f.To, f.From, f.Why)
	case sim.Guarded:
		return "policies: " + f.Policies
	case sim.Armed:
		return fmt.Sprintf("fault %s armed: %s", f.Fault, f.Text)
	case sim.Hit:
		return fmt.Sprintf("fault %s hit: %s", f.Fault, f.What)
	case sim.Spent:
		return fmt.Sprintf("fault %s is spent, it hits no more", f.Fault)
	case sim.Cleared:
		if f.Verified {
			return fmt.Sprintf("fault %s cleared, verified", f.Fault)
		}
		return fmt.Sprintf("fault %s cleared, not yet verified", f.Fault)
	default:
		return whatQueue(f)
	}
}

// whatQueue tells what happens to ways and queues.
func whatQueue(f sim.Fact) string {
	switch f := f.(type) {
	case sim.Swapped:
		return fmt.Sprintf("takes %s from now on, was %s", f.To, f.From)
	case sim.Drained:
		return "the last call over " + f.Transport + " is home"
	case sim.Accepted:
		return "accepted after " + spoken(f.Took)
	case sim.Settled:
		return fmt.Sprintf("settled: %s after %s", f.Code, spoken(f.Took))
	case sim.Queue:
		return fmt.Sprintf("queue %s: %s wait, %s are worked on", f.Name, measured(f.Ready), measured(f.Unacked))
	case sim.Redelivered:
		return fmt.Sprintf("queue %s delivers again, attempt %d", f.Queue, f.Try)
	case sim.Buried:
		return fmt.Sprintf("queue %s gives up: %s", f.Queue, f.Why)
	case sim.Redriven:
		return fmt.Sprintf("queue %s: %d dead letters are put back", f.Queue, f.N)
	case sim.Streamed:
		return fmt.Sprintf("%s  message %d, %d bytes", f.Label, f.N, f.Bytes)
	default:
		return whatTopic(f)
	}
}

// whatTopic tells what happens to topics and those who hear of them.
func whatTopic(f sim.Fact) string {
	switch f := f.(type) {
	case sim.Subscribed:
		return fmt.Sprintf("hears %s %s", f.Topic, f.From.Since())
	case sim.Unsubscribed:
		return "hears " + f.Topic + " no more"
	case sim.Altered:
		return f.String()
	case sim.Led:
		return f.String()
	case sim.Position:
		if f.Group == "" {
			return fmt.Sprintf("%s, partition %d: %d written", f.Topic, f.Partition, f.End)
		}
		return fmt.Sprintf("%s, partition %d: %s at %d of %d", f.Topic, f.Partition, f.Group, f.Next, f.End)
	case sim.Assigned:
		if f.To == "" {
			return fmt.Sprintf("%s, partition %d: no member of %s has it", f.Topic, f.Partition, f.Group)
		}
		return fmt.Sprintf("%s, partition %d: %s has it", f.Topic, f.Partition, f.To)
	default:
		return ""
	}
}

// measured is a number, or – when nobody knows it.
func measured(n int64) string {
	if n == sim.Unmeasured {
		return "–"
	}
	return strconv.FormatInt(n, 10)
}
