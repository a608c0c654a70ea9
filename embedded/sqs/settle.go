package sqs

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// handle is a receipt handle: it names one delivery of one message.
type handle struct {
	queue   string
	id, tag uint64
}

func (h handle) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %d %d", h.queue, h.id, h.tag))
}

func readHandle(s string) (h handle, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.Split(string(b), " ")
	if err != nil || len(parts) != 3 {
		return h, false
	}
	h.queue = parts[0]
	h.id, err = strconv.ParseUint(parts[1], 10, 64)
	if err == nil {
		h.tag, err = strconv.ParseUint(parts[2], 10, 64)
	}
	return h, err == nil
}

// held finds the delivery that a receipt handle names; nil when it is over.
func (b *box) held(receipt string) (handle, *queue.Delivery, error) {
	if receipt == "" {
		return handle{}, nil, missing("ReceiptHandle")
	}
	h, ok := readHandle(receipt)
	if !ok || h.queue != b.Name() {
		return h, nil, no.invalidHandle.because("The input receipt handle %q is not a valid receipt handle.", receipt)
	}
	d, ok := b.InHand(h.tag)
	if !ok || d.ID != h.id {
		return h, nil, nil
	}
	return h, d, nil
}

// delete removes a message. In a standard queue an old handle is good as long as
// nobody else has the message, and harmless after that.
func (b *box) delete(receipt string) error {
	h, d, err := b.held(receipt)
	switch {
	case err != nil:
		return err
	case d != nil && d.Ack():
		return nil
	case b.spec.Load().fifo():
		return invalid("ReceiptHandle", receipt, "The receipt handle has expired.")
	}
	b.Remove(h.id)
	return nil
}

// hide makes a message visible so much later, or at once. However often it is
// hidden anew, that is 12 hours after it was received at the latest.
func (b *box) hide(receipt string, seconds *int) error {
	_, d, err := b.held(receipt)
	if err == nil && seconds == nil {
		err = missing("VisibilityTimeout")
	}
	if err == nil {
		err = inRange("VisibilityTimeout", seconds, 0, maxVisibility)
	}
	switch {
	case err != nil:
		return err
	case d != nil && *seconds+int(time.Since(d.At).Seconds()) > maxVisibility:
		return invalid("VisibilityTimeout", *seconds, "Total VisibilityTimeout for the message is beyond the limit ["+strconv.Itoa(maxVisibility)+" seconds].")
	case d != nil && d.Extend(time.Duration(*seconds)*time.Second):
		return nil
	}
	return no.notInFlight.plain()
}

func (c call) deleteMessage(in *deleteMessage) (*nothing, error) {
	b, err := c.find(in.ofQueue)
	if err == nil {
		err = b.delete(in.ReceiptHandle)
	}
	if err != nil {
		return nil, err
	}
	return &nothing{}, c.engine.Flush()
}

func (c call) deleteBatch(in *deleteBatch) (*deleteResult, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries, func(e deleteEntry) string { return e.Id }); err != nil {
		return nil, err
	}
	out := &deleteResult{}
	for _, e := range in.Entries {
		if err := b.delete(e.ReceiptHandle); err != nil {
			out.Failed = append(out.Failed, failed(e.Id, err))
		} else {
			out.Successful = append(out.Successful, done{e.Id})
		}
	}
	return out, c.engine.Flush()
}

func (c call) changeVisibility(in *changeVisibility) (*nothing, error) {
	b, err := c.find(in.ofQueue)
	if err == nil {
		err = b.hide(in.ReceiptHandle, in.VisibilityTimeout)
	}
	return &nothing{}, err
}

func (c call) changeBatch(in *changeBatch) (*changeResult, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries, func(e changeEntry) string { return e.Id }); err != nil {
		return nil, err
	}
	out := &changeResult{}
	for _, e := range in.Entries {
		if err := b.hide(e.ReceiptHandle, e.VisibilityTimeout); err != nil {
			out.Failed = append(out.Failed, failed(e.Id, err))
		} else {
			out.Successful = append(out.Successful, done{e.Id})
		}
	}
	return out, nil
}
