package stomp

import "strings"

// kind is what a destination is.
type kind uint8

const (
	toQueue kind = iota
	toTopic
	toTempQueue
	toTempTopic
)

// dest is one destination. Its name is that in the broker; a temporary one's is
// made of the connection it belongs to, such as ID:activemq-1-1:7:1.
type dest struct {
	kind kind
	name string
}

// forms are how destinations are written: on the wire, by the connection that
// owns a temporary one, and inside ActiveMQ.
var forms = [...]struct{ wire, owner, inside string }{
	toQueue:     {"/queue/", "", "queue://"},
	toTopic:     {"/topic/", "", "topic://"},
	toTempQueue: {"/remote-temp-queue/", "/temp-queue/", "temp-queue://"},
	toTempTopic: {"/remote-temp-topic/", "/temp-topic/", "temp-topic://"},
}

// String is how it is written on the wire.
func (d dest) String() string { return forms[d.kind].wire + d.name }

func (d dest) inside() string { return forms[d.kind].inside + d.name }

func (d dest) isTopic() bool { return d.kind == toTopic || d.kind == toTempTopic }
func (d dest) isTemp() bool  { return d.kind == toTempQueue || d.kind == toTempTopic }

// queueName is the name of its queue in the engine: people see it.
func (d dest) queueName() string {
	if d.kind == toQueue {
		return d.name
	}
	return d.inside()
}

// maxDestinations bounds a composite destination.
const maxDestinations = 64

// parseDest reads a destination, or several with commas between them. own makes
// the name of a temporary destination of this connection. A name without a
// prefix is a queue, or what the first one is.
func parseDest(s string, own func(k kind, name string) (string, error)) (all []dest, err error) {
	if strings.TrimSpace(s) == "" {
		return nil, wrong("Invalid empty or 'null' Destination header")
	}
	parts := strings.Split(s, ",")
	if len(parts) > maxDestinations {
		return nil, wrong("%d destinations are too many, %d are the most", len(parts), maxDestinations)
	}
	for _, part := range parts {
		d, mine := parseOne(part)
		if mine {
			if d.name, err = own(d.kind, d.name); err != nil {
				return nil, err
			}
		}
		if d.name == "" {
			return nil, fatal("Invalid destination name: a valid destination name is required, not %q", part)
		}
		if len(all) > 0 && strings.TrimSpace(part) == d.name {
			d.kind = all[0].kind
		}
		if strings.Contains(d.name, "://") {
			return nil, wrong("%s cannot be the name of a destination here", d.name)
		}
		all = append(all, d)
	}
	return all, nil
}

// parseOne reads one destination; mine says that its name is one that only this
// connection knows.
func parseOne(s string) (d dest, mine bool) {
	trimmed := strings.TrimSpace(s)
	for k, form := range forms {
		if name, ok := strings.CutPrefix(trimmed, form.wire); ok {
			return dest{kind(k), name}, false
		}
		if name, ok := strings.CutPrefix(trimmed, form.owner); ok && form.owner != "" {
			return dest{kind(k), name}, true
		}
	}
	return dest{toQueue, s}, false
}

// together is how ActiveMQ names a composite destination in original-destination.
func together(all []dest) string {
	s := all[0].String()
	for _, d := range all[1:] {
		s += "," + d.inside()
	}
	return s
}

// isPattern says whether a name stands for many.
func isPattern(name string) bool {
	for part := range strings.SplitSeq(name, ".") {
		if part == "*" || part == ">" {
			return true
		}
	}
	return false
}

// matches says whether a pattern stands for a name. In a pattern * is one word
// and > is all the words that follow, also none.
func matches(pattern, name string) bool {
	for {
		word, rest, more := strings.Cut(pattern, ".")
		if word == ">" {
			return true
		}
		is, after, left := strings.Cut(name, ".")
		if word != "*" && word != is {
			return false
		}
		switch {
		case !more && !left:
			return true
		case !left:
			return rest == ">"
		case !more:
			return false
		}
		pattern, name = rest, after
	}
}
