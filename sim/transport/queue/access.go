package queue

import (
	"context"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// Access is how a broker is entered that is not our own, and others may use as
// well. The zero value is for our own.
type Access struct {
	// Prefix begins the name of everything that is made there, "msc-sim-7f3a9c":
	// letters, digits and -, which every broker takes. "" = names have none.
	Prefix string
	// User and Password; of SQS the access key and its secret. "" = what such a
	// broker lets in from its own machine.
	User, Password string
	// Token goes with the access key of a session; for SQS.
	Token string
	// VHost is where its queues are; for RabbitMQ. "" = "/".
	VHost string
	// Region is where its queues are; for SQS. "" = "us-east-1".
	Region string
	// TLS encrypts what crosses; for SQS.
	TLS bool
}

// own puts the prefix before a name.
func (a Access) own(sep, name string) string {
	if a.Prefix == "" {
		return name
	}
	return a.Prefix + sep + name
}

// bare takes the prefix off again.
func (a Access) bare(sep, name string) string {
	if a.Prefix == "" {
		return name
	}
	return strings.TrimPrefix(name, a.Prefix+sep)
}

// login is who enters: the one that Access names, or otherwise these.
func (a Access) login(user, password string) (string, string) {
	if a.User == "" {
		return user, password
	}
	return a.User, a.Password
}

// refuses says that a broker does not let us in. Who tried is not told.
func refuses(broker string, why string) error {
	return sim.Errorf(sim.Denied, "%s does not let us in: %s", broker, share.Visible(why))
}

// knower is a session whose broker says what it is.
type knower interface {
	// version is "3.13.7"; "" = it does not say. Where the protocol knows no
	// greeting, it asks for something else, so that a broker has been heard.
	version(ctx context.Context) (string, error)
}

// Version enters the broker and leaves it again. It returns what the broker says
// of its version, "" when its protocol does not, or why there is no way in:
// [sim.Denied] when the broker refuses us, [sim.Unavailable] when it is not there.
func (t *Transport) Version(ctx context.Context, n sim.Net) (version string, err error) {
	err = t.step(ctx, n, func(s session) error {
		if k, ok := s.(knower); ok {
			version, err = k.version(ctx)
		}
		return err
	})
	return sim.Visible(version), err
}

// step enters the broker for somebody who belongs to no world.
func (t *Transport) step(ctx context.Context, n sim.Net, in func(session) error) error {
	who := sim.Instance{Service: sim.Outside, N: 1}
	s, err := t.open(ctx, n, who, sim.Link(who.Service, t.broker.name()))
	if err != nil {
		return err
	}
	defer s.close()
	return in(s)
}
