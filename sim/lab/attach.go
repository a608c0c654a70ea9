package lab

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// attachment is a broker that runs already and is not ours. A world makes names
// there that begin with its own prefix, and takes them away at the end; it never
// starts, stops or pauses it.
type attachment struct {
	addr   string // as clients dial it; of Kafka several, with commas
	access queue.Access
	beyond []string // those addresses that are not on this machine

	reached bool    // it has been found; guarded by the broker's mu
	version string  // what it says of itself, if anything; set with reached
	gauges  *gauges // set with reached
}

// attachments are the brokers of a world that run already, by name.
type attachments map[string]*attachment

// readAttachments reads them from a world, and who enters from the environment.
func readAttachments(spec *sim.WorldSpec, o Options) (attachments, error) {
	all := attachments{}
	var drawn [3]byte
	_, _ = rand.Read(drawn[:]) // it never fails
	for _, b := range spec.Brokers {
		if !b.Attached() {
			continue
		}
		i := slices.IndexFunc(products(), func(p product) bool { return p.name == b.Name })
		if i < 0 {
			return nil, spec.Places.At("broker "+b.Name, sim.Unknown("broker", b.Name, brokerNames()))
		}
		a, err := readAttachment(products()[i], b, o)
		if err != nil {
			return nil, err
		}
		a.access.Prefix = "msc-sim-" + hex.EncodeToString(drawn[:])
		all[b.Name] = a
	}
	return all, nil
}

func brokerNames() (names []string) {
	for _, p := range products() {
		names = append(names, p.name)
	}
	return names
}

func readAttachment(p product, b sim.BrokerSpec, o Options) (*attachment, error) {
	example := fmt.Sprintf("write it as %s=%s://127.0.0.1:%d", p.name, p.schemes[0], p.port)
	a := &attachment{}
	a.access.TLS = b.Scheme == "https"
	path := strings.TrimPrefix(b.Path, "/")
	switch {
	case !slices.Contains(p.schemes, b.Scheme):
		return nil, sim.Invalidf("%s is reached by %s://, not by %s://", p.name, strings.Join(p.schemes, ":// or "), b.Scheme).
			WithFix("%s; TLS is spoken to SQS alone: for others let a tunnel on this machine speak it", example)
	case len(b.Hosts) > 1 && p.cluster == nil:
		return nil, sim.Invalidf("%s has one address, not %d", p.name, len(b.Hosts)).WithFix("%s", example)
	case p.path != nil && path != "":
		if err := p.path(&a.access, path); err != nil {
			return nil, sim.AsError(err).WithFix("%s/my-vhost", example)
		}
	case strings.Trim(b.Path, "/") != "":
		return nil, sim.Invalidf("nothing may follow the address of %s", p.name).WithFix("%s", example)
	}
	addrs := slices.Clone(b.Hosts)
	for i, host := range addrs {
		if _, _, err := net.SplitHostPort(host); err != nil {
			addrs[i] = host + ":" + strconv.Itoa(cmp.Or(p.ports[b.Scheme], p.port))
		}
		if !wire.OnThisMachine(addrs[i]) {
			a.beyond = append(a.beyond, addrs[i])
		}
	}
	a.addr = strings.Join(addrs, ",")
	if len(a.beyond) > 0 && !o.External {
		return nil, sim.Errorf(sim.Denied, "%s at %s is not on this machine", p.name, strings.Join(a.beyond, ", ")).
			WithFix("if that is meant, say --external as well: messages then leave this machine")
	}
	if o.Getenv != nil {
		p.enter(&a.access, o.Getenv)
	}
	return a, nil
}

// enter reads from the environment who enters.
func (p product) enter(a *queue.Access, get func(string) string) {
	if p.login != nil {
		p.login(a, get)
		return
	}
	user, password := p.loginNames()
	a.User, a.Password = get(user), get(password)
}

// loginNames are the variables in which it stands who enters.
func (p product) loginNames() (user, password string) {
	name := "MSC_SIM_" + strings.ToUpper(p.name)
	return cmp.Or(p.user, name+"_USER"), cmp.Or(p.password, name+"_PASSWORD")
}

