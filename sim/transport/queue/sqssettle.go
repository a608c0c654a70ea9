package queue

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// settlement is what becomes of a message that was received.
type settlement struct {
	url, receipt string
	hidden       int // seconds; 0 = it comes again at once, forever = it is deleted
}

const forever = -1

// settler tells the broker what became of messages, in order, and as many at
// once as a batch takes while the last batch is on its way. What cannot be told
// is told by nobody: the message comes again.
type settler struct {
	s      *sqsSession
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	still *sync.Cond // busy became false
	todo  []settlement
	busy  bool
}

func newSettler(s *sqsSession) *settler {
	t := &settler{s: s}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.still = sync.NewCond(&t.mu)
	return t
}

// say tells it soon.
func (t *settler) say(one settlement) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		return
	}
	t.todo = append(t.todo, one)
	if !t.busy {
		t.busy = true
		go t.run() // ends when everything is said
	}
}

// flush returns when everything is said, or cannot be.
func (t *settler) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.busy {
		t.still.Wait()
	}
}

// close leaves unsaid what is not said yet.
func (t *settler) close() {
	t.cancel()
	t.flush()
}

func (t *settler) run() {
	for {
		batch := t.next()
		if batch == nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.ctx, greeting)
		_, err := t.s.ask(ctx, func(ctx context.Context) error { return t.tell(ctx, batch) })
		cancel()
		if err != nil {
			t.s.lose()
			t.cancel()
		}
	}
}

// next takes what can be said in one request: deletions, or times to hide, of
// one queue. nil ends the run.
func (t *settler) next() []settlement {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.todo) == 0 || t.ctx.Err() != nil {
		t.todo, t.busy = nil, false
		t.still.Broadcast()
		return nil
	}
	first, n := t.todo[0], 1
	for n < len(t.todo) && n < pollMost && t.todo[n].url == first.url && (t.todo[n].hidden == forever) == (first.hidden == forever) {
		n++
	}
	batch := t.todo[:n:n]
	t.todo = t.todo[n:]
	return batch
}

// tell makes the request. That one message of it is gone already harms nobody.
func (t *settler) tell(ctx context.Context, batch []settlement) error {
	if batch[0].hidden == forever {
		in := &sqs.DeleteMessageBatchInput{QueueUrl: &batch[0].url}
		for i, one := range batch {
			id := itoa(i)
			in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: &id, ReceiptHandle: &one.receipt})
		}
		_, err := t.s.client.DeleteMessageBatch(ctx, in)
		return err
	}
	in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &batch[0].url}
	for i, one := range batch {
		id := itoa(i)
		in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: &id, ReceiptHandle: &one.receipt, VisibilityTimeout: int32(one.hidden)})
	}
	_, err := t.s.client.ChangeMessageVisibilityBatch(ctx, in)
	return err
}
