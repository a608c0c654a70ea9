package amqp

import (
	"reflect"
	"strings"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// Kinds of exchanges.
const (
	direct  = "direct"
	fanout  = "fanout"
	topic   = "topic"
	headers = "headers"
)

// matches reports whether a binding of an exchange of this kind lets a message through.
func (b *binding) matches(kind, key string, h wire.Table) bool {
	switch kind {
	case fanout:
		return true
	case topic:
		return topicMatches(b.pattern, strings.Split(key, "."))
	case headers:
		return headersMatch(b.args, h)
	default:
		return b.key == key
	}
}

// topicMatches compares words: * stands for one, # for any number of them.
// Where the last # began is enough to know: what an earlier one could take, the
// later one takes as well.
func topicMatches(pattern, words []string) bool {
	p, w := 0, 0
	hash, resume := -1, 0
	for w < len(words) {
		switch {
		case p < len(pattern) && pattern[p] == "#":
			hash, resume = p, w
			p++
		case p < len(pattern) && (pattern[p] == "*" || pattern[p] == words[w]):
			p++
			w++
		case hash >= 0:
			resume++
			p, w = hash+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "#" {
		p++
	}
	return p == len(pattern)
}

// headersMatch compares the arguments of a binding with the headers of a
// message: all of them, or with x-match "any" one of them. A void argument asks
// only that the header is there. Those that begin with "x-" count only with
// "all-with-x" and "any-with-x".
func headersMatch(args, h wire.Table) bool {
	how, _ := args.Text("x-match")
	anyOne := strings.HasPrefix(how, "any")
	withX := strings.HasSuffix(how, "-with-x")
	for key, want := range args {
		if key == "x-match" || strings.HasPrefix(key, "x-") && !withX {
			continue
		}
		got, ok := h[key]
		if ok = ok && (want == nil || sameField(want, got)); ok == anyOne {
			return anyOne
		}
	}
	return !anyOne
}

// sameField compares two fields of tables. Numbers are equal by their value,
// whatever their width.
func sameField(a, b any) bool {
	t := wire.Table{"a": a, "b": b}
	if x, ok := t.Int("a"); ok {
		y, ok := t.Int("b")
		return ok && x == y
	}
	return reflect.DeepEqual(a, b)
}