// beyond are all addresses that are not on this machine.
func (as attachments) beyond() (addrs []string) {
	for _, a := range as {
		addrs = append(addrs, a.beyond...)
	}
	return addrs
}

// note is what its box says.
func (a *attachment) note() string { return strings.TrimSpace("attached " + a.version) }

// outside makes a net on which nothing is captured, for a word that is not the world's.
func (b *broker) outside() *wire.Net {
	o := wire.Options{Keep: -1, Message: -1}
	if b.away != nil {
		o.Beyond = b.away.beyond
	}
	return wire.New(o)
}

// errand is how long a word may take that is not the world's.
const errand = 10 * time.Second

// reach finds the broker, once; mu is held.
func (b *broker) reach(ctx context.Context) error {
	a := b.away
	if a.reached {
		return nil
	}
	n := b.outside()
	ctx, cancel := context.WithTimeout(ctx, errand)
	defer cancel()
	way := b.ways(queue.Options{Addr: b.Addr, Access: a.access})[0].(*queue.Transport)
	version, err := way.Version(ctx, n)
	_ = n.Close()
	if err != nil {
		return b.unreached(err)
	}
	a.reached, a.version = true, version
	part{b, whole}.tell(sim.Started{Addr: a.addr, Note: a.note()})
	b.measure()
	if len(a.beyond) > 0 {
		b.lab.say(b.away.warning(b.name))
	}
	return nil
}

// warning is said when messages leave this machine.
func (a *attachment) warning(broker string) string {
	s := fmt.Sprintf("%s is not on this machine: what goes through it is sent to %s", broker, strings.Join(a.beyond, ", "))
	if !a.access.TLS {
		s += ", in the clear"
	}
	return s
}

// unreached says why the broker cannot be used, and what to do.
func (b *broker) unreached(err error) error {
	e := sim.AsError(err)
	user, password := b.loginNames()
	fix := e.Fix
	switch {
	case e.Code == sim.Denied && e.Fix != "": // an address that nobody allowed
		fix = "name the addresses of all its brokers: --attach " + b.name + "=" + b.schemes[0] + "://…,… --external"
	case e.Code == sim.Denied && slices.Contains(b.schemes, "https") && !b.away.access.TLS:
		fix = "over http there is no login; attach to an address with https, with " + user + " and " + password + " in the environment"
	case e.Code == sim.Denied:
		fix = "set a user and a password in the environment: " + user + ", " + password
	case fix == "":
		fix = fmt.Sprintf("is one running there? one way: %s; not attached, %s is built in", b.example, b.name)
	}
	return sim.Errorf(e.Code, "%s at %s cannot be used: %w", b.name, b.away.addr, err).WithFix("%s", fix)
}

// leave takes away from the broker what this world has made there; mu is held.
func (b *broker) leave() error {
	if !b.away.reached {
		return nil
	}
	b.away.reached = false
	n := b.outside()
	ctx, cancel := context.WithTimeout(context.Background(), errand)
	defer cancel()
	errs := []error{b.away.gauges.end()}
	for _, t := range b.carried() {
		errs = append(errs, t.Clean(ctx, n))
	}
	errs = append(errs, n.Close())
	if err := errors.Join(errs...); err != nil {
		return sim.Errorf(sim.Unavailable, "%s at %s was not left as it was: %w", b.name, b.away.addr, err).
			WithFix("remove there what begins with %s", b.away.access.Prefix)
	}
	return nil
}

func (b *broker) notOurs() error {
	return sim.Errorf(sim.Denied, "%s is attached: it is not ours to start, stop, or break", b.name).
		WithFix("kill or pause a service of this world, or inject something into a link to it")
}

// Attached says, a sentence each, which brokers are not our own.
func (l *Lab) Attached() (all []string) {
	for _, b := range l.brokers {
		if b.away == nil {
			continue
		}
		b.mu.Lock()
		if b.away.reached {
			all = append(all, fmt.Sprintf("%s: %s at %s; names made there begin with %s and are removed at the end",
				b.name, b.away.note(), b.away.addr, b.away.access.Prefix))
			if len(b.away.beyond) > 0 {
				all = append(all, b.away.warning(b.name))
			}
		}
		b.mu.Unlock()
	}
	return all
}
