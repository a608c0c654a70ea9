package worldfile

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/mapping"
	"github.com/msc-sim/msc-sim/sim/policy"
	"go.yaml.in/yaml/v3"
)

// named is a mapping of things by their names.
func named[T any](name, about string, most int, read func(p *mapping.Reader, w *sim.WorldSpec, k, v *yaml.Node) error,
	all func(*sim.WorldSpec) []T, nameOf func(*T) string, of func() mapping.Part[T], style yaml.Style,
) mapping.Field[sim.WorldSpec] {
	return mapping.Custom(
		form.Param{Name: name, About: about, Kind: form.Count, Max: float64(most)},
		func(p *mapping.Reader, n *yaml.Node, w *sim.WorldSpec) error {
			return p.Entries(n, strings.ReplaceAll(name, "_", " "), most, func(k, v *yaml.Node) error { return read(p, w, k, v) })
		},
		func(w *sim.WorldSpec) *yaml.Node {
			n := &yaml.Node{Kind: yaml.MappingNode}
			for _, x := range all(w) {
				n.Content = append(n.Content, mapping.Scalar(nameOf(&x)), of().Write(&x, style))
			}
			return mapping.UnlessEmpty(n)
		},
	)
}

var serviceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// canBe refuses what cannot be the name of a service or a topic.
func canBe(p *mapping.Reader, k *yaml.Node, what string) error {
	if serviceName.MatchString(k.Value) && k.Value != sim.Outside {
		return nil
	}
	return p.At(k, sim.Invalidf("%q cannot be the name of a %s", sim.Visible(k.Value), what).WithFix("lower-case letters, digits and -, at most 40, and not %q", sim.Outside))
}

func readService(p *mapping.Reader, w *sim.WorldSpec, k, n *yaml.Node) error {
	if err := canBe(p, k, "service"); err != nil {
		p.Refused = append(p.Refused, k.Value)
		return err
	}
	s := sim.ServiceSpec{Name: k.Value, Kind: k.Value, Instances: 1}
	p.Places["service "+k.Value] = k
	err := ofService().Read(p, n, &s)
	w.Services = append(w.Services, s)
	return err
}

func readLink(p *mapping.Reader, w *sim.WorldSpec, k, n *yaml.Node) error {
	id, err := sim.ParseLink(k.Value)
	if err != nil {
		return p.At(k, err)
	}
	l := sim.LinkSpec{ID: id, Transport: "rest"}
	p.Places["link "+string(id)] = k
	err = ofLink().Read(p, n, &l)
	w.Links = append(w.Links, l)
	return err
}

func readTopic(p *mapping.Reader, w *sim.WorldSpec, k, n *yaml.Node) error {
	if err := canBe(p, k, "topic"); err != nil {
		return err
	}
	t := sim.TopicSpec{Name: k.Value}
	p.Places["topic "+k.Value] = k
	err := ofTopic().Read(p, n, &t)
	w.Topics = append(w.Topics, t)
	return err
}

func readUseCase(p *mapping.Reader, w *sim.WorldSpec, k, n *yaml.Node) error {
	u := sim.UseCase{Name: k.Value, Deadline: sim.DefaultDeadline}
	p.Places["use case "+k.Value] = k
	err := ofUseCase().Read(p, n, &u)
	w.UseCases = append(w.UseCases, u)
	return err
}

func seed(w *sim.WorldSpec) string {
	if w.Seed == 1 {
		return ""
	}
	return strconv.FormatUint(w.Seed, 10)
}

func queue(s *sim.ServiceSpec) string {
	if s.Queue == nil {
		return ""
	}
	return strconv.Itoa(*s.Queue)
}

func deadline(u *sim.UseCase) string {
	if u.Deadline == 0 { // the default
		return ""
	}
	return u.Deadline.String()
}

// readCalls reads [a, b] (one after another) and [[a, b], c] (a and b at once, then c).
func readCalls(p *mapping.Reader, n *yaml.Node, s *sim.ServiceSpec) error {
	if n.Kind != yaml.SequenceNode {
		return p.At(n, sim.Invalidf("calls must be a list, such as [stock, [mail, audit]]"))
	}
	for _, c := range n.Content {
		group, err := []string{c.Value}, error(nil)
		if c.Kind == yaml.SequenceNode {
			if group, err = p.Scalars(c); err != nil {
				return err
			}
		}
		s.Calls = append(s.Calls, group)
		for _, to := range group {
			p.Places["call "+s.Name+":"+to] = c
		}
	}
	return nil
}

func calls(s *sim.ServiceSpec) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, group := range s.Calls {
		n.Content = append(n.Content, mapping.Sequence(group))
	}
	return mapping.UnlessEmpty(n)
}

// readBrokers reads [nats nodes=3, rabbitmq=amqp://127.0.0.1:5672].
func readBrokers(p *mapping.Reader, n *yaml.Node, w *sim.WorldSpec) error {
	lines, err := p.Scalars(n)
	if err != nil {
		return err
	}
	for i, line := range lines {
		b, err := sim.ParseBroker(line)
		if err != nil {
			return p.At(n.Content[i], err)
		}
		if slices.ContainsFunc(w.Brokers, func(o sim.BrokerSpec) bool { return o.Name == b.Name }) {
			return p.At(n.Content[i], sim.Invalidf("%s stands here twice", b.Name))
		}
		p.Places["broker "+b.Name] = n.Content[i]
		w.Brokers = append(w.Brokers, b)
	}
	return nil
}

