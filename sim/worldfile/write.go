package worldfile

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"go.yaml.in/yaml/v3"
)

// Write writes a world as [Parse] reads it: what was understood and not said in
// the file, such as the links of generic services, is said. Texts must be UTF-8,
// as those of every world that was read are.
func Write(w *sim.WorldSpec) ([]byte, error) {
	var services, links, topics, useCases fields
	for _, s := range w.Services {
		services = append(services, entry{s.Name, writeService(s).node(yaml.FlowStyle)})
	}
	for _, l := range w.Links {
		f := fields{}.text("transport", l.Transport).list("policies", l.Policies).text("distance", l.Distance)
		if l.Connections > 0 {
			f = append(f, entry{"connections", number(uint64(l.Connections))})
		}
		links = append(links, entry{string(l.ID), f.node(yaml.FlowStyle)})
	}
	for _, t := range w.Topics {
		f := fields{}.list("to", t.To)
		if t.Partitions > 0 {
			f = append(f, entry{"partitions", number(uint64(t.Partitions))})
		}
		if t.Replicas > 0 {
			f = append(f, entry{"replicas", number(uint64(t.Replicas))})
		}
		topics = append(topics, entry{t.Name, f.text("key", t.Key).node(yaml.FlowStyle)})
	}
	for _, u := range w.UseCases {
		useCases = append(useCases, entry{u.Name, writeUseCase(u).node(0)})
	}
	var brokers []string
	for _, b := range w.Brokers {
		brokers = append(brokers, b.String())
	}
	all := fields{}.text("name", w.Name).text("about", w.About)
	if w.Seed != 1 {
		all = append(all, entry{"seed", number(w.Seed)})
	}
	all = all.group("services", services).list("brokers", brokers).group("topics", topics).group("links", links).
		group("use_cases", useCases).list("goals", w.Goals)
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(all.node(0)); err != nil {
		return nil, sim.Errorf(sim.Internal, "writing the world %s: %w", w.Name, err)
	}
	return out.Bytes(), nil
}

func writeService(s sim.ServiceSpec) fields {
	f := fields{}.text("kind", s.Kind)
	if s.Instances > 1 {
		f = append(f, entry{"instances", number(uint64(s.Instances))})
	}
	if s.Workers > 0 {
		f = append(f, entry{"workers", number(uint64(s.Workers))})
	}
	if s.Queue != nil {
		f = append(f, entry{"queue", number(uint64(*s.Queue))})
	}
	f = f.text("time", s.Time.String())
	if len(s.Calls) > 0 {
		calls := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, group := range s.Calls {
			calls.Content = append(calls.Content, texts(group))
		}
		f = append(f, entry{"calls", calls})
	}
	f = f.text("idempotency", s.Idempotency)
	f = f.text("store", s.Store)
	if s.Outbox {
		f = append(f, entry{"outbox", text("true")})
	}
	if s.Once {
		f = append(f, entry{"once", text("true")})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Settings)) {
		f = f.text(name, s.Settings[name])
	}
	if s.At != "" {
		f = f.text("at", "http://"+s.At)
	}
	return f
}

func writeUseCase(u sim.UseCase) fields {
	f := fields{}.text("about", u.About).text("from", u.From)
	switch {
	case u.Raw != nil:
		raw := fields{}.text("method", u.Raw.Method).text("path", u.Raw.Path).text("body", u.Raw.Body)
		f = append(f.text("to", u.To), entry{"raw", raw.node(yaml.FlowStyle)})
	case u.Mode == sim.Tell:
		f = f.text("tell", u.To+"."+u.Contract)
	default:
		f = f.text("ask", u.To+"."+u.Contract)
	}
	f = f.text("body", u.Body).pairs("header", u.Header).pairs("fields", u.Fields).pairs("numbers", u.Numbers)
	if u.Deadline > 0 {
		f = f.text("deadline", u.Deadline.String())
	}
	return f
}

// entry is one line of a mapping, fields a mapping in its order.
type (
	entry struct {
		key   string
		value *yaml.Node
	}
	fields []entry
)

// text adds a text; an empty one is not said.
func (f fields) text(key, value string) fields {
	if value == "" {
		return f
	}
	return append(f, entry{key, text(value)})
}

func (f fields) list(key string, values []string) fields {
	if len(values) == 0 {
		return f
	}
	return append(f, entry{key, texts(values)})
}

func (f fields) pairs(key string, values map[string]string) fields {
	if len(values) == 0 {
		return f
	}
	var all fields
	for _, k := range slices.Sorted(maps.Keys(values)) {
		all = append(all, entry{k, text(values[k])})
	}
	return append(f, entry{key, all.node(yaml.FlowStyle)})
}

func (f fields) group(key string, all fields) fields {
	if len(all) == 0 {
		return f
	}
	return append(f, entry{key, all.node(0)})
}

func (f fields) node(style yaml.Style) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: style}
	for _, x := range f {
		n.Content = append(n.Content, text(x.key), x.value)
	}
	return n
}

// text is a scalar that is read as text, whatever it looks like.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func number(v uint64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatUint(v, 10)}
}

func texts(all []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range all {
		n.Content = append(n.Content, text(s))
	}
	return n
}
