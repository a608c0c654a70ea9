package lab_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

const (
	right = "s3cret:/@"
	wrong = "wrong-one"
)

// guarded starts a broker that lets in me alone, whose password is the right one.
func guarded(t *testing.T, name string) (at string) {
	t.Helper()
	var s interface {
		Addr() string
		Close() error
	}
	var err error
	switch name {
	case "rabbitmq":
		s, err = amqp.Start(t.Context(), amqp.Options{User: "me", Password: right})
	case "activemq":
		s, err = stomp.Start(t.Context(), stomp.Options{Users: map[string]string{"me": right}, NeedLogin: true})
	case "sqs":
		s, err = sqs.Start(t.Context(), sqs.Options{AccessKey: "me"})
	case "kafka":
		c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser("PLAIN", "me", right))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		return "kafka=kafka://" + c.ListenAddrs()[0]
	default:
		n, err := server.NewServer(&server.Options{
			Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(), Username: "me", Password: right,
		})
		if err != nil {
			t.Fatal(err)
		}
		n.Start()
		t.Cleanup(func() { n.Shutdown(); n.WaitForShutdown() })
		if !n.ReadyForConnections(10 * time.Second) {
			t.Fatal("nats-server does not listen")
		}
		return "nats=" + n.ClientURL()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return name + "=" + map[string]string{"rabbitmq": "amqp", "activemq": "stomp", "sqs": "http"}[name] + "://" + s.Addr()
}

// Who is not known there hears so, and nothing that was secret is repeated.
func TestABrokerThatDoesNotLetUsIn(t *testing.T) {
	for _, way := range ofBrokers {
		at := guarded(t, way)
		env := map[string]string{}
		for _, tt := range []struct{ user, password string }{{"", ""}, {"me", wrong}, {"nobody", right}} {
			name := "MSC_SIM_" + strings.ToUpper(way)
			env[name+"_USER"], env[name+"_PASSWORD"] = tt.user, tt.password
			_, err := lab.Open(t.Context(), attached(t, mail(t), way, at), lab.Options{Getenv: func(v string) string { return env[v] }})
			e := sim.AsError(err)
			fix := name + "_USER"
			if way == "sqs" {
				fix = "https"
			}
			if e.Code != sim.Denied || !strings.Contains(e.Fix, fix) || strings.Contains(e.Message+e.Fix, wrong) || strings.Contains(e.Message+e.Fix, right) {
				t.Errorf("%s as %q: %s: %s – %s", way, tt.user, e.Code, e.Message, e.Fix)
			}
		}
	}
}

func TestABrokerThatLetsUsIn(t *testing.T) {
	for _, way := range []string{"nats", "rabbitmq", "activemq", "kafka"} {
		name := "MSC_SIM_" + strings.ToUpper(way)
		env := map[string]string{name + "_USER": "me", name + "_PASSWORD": right}
		l := openSpec(t, attached(t, mail(t), way, guarded(t, way)), lab.Options{Getenv: func(v string) string { return env[v] }})
		do(t, l, sim.Send{UseCase: "order.place"})
		if s := allSettled(t, l, "order:payment"); s.Settled != 1 {
			t.Errorf("%s: %+v", way, s)
		}
		for _, e := range events(t, l) {
			if text := fmt.Sprintf("%+v", e); strings.Contains(text, right) {
				t.Error(text)
			}
		}
	}
}
