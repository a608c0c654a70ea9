package sim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

func TestParseBroker(t *testing.T) {
	for _, tt := range []struct {
		text string
		want sim.BrokerSpec
	}{
		{"nats", sim.BrokerSpec{Name: "nats"}},
		{"nats nodes=3", sim.BrokerSpec{Name: "nats", Nodes: 3}},
		{"rabbitmq=amqp://127.0.0.1:5672/%2f", sim.BrokerSpec{Name: "rabbitmq", Scheme: "amqp", Hosts: []string{"127.0.0.1:5672"}, Path: "/%2f"}},
		{"kafka=kafka://k-1.example.org:9092,k-2.example.org", sim.BrokerSpec{Name: "kafka", Scheme: "kafka", Hosts: []string{"k-1.example.org:9092", "k-2.example.org"}}},
		{"nats=nats://[::1]:4222", sim.BrokerSpec{Name: "nats", Scheme: "nats", Hosts: []string{"[::1]:4222"}}},
	} {
		got, err := sim.ParseBroker(tt.text)
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", tt.text, err, diff)
		}
		if got.String() != tt.text {
			t.Errorf("%s is written as %s", tt.text, got)
		}
	}
}

func TestParseBrokerRefuses(t *testing.T) {
	for _, text := range []string{
		"", "Rabbit", "nats nodes=0", "nats nodes=10", "nats nodes=x", "nats  nodes=3", "Nats nodes=3", "nats=nats://127.0.0.1 nodes=3", "rabbitmq=", "rabbitmq=127.0.0.1:5672", "rabbitmq=amqp://", "rabbitmq=amqp://127.0.0.1:70000",
		"rabbitmq=amqp://a b", "rabbitmq=amqp://h/%2f?x=y", "kafka=kafka://a,,b", "kafka=kafka://" + strings.Repeat("a,", 20) + "a",
	} {
		if b, err := sim.ParseBroker(text); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%q: %v, %v", text, b, err)
		}
	}
}

// A password is refused where it stands, and is in no error.
func TestABrokersPasswordIsNotRepeated(t *testing.T) {
	for _, text := range []string{
		"rabbitmq=amqp://me:secret@127.0.0.1", "rabbitmq=amqp:me:secret@127.0.0.1", "me:secret@127.0.0.1", "rabbitmq=amqp://secret h",
	} {
		_, err := sim.ParseBroker(text)
		e := sim.AsError(err)
		if e.Code != sim.Invalid || strings.Contains(e.Message+e.Fix, "secret") {
			t.Errorf("%q: %+v", text, e)
		}
	}
	_, err := sim.ParseBroker("rabbitmq=amqp://me:secret@h")
	if e := sim.AsError(err); !strings.Contains(e.Fix, "MSC_SIM_RABBITMQ_PASSWORD") {
		t.Errorf("%+v", e)
	}
}

func FuzzParseBroker(f *testing.F) {
	for _, s := range []string{"nats", "nats nodes=3", "nats nodes=03", "rabbitmq=amqp://127.0.0.1:5672/%2f", "kafka=kafka://a:1,b:2", "x=y://u:p@h", "a=b://[::1]:0/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := sim.ParseBroker(s)
		if err != nil {
			return
		}
		again, err := sim.ParseBroker(b.String())
		if diff := cmp.Diff(b, again); err != nil || diff != "" || b.String() != s {
			t.Errorf("%q is %q: %v %s", s, b, err, diff)
		}
	})
}
