package kafka_test

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// A dead letter is read where it lies; put back, it has its key and its own
// headers, and lies there no more.
func TestDeadLettersArePutBack(t *testing.T) {
	s := start(t, kafka.Options{})
	ctx := within(t)
	if got, err := s.Peek(ctx, "mail", 10); len(got) != 0 || err != nil {
		t.Errorf("nothing is dead, and there is %v, %v", got, err)
	}
	ok(t, s.CreateTopic(ctx, "mail", 2, nil))
	ok(t, s.CreateTopic(ctx, "mail"+kafka.DeadSuffix, 1, nil))
	c := connect(t, s, kgo.ConsumeTopics("mail"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	for _, value := range []string{"one", "two"} {
		ok(t, c.ProduceSync(ctx, &kgo.Record{Topic: "mail.dlt", Key: []byte("c-1"), Value: []byte(value), Headers: []kgo.RecordHeader{
			{Key: "type", Value: []byte("letter")}, {Key: "dead-reason", Value: []byte("poison")},
		}}).FirstErr())
	}
	dead, err := s.Peek(ctx, "mail", 10)
	ok(t, err)
	if len(dead) != 2 || string(dead[0].Body) != "one" || dead[1].ID != "0/1" || len(dead[0].Headers) != 2 {
		t.Fatalf("the dead letters are %+v", dead)
	}
	if n, err := s.Redrive(ctx, "mail"); n != 2 || err != nil {
		t.Errorf("%d put back, %v", n, err)
	}
	for i, r := range consume(t, c, 2) {
		if string(r.Key) != "c-1" || string(r.Value) != []string{"one", "two"}[i] || len(r.Headers) != 1 || r.Headers[0].Key != "type" {
			t.Errorf("record %d is %+v", i, r)
		}
	}
	if left, err := s.Peek(ctx, "mail", 10); len(left) != 0 || err != nil {
		t.Errorf("still there: %v, %v", left, err)
	}
}
