package sqs

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk asks a server without a socket between, so that the clock may be a
// synctest one.
type desk struct {
	*testing.T
	call
}

func newDesk(t *testing.T, o Options) desk {
	t.Helper()
	s := &Server{queues: map[string]*box{}, moves: map[string][]*mover{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if err := s.open(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.cancel()
		s.work.Wait()
		if err := s.engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return desk{t, call{Server: s, ctx: t.Context(), base: "http://desk/"}}
}

// queue makes a queue; attributes are names and values in turn.
func (d desk) queue(name string, attributes ...string) ofQueue {
	d.Helper()
	set := map[string]string{}
	for i := 0; i < len(attributes); i += 2 {
		set[attributes[i]] = attributes[i+1]
	}
	at, err := d.createQueue(&createQueue{QueueName: name, Attributes: set})
	if err != nil {
		d.Fatal(err)
	}
	return ofQueue{at.QueueUrl}
}

// say sends a message.
func (d desk) say(q ofQueue, o outgoing) *stored {
	d.Helper()
	s, err := d.send(&sendMessage{q, o})
	if err != nil {
		d.Fatal(err)
	}
	return s
}

// hear receives up to ten messages, waiting up to so many seconds.
func (d desk) hear(q ofQueue, seconds int) []message {
	d.Helper()
	r, err := d.receive(&receiveMessage{
		ofQueue: q, MaxNumberOfMessages: ptr(10), WaitTimeSeconds: &seconds,
		MessageSystemAttributeNames: []string{"All"}, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		d.Fatal(err)
	}
	return r.Messages
}

// one receives exactly one message.
func (d desk) one(q ofQueue, seconds int) message {
	d.Helper()
	got := d.hear(q, seconds)
	if len(got) != 1 {
		d.Fatalf("got %q, want one", bodies(got))
	}
	return got[0]
}

func (d desk) remove(q ofQueue, m message) {
	d.Helper()
	if _, err := d.deleteMessage(&deleteMessage{q, m.ReceiptHandle}); err != nil {
		d.Error(err)
	}
}

func bodies(all []message) (said []string) {
	for _, m := range all {
		said = append(said, m.Body)
	}
	return said
}

func ptr[T any](v T) *T { return &v }

// refused reports whether err is that no.
func refused(err error, k *kind) bool {
	var f *fault
	return errors.As(err, &f) && f.kind == k
}
