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
	"go.yaml.in/yaml/v3"
)

// world reads the file's own fields.
func (p *parser) world(w *sim.WorldSpec, n *yaml.Node) error {
	p.place = map[string]*yaml.Node{"world": n}
	seed := int(w.Seed)
	named := func(what string, read func(w *sim.WorldSpec, k, v *yaml.Node) error) func(*yaml.Node) error {
		return func(n *yaml.Node) error {
			return p.entries(n, what, int(p.row.Max), func(k, v *yaml.Node) error { return read(w, k, v) })
		}
	}
	err := p.fields(n, "a world", map[string]func(*yaml.Node) error{
		"name":      p.text(&w.Name),
		"about":     p.text(&w.About),
		"seed":      p.number(&seed),
		"services":  named("services", p.service),
		"links":     named("links", p.link),
		"topics":    named("topics", p.topic),
		"use_cases": named("use cases", p.useCase),
		"brokers":   p.brokers(w),
		"goals":     p.texts(&w.Goals),
	})
	w.Seed = uint64(seed)
	return err
}

var serviceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

func (p *parser) service(w *sim.WorldSpec, k, n *yaml.Node) error {
	if !serviceName.MatchString(k.Value) || k.Value == sim.Outside {
		p.bad = append(p.bad, k.Value)
		return p.at(k, sim.Invalidf("%q cannot be the name of a service", sim.Visible(k.Value)).WithFix("lower-case letters, digits and -, at most 40, and not %q", sim.Outside))
	}
	s := sim.ServiceSpec{Name: k.Value, Kind: k.Value, Instances: 1}
	p.place["service "+k.Value] = k
	known := map[string]func(*yaml.Node) error{
		"kind":        p.text(&s.Kind),
		"instances":   p.number(&s.Instances),
		"workers":     p.number(&s.Workers),
		"queue":       p.queue(&s),
		"time":        parsed(p, &s.Time, sim.ParseDist),
		"calls":       p.calls(&s),
		"idempotency": p.choice(&s.Idempotency),
		"store":       p.choice(&s.Store),
		"outbox":      p.bool(&s.Outbox),
		"once":        p.bool(&s.Once),
		"at":          parsed(p, &s.At, loopbackURL),
	}
	for _, row := range settings() {
		known[row.Name] = p.setting(&s)
	}
	err := p.fields(n, "a service", known)
	w.Services = append(w.Services, s)
	return err
}

// setting reads what only the kind of a service knows.
func (p *parser) setting(s *sim.ServiceSpec) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if s.Settings == nil {
			s.Settings = map[string]string{}
		}
		name := p.row.Name
		return p.value(n, func(v float64) {
			if s.Settings[name] = n.Value; p.row.Kind == form.Bool {
				s.Settings[name] = strconv.FormatBool(v != 0)
			}
		})
	}
}

// queue reads how many requests wait for a worker.
func (p *parser) queue(s *sim.ServiceSpec) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		s.Queue = new(int)
		return p.number(s.Queue)(n)
	}
}

// calls reads [a, b] (one after another) and [[a, b], c] (a and b at once, then c).
func (p *parser) calls(s *sim.ServiceSpec) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return p.at(n, sim.Invalidf("calls must be a list, such as [stock, [mail, audit]]"))
		}
		for _, c := range n.Content {
			group := []string{c.Value}
			if c.Kind == yaml.SequenceNode {
				group = nil
				if err := p.texts(&group)(c); err != nil {
					return err
				}
			}
			s.Calls = append(s.Calls, group)
			for _, to := range group {
				p.place["call "+s.Name+":"+to] = c
			}
		}
		return nil
	}
}

func (p *parser) link(w *sim.WorldSpec, k, n *yaml.Node) error {
	id, err := sim.ParseLink(k.Value)
	if err != nil {
		return p.at(k, err)
	}
	l := sim.LinkSpec{ID: id, Transport: "rest"}
	p.place["link "+string(id)] = k
	err = p.fields(n, "a link", map[string]func(*yaml.Node) error{
		"transport": p.text(&l.Transport),
		"policies":  p.policies(&l.Policies),
		"distance": parsed(p, &l.Distance, func(s string) (string, error) {
			d, err := sim.ParseDistance(s)
			return d.Name, err
		}),
		"connections": p.number(&l.Connections),
	})
	w.Links = append(w.Links, l)
	return err
}