func brokers(w *sim.WorldSpec) *yaml.Node {
	var lines []string
	for _, b := range w.Brokers {
		lines = append(lines, b.String())
	}
	return mapping.Sequence(lines)
}

// maxLines bounds the routes, and the steps, of a gateway.
const maxLines = 100

// lines reads a list of lines, each of which must be right by itself and begin
// with a word of its own.
func lines(what string, at func(*sim.ServiceSpec) *[]string, check func(string) error) func(*mapping.Reader, *yaml.Node, *sim.ServiceSpec) error {
	return func(p *mapping.Reader, n *yaml.Node, s *sim.ServiceSpec) error {
		all, err := p.Scalars(n)
		if err != nil {
			return err
		}
		if len(all) > maxLines {
			return p.At(n, sim.Invalidf("%d %s are too many", len(all), what).WithFix("at most %d", maxLines))
		}
		seen := map[string]bool{}
		for i, line := range all {
			word, _, _ := strings.Cut(line, " ")
			err := check(line)
			if err == nil && seen[word] {
				err = sim.Invalidf("%s stands here twice", word)
			}
			if err != nil {
				return p.At(n.Content[i], err)
			}
			seen[word] = true
		}
		*at(s) = all
		p.Places[what+" "+s.Name] = n
		return nil
	}
}

// maxPolicies bounds the policies that a file may put on one link.
const maxPolicies = 16

// readPolicies reads a list of lines, such as [retry tries=3, preset=hystrix scale=classroom].
func readPolicies(p *mapping.Reader, n *yaml.Node, l *sim.LinkSpec) (err error) {
	if l.Policies, err = p.Scalars(n); err != nil {
		return err
	}
	if len(l.Policies) > maxPolicies {
		return p.At(n, sim.Invalidf("%d policies are too many", len(l.Policies)).WithFix("at most %d", maxPolicies))
	}
	seen := map[string]bool{}
	for i, line := range l.Policies {
		word, params, err := policy.Parse(line)
		if err == nil && seen[word] {
			err = sim.Invalidf("%s stands here twice", word)
		}
		if err == nil {
			_, _, err = policy.Stack(nil).Guard(word, params, policy.Deps{})
		}
		if err != nil {
			return p.At(n.Content[i], err)
		}
		seen[word] = true
	}
	return nil
}

// target is the contract that a use case asks or tells; it names the receiver too.
func target(name, about string, mode sim.Mode) mapping.Field[sim.UseCase] {
	return mapping.Custom(
		form.Param{Name: name, About: about},
		func(p *mapping.Reader, n *yaml.Node, u *sim.UseCase) error {
			if u.To != "" {
				return p.At(n, sim.Invalidf("%s has two targets", u.Name).WithFix("one of ask, tell, raw"))
			}
			to, contract, ok := strings.Cut(n.Value, ".")
			if !ok {
				return p.At(n, sim.Invalidf("%q names no request", n.Value).WithFix("write it as order.PlaceOrder"))
			}
			u.To, u.Contract, u.Mode = to, contract, mode
			return nil
		},
		func(u *sim.UseCase) *yaml.Node {
			if u.Raw != nil || u.Mode != mode {
				return nil
			}
			return mapping.Scalar(u.To + "." + u.Contract)
		},
	)
}

// receiver is said of a raw request, which has no contract that would name it.
func receiver() mapping.Field[sim.UseCase] {
	f := mapping.Text("to", "service that receives a raw request", func(u *sim.UseCase) *string { return &u.To })
	write := f.Out
	f.Out = func(u *sim.UseCase) *yaml.Node {
		if u.Raw == nil {
			return nil
		}
		return write(u)
	}
	return f
}

func readRaw(p *mapping.Reader, n *yaml.Node, u *sim.UseCase) error {
	u.Raw = &sim.Raw{Method: "GET", Path: "/"}
	return ofRaw().Read(p, n, u)
}

// writeRaw leaves out the header, which stands in the use case.
func writeRaw(u *sim.UseCase) *yaml.Node {
	if u.Raw == nil {
		return nil
	}
	bare := *u
	bare.Header = nil
	return ofRaw().Write(&bare, yaml.FlowStyle)
}

// loopbackURL admits addresses of this machine only: http://, or grpc:// for a
// process that speaks nothing else.
func loopbackURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "grpc" || u.Port() == "" || u.Path != "" && u.Path != "/" {
		return "", sim.Invalidf("%q is not the address of a process", s).WithFix("write it as http://127.0.0.1:9000, or grpc://127.0.0.1:9000 for gRPC")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
		return "", sim.Errorf(sim.Denied, "%s is not on this machine", u.Hostname()).WithFix("only 127.0.0.1, [::1] and localhost can stand behind a box")
	}
	if u.Scheme == "grpc" {
		return "grpc://" + u.Host, nil
	}
	return u.Host, nil
}
