package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// Instance is one running copy of a service: "payment", "payment#2".
type Instance struct {
	Service string
	N       int // 1 is the first; 0 reads as 1
}

func (i Instance) String() string {
	if i.N <= 1 {
		return i.Service
	}
	return i.Service + "#" + strconv.Itoa(i.N)
}

// Numbered is the name with its number, that of the first too: "nats#1".
func (i Instance) Numbered() string { return i.Service + "#" + strconv.Itoa(max(i.N, 1)) }

// ParseInstance reads "payment" or "payment#2".
func ParseInstance(s string) (Instance, error) {
	name, num, ok := strings.Cut(s, "#")
	if !ok {
		return Instance{Service: name, N: 1}, nil
	}
	n, err := strconv.Atoi(num)
	if err != nil || n < 1 {
		return Instance{}, Invalidf("%q is not an instance", s).WithFix("write it as payment#2")
	}
	return Instance{Service: name, N: n}, nil
}

// LinkID names who calls whom, "order:payment". A queue link has two legs,
// "order:notification@in" (to the broker) and "@out" (to the consumer).
type LinkID string

// Link is the link from one service to another.
func Link(from, to string) LinkID { return LinkID(from + ":" + to) }

// From is the calling side.
func (l LinkID) From() string { f, _, _ := strings.Cut(string(l), ":"); return f }

// To is the called side, without the leg.
func (l LinkID) To() string {
	_, t, _ := strings.Cut(string(l), ":")
	t, _, _ = strings.Cut(t, "@")
	return t
}

// ParseLink reads "order:payment"; "order->payment" and "order→payment" are accepted too.
func ParseLink(s string) (LinkID, error) {
	for _, arrow := range []string{"->", "→"} {
		if f, t, ok := strings.Cut(s, arrow); ok {
			s = f + ":" + t
			break
		}
	}
	f, t, ok := strings.Cut(s, ":")
	if !ok || f == "" || t == "" || strings.ContainsAny(s, " >") || strings.HasSuffix(f, "-") {
		e := Invalidf("%q is not a link", s)
		if strings.HasSuffix(s, "-") {
			return "", e.WithFix("a shell eats the > of an arrow; write it with a colon, such as order:payment")
		}
		return "", e.WithFix("write it as order:payment")
	}
	return LinkID(s), nil
}

// Outside is the name of whoever calls from outside the world: curl, a browser, a test.
const Outside = "outside"

// Route is one way along a link: from one instance to another.
type Route struct {
	Link     LinkID
	From, To Instance
	// Connections is [LinkSpec].Connections of its link.
	Connections int
}

func (r Route) String() string { return fmt.Sprintf("%s→%s", r.From, r.To) }