func (p *parser) topic(w *sim.WorldSpec, k, n *yaml.Node) error {
	if !serviceName.MatchString(k.Value) || k.Value == sim.Outside {
		return p.at(k, sim.Invalidf("%q cannot be the name of a topic", sim.Visible(k.Value)).WithFix("lower-case letters, digits and -, at most 40, and not %q", sim.Outside))
	}
	t := sim.TopicSpec{Name: k.Value}
	p.place["topic "+k.Value] = k
	err := p.fields(n, "a topic", map[string]func(*yaml.Node) error{
		"to":         p.texts(&t.To),
		"partitions": p.number(&t.Partitions),
		"replicas":   p.number(&t.Replicas),
		"key":        p.text(&t.Key),
	})
	w.Topics = append(w.Topics, t)
	return err
}

// brokers reads [nats nodes=3, rabbitmq=amqp://127.0.0.1:5672].
func (p *parser) brokers(w *sim.WorldSpec) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return p.at(n, sim.Invalidf("this must be a list, such as [nats, rabbitmq]"))
		}
		for _, c := range n.Content {
			var b sim.BrokerSpec
			if err := parsed(p, &b, sim.ParseBroker)(c); err != nil {
				return err
			}
			if slices.ContainsFunc(w.Brokers, func(o sim.BrokerSpec) bool { return o.Name == b.Name }) {
				return p.at(c, sim.Invalidf("%s stands here twice", b.Name))
			}
			w.Brokers = append(w.Brokers, b)
		}
		return nil
	}
}

func (p *parser) useCase(w *sim.WorldSpec, k, n *yaml.Node) error {
	u := sim.UseCase{Name: k.Value, Deadline: sim.DefaultDeadline}
	p.place["use case "+k.Value] = k
	target := func(mode sim.Mode) func(*yaml.Node) error {
		return func(n *yaml.Node) error {
			if u.To != "" {
				return p.at(n, sim.Invalidf("%s has two targets", k.Value).WithFix("one of ask, tell, raw"))
			}
			to, contract, ok := strings.Cut(n.Value, ".")
			if !ok {
				return p.at(n, sim.Invalidf("%q names no request", n.Value).WithFix("write it as order.PlaceOrder"))
			}
			u.To, u.Contract, u.Mode = to, contract, mode
			return nil
		}
	}
	err := p.fields(n, "a use case", map[string]func(*yaml.Node) error{
		"about":    p.text(&u.About),
		"from":     p.text(&u.From),
		"to":       p.text(&u.To),
		"ask":      target(sim.Ask),
		"tell":     target(sim.Tell),
		"raw":      func(n *yaml.Node) error { return p.raw(&u, n) },
		"body":     p.body(&u.Body),
		"fields":   p.textMap(&u.Fields),
		"header":   p.textMap(&u.Header),
		"numbers":  p.textMap(&u.Numbers),
		"deadline": p.duration(&u.Deadline),
	})
	w.UseCases = append(w.UseCases, u)
	return err
}

func (p *parser) raw(u *sim.UseCase, n *yaml.Node) error {
	u.Raw = &sim.Raw{Method: "GET", Path: "/"}
	return p.fields(n, "a raw request", map[string]func(*yaml.Node) error{
		"method": p.text(&u.Raw.Method),
		"path":   p.text(&u.Raw.Path),
		"header": p.textMap(&u.Header),
		"body":   p.body(&u.Raw.Body),
	})
}

// loopbackURL admits http addresses of this machine only.
func loopbackURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" || u.Port() == "" || u.Path != "" && u.Path != "/" {
		return "", sim.Invalidf("%q is not the address of a process", s).WithFix("write it as http://127.0.0.1:9000")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
		return "", sim.Errorf(sim.Denied, "%s is not on this machine", u.Hostname()).WithFix("only 127.0.0.1, [::1] and localhost can stand behind a box")
	}
	return u.Host, nil
}
