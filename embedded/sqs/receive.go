package sqs

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// maxInFlight is how many messages of a standard queue may be in flight.
const maxInFlight = 120_000

// maxWait is the longest wait for a message, in seconds.
const maxWait = 20

func (c call) receive(in *receiveMessage) (*received, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	if err := in.check(b.spec.Load()); err != nil {
		return nil, err
	}
	if _, inFlight := b.Len(); inFlight >= maxInFlight && !b.spec.Load().fifo() {
		return nil, no.overLimit.because("Too many messages in flight: %d.", inFlight)
	}
	taken, err := c.take(b, in)
	if err != nil {
		return nil, err
	}
	out := &received{}
	for _, d := range taken {
		out.Messages = append(out.Messages, b.message(d, in))
	}
	return out, nil
}

func (in *receiveMessage) check(sp *spec) error {
	if err := inRange("MaxNumberOfMessages", in.MaxNumberOfMessages, 1, maxBatch); err != nil {
		return err
	}
	if err := inRange("WaitTimeSeconds", in.WaitTimeSeconds, 0, maxWait); err != nil {
		return err
	}
	if err := inRange("VisibilityTimeout", in.VisibilityTimeout, 0, maxVisibility); err != nil {
		return err
	}
	if in.ReceiveRequestAttemptId != "" && !sp.fifo() {
		return invalid("ReceiveRequestAttemptId", in.ReceiveRequestAttemptId, "The request include parameter that is not valid for this queue type.")
	}
	return token("ReceiveRequestAttemptId", in.ReceiveRequestAttemptId)
}

// take takes messages out of a queue; a long poll waits until there is one.
func (c call) take(b *box, in *receiveMessage) ([]*queue.Delivery, error) {
	sp := b.spec.Load()
	hidden := sp.seconds(visibility)
	if in.VisibilityTimeout != nil {
		hidden = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	if again := b.polls.again(b.Queue, in.ReceiveRequestAttemptId, hidden, time.Now()); again != nil {
		return again, nil
	}
	wait := sp.seconds(waitSeconds)
	if in.WaitTimeSeconds != nil {
		wait = time.Duration(*in.WaitTimeSeconds) * time.Second
	}
	most := 1
	if in.MaxNumberOfMessages != nil {
		most = *in.MaxNumberOfMessages
	}
	ctx, cancel := context.WithTimeout(c.ctx, wait)
	defer cancel()
	taken, err := b.Receive(ctx, most, max(hidden, time.Second))
	if errors.Is(err, queue.ErrClosed) {
		return nil, no.noQueue.plain()
	}
	if hidden == 0 {
		for _, d := range taken {
			d.Extend(0) // it was received, and can be at once again
		}
	}
	b.polls.remember(in.ReceiveRequestAttemptId, taken, time.Now())
	return taken, err
}

// message is a delivery as its receiver sees it.
func (b *box) message(d *queue.Delivery, in *receiveMessage) message {
	e, body := readEnvelope(d.Message), string(d.Body)
	m := message{
		MessageId: e.ID, ReceiptHandle: handle{b.Name(), d.ID, d.Tag}.String(), Body: body, MD5OfBody: digest(body),
		MessageAttributes: wanted(e.Attributes, in.MessageAttributeNames),
		Attributes:        b.systemAttributes(d, e, append(in.AttributeNames, in.MessageSystemAttributeNames...)),
	}
	if e.ID == "" {
		m.MessageId = b.messageID(d.ID)
	}
	m.MD5OfMessageAttributes = digestOf(m.MessageAttributes)
	return m
}

// wanted are the attributes that a receiver asked for: by name, by the beginning
// of a name (order.*), or all of them (All, .*).
func wanted(all map[string]attribute, names []string) map[string]attribute {
	chosen := map[string]attribute{}
	for _, want := range names {
		prefix, pattern := strings.CutSuffix(want, ".*")
		for name, a := range all {
			if want == "All" || name == want || pattern && strings.HasPrefix(name, prefix) {
				chosen[name] = a
			}
		}
	}
	return chosen
}

// systemAttributes are what the queue knows of a message, as far as it was asked
// for.
func (b *box) systemAttributes(d *queue.Delivery, e envelope, names []string) map[string]string {
	sent := d.PutAt.UnixMilli()
	if e.Sent != 0 {
		sent = e.Sent
	}
	all := map[string]string{
		"SenderId":                         account,
		"SentTimestamp":                    strconv.FormatInt(sent, 10),
		"ApproximateReceiveCount":          strconv.Itoa(e.Tries + d.Tries),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(d.FirstAt.UnixMilli(), 10),
		traceHeader:                        e.Trace,
		"MessageGroupId":                   e.Group,
	}
	if b.spec.Load().fifo() {
		all["MessageDeduplicationId"], all["SequenceNumber"] = e.Dedup, sequence(d.ID)
	}
	if e.Source != "" {
		all["DeadLetterQueueSourceArn"] = arn(e.Source)
	}
	chosen := map[string]string{}
	for name, value := range all {
		for _, want := range names {
			if value != "" && (want == "All" || want == name) {
				chosen[name] = value
			}
		}
	}
	return chosen
}
