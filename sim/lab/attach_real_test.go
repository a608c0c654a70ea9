package lab_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// reals are the products themselves: MSC_SIM_RABBITMQ (amqp://guest:guest@127.0.0.1:5672/)
// and MSC_SIM_ACTIVEMQ (127.0.0.1:61613) say where they are, if anywhere.
var reals = map[string]string{"rabbitmq": "MSC_SIM_RABBITMQ", "activemq": "MSC_SIM_ACTIVEMQ"}

// product is the product itself; ok is false when nobody says where one is.
func product(t *testing.T, way string) (there foreignBroker, ok bool) {
	t.Helper()
	variable := reals[way]
	at := os.Getenv(variable)
	if variable == "" || at == "" {
		return there, false
	}
	if !strings.Contains(at, "://") {
		at = "stomp://" + at
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal("what it says is no address")
	}
	there.at = way + "=" + u.Scheme + "://" + u.Host
	there.env = func(v string) string {
		if password, ok := u.User.Password(); ok {
			return map[string]string{variable + "_USER": u.User.Username(), variable + "_PASSWORD": password}[v]
		}
		return os.Getenv(v)
	}
	return there, true
}

// abroad is the product itself where there is one, and otherwise a broker of
// ours that somebody else has started.
func abroad(t *testing.T, way string) foreignBroker {
	t.Helper()
	if there, ok := product(t, way); ok {
		return there
	}
	return started(t, way)
}

// Under a hundred orders a second a link is swapped to the products themselves
// and back, and nothing is lost.
func TestSwapToTheRealOnesLosesNothing(t *testing.T) {
	for way, variable := range reals {
		t.Run(way, func(t *testing.T) {
			there, ok := product(t, way)
			if !ok {
				t.Skipf("%s names none", variable)
			}
			b, err := sim.ParseBroker(there.at)
			if err != nil {
				t.Fatal(err)
			}
			spec := parse(t, letters)
			spec.Brokers = append(spec.Brokers, b)
			l := openSpec(t, spec, lab.Options{Getenv: there.env})
			t.Log(l.Attached())
			do(t, l, sim.SetLoad{Rate: 100})
			every := time.NewTicker(500 * time.Millisecond)
			defer every.Stop()
			for _, next := range []string{way, "nats", way, "rest", way, "nats"} {
				do(t, l, sim.Swap{Link: "order:notification", Transport: next})
				<-every.C
			}
			do(t, l, sim.SetLoad{})
			s := allSettled(t, l, "order:notification")
			if s.Lost+s.Failed != 0 || s.Calls != s.Sent || s.Sent != s.Accepted+s.Answered || s.Settled != s.Accepted || s.Sent < 100 {
				t.Errorf("%+v", s)
			}
			written := int64(0)
			for _, e := range events(t, l) {
				if _, ok := e.Fact.(sim.Effect); ok && e.Node.Service == "notification" {
					written++
				}
			}
			if extra := written - s.Calls; extra < 0 || extra > s.Redelivered {
				t.Errorf("%d letters for %d orders, and %d were handed out again", written, s.Calls, s.Redelivered)
			}
			t.Logf("%d letters, %d handed out again", written, s.Redelivered)
		})
	}
}
