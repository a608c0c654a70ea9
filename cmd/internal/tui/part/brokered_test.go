package part

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// A body of protobuf is read by the contract that its type names, and without it
// where nobody knows that.
func TestInspectorReadsProtobufOfBrokers(t *testing.T) {
	b, err := proto.Marshal(&paymentv1.Charge{OrderId: "o-107", Amount: &moneyv1.Money{Currency: "EUR", Cents: 150}})
	if err != nil {
		t.Fatal(err)
	}
	x := sim.Exchange{Link: "order:payment", Protocol: "AMQP 0-9-1", From: "order", To: "rabbitmq", Request: sim.Captured{
		Raw: b, Body: b, Total: int64(len(b)), Start: "basic.publish",
		Lines: []sim.Field{{Name: "content-type", Value: "application/x-protobuf"}, {Name: "type", Value: "shop.payment.v1.Charge"}},
	}}
	if !IsProtobuf(x.Request) {
		t.Error("it is not known as protobuf")
	}
	for _, tt := range []struct {
		i    Inspector
		want []string
		not  string
	}{
		{Inspector{Exchange: x}, []string{"order → rabbitmq", "store this message", `1 order_id  "o-107"`, "2 cents  150", "the same as JSON: "}, "cannot be read"},
		{Inspector{Exchange: x, Numbers: true}, []string{`1  "o-107"`, "2  150"}, "order_id"},
	} {
		got := inspected(tt.i, 100)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in\n%s", want, got)
			}
		}
		if strings.Contains(got, tt.not) {
			t.Errorf("%q in\n%s", tt.not, got)
		}
	}
}

// What acknowledges a message means one thing of the broker, another of a consumer.
func TestReceiptsMeanWhatTheyAnswer(t *testing.T) {
	for request, want := range map[string]string{"basic.publish": "the broker stored it", "basic.deliver": "handled: the broker can delete it"} {
		x := sim.Exchange{From: "a", To: "b", Request: sim.Captured{Start: request}, Response: sim.Captured{Start: "basic.ack", Total: 21, Raw: make([]byte, 21)}}
		if got := inspected(Inspector{Exchange: x, Answer: true}, 100); !strings.Contains(got, want) {
			t.Errorf("after %s: no %q in\n%s", request, want, got)
		}
	}
}
