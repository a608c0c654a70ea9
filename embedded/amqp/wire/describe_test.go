package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

func TestDescribe(t *testing.T) {
	method := func(class, method uint16) *wire.Writer { return new(wire.Writer).U16(class).U16(method) }
	for want, c := range map[string]struct {
		payload []byte
		args    [][2]string
	}{
		"basic.publish": {
			method(60, 40).U16(0).Short("events").Short("order.new").U8(1).B,
			[][2]string{{"exchange", "events"}, {"routing-key", "order.new"}, {"mandatory", "true"}},
		},
		"queue.declare": {
			method(50, 10).U16(0).Short("orders").U8(2).Table(wire.Table{"x-max-length": int32(5)}).B,
			[][2]string{{"queue", "orders"}, {"durable", "true"}, {"arguments", "{x-max-length: 5}"}},
		},
		"basic.deliver": {
			method(60, 60).Short("me").U64(7).Bool(true).Short("").Short("orders").B,
			[][2]string{{"consumer-tag", "me"}, {"delivery-tag", "7"}, {"redelivered", "true"}, {"exchange", ""}, {"routing-key", "orders"}},
		},
		"connection.start-ok": {
			method(10, 11).Table(nil).Short("PLAIN").Long("\x00guest\x00secret").Short("en_US").B,
			[][2]string{{"properties", "{}"}, {"mechanism", "PLAIN"}, {"locale", "en_US"}},
		},
		"tx.commit":    {method(90, 20).B, nil},
		"method 77.1":  {method(77, 1).B, nil},
		"channel.flow": {method(20, 20).U8(0).B, nil},
	} {
		name, args, err := wire.Describe(c.payload)
		if diff := cmp.Diff(c.args, args); name != want || err != nil || diff != "" {
			t.Errorf("got %s, want %s, %v:\n%s", name, want, err, diff)
		}
	}
	if _, _, err := wire.Describe([]byte{0, 60, 0, 40, 0}); err == nil {
		t.Error("a method cut off is no error")
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte{0, 60, 0, 40, 0, 0, 1, 'x', 1, 'k', 3})
	f.Add([]byte{0, 50, 0, 10, 0, 0, 1, 'q', 2, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if name, _, _ := wire.Describe(b); name == "" {
			t.Error("it has no name")
		}
	})
}
