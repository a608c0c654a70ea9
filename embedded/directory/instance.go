package directory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// Status of an instance.
type Status string

// How an instance can be. Interfaces translate: Eureka's UP, DOWN, STARTING and
// OUT_OF_SERVICE are Passing, Critical, Starting and Disabled. Kubernetes has ready,
// serving and terminating.
const (
	Passing     Status = "passing"     // it takes requests
	Warning     Status = "warning"     // it takes requests, and something is wrong
	Critical    Status = "critical"    // a check failed, or nobody heard of it in time
	Starting    Status = "starting"    // not yet
	Terminating Status = "terminating" // not any more: it ends, and may still answer
	Disabled    Status = "disabled"    // somebody took it out of service
	Unknown     Status = "unknown"     // nobody has said
)

var statuses = []Status{Passing, Warning, Critical, Starting, Terminating, Disabled, Unknown}

// Ready reports whether requests should go there.
func (s Status) Ready() bool { return s == Passing || s == Warning }

// Port is one port of an instance.
type Port struct {
	Name   string // http, grpc …
	Number int
}

// Instance is one instance of a service as the registry knows it. Those that a
// [Directory] returns are shared by everybody, and nobody may write to them.
type Instance struct {
	ID        string // unique in the directory, whoever registered it
	Service   string
	Namespace string // "" becomes "default"
	Addr      string // an IP address or a name
	Port      int    // the first of its ports
	Ports     []Port // all of them, if they have names
	Tags      []string
	Meta      map[string]string
	Weight    int // 0 becomes 1
	Zone      string
	Status    Status // "" becomes Passing
	Why       string // of a status that is not Passing
	Face      string // which interface registered it: eureka, consul, kubernetes

	Registered time.Time // when it was put there, or put there anew
	Since      time.Time // when its status last changed
	Created    uint64    // the index at which its ID first came
	Modified   uint64    // the index at which it last changed

	renewed *atomic.Int64 // shared by all states of one registration
}

// DefaultNamespace is where instances are that name none.
const DefaultNamespace = "default"

// Bounds of an instance.
const (
	MaxName  = 255     // bytes of an ID, a service, a namespace, a zone, a tag, the name of a port
	MaxList  = 64      // tags, ports, entries of metadata
	MaxText  = 4 << 10 // bytes of a reason, of a value of metadata
	MaxBytes = 16 << 10
)

// Error says why an instance cannot be held.
type Error struct {
	Text string
	full bool
}

// Error implements error.
func (e *Error) Error() string { return e.Text }

// ErrFull is what an [Error] is that says that there is no room.
var ErrFull = errors.New("the registry is full")

// Is implements what [errors.Is] asks for.
func (e *Error) Is(target error) bool { return target == ErrFull && e.full }

// Renewed is when it was last heard of: registered, renewed or given a status. It is of
// now, also in an Instance that was read before.
func (i *Instance) Renewed() time.Time {
	if i.renewed == nil {
		return i.Registered
	}
	return time.Unix(0, i.renewed.Load())
}

// PortNamed returns the port of a name, and the first port if there is none.
func (i *Instance) PortNamed(name string) int {
	for _, p := range i.Ports {
		if p.Name == name {
			return p.Number
		}
	}
	return i.Port
}

// complete fills in what was left out, and says what cannot be held.
func (i *Instance) complete() error {
	if i.Namespace == "" {
		i.Namespace = DefaultNamespace
	}
	if i.Weight == 0 {
		i.Weight = 1
	}
	if i.Status == "" {
		i.Status = Passing
	}
	if i.Port == 0 && len(i.Ports) > 0 {
		i.Port = i.Ports[0].Number
	}
	if len(i.Why) > MaxText {
		i.Why = i.Why[:MaxText]
	}
	switch {
	case i.ID == "" || i.Service == "":
		return &Error{Text: "an instance needs an id and the name of its service"}
	case !slices.Contains(statuses, i.Status):
		return &Error{Text: fmt.Sprintf("%.40q is not a status", string(i.Status))}
	case i.Port < 0 || i.Port > 65535:
		return &Error{Text: fmt.Sprintf("%d is not a port", i.Port)}
	case i.Weight < 0:
		return &Error{Text: fmt.Sprintf("%d is not a weight", i.Weight)}
	case len(i.Tags) > MaxList || len(i.Ports) > MaxList || len(i.Meta) > MaxList:
		return &Error{Text: fmt.Sprintf("an instance has at most %d tags, ports and entries of metadata", MaxList)}
	}
	return i.bounded()
}

// bounded says which text of an instance is too long.
func (i *Instance) bounded() error {
	names := append([]string{i.ID, i.Service, i.Namespace, i.Addr, i.Zone, i.Face}, i.Tags...)
	size := 0
	for _, p := range i.Ports {
		if p.Number < 0 || p.Number > 65535 {
			return &Error{Text: fmt.Sprintf("%d is not a port", p.Number)}
		}
		names = append(names, p.Name)
	}
	for key, value := range i.Meta {
		names = append(names, key)
		size += len(value)
		if len(value) > MaxText {
			return &Error{Text: fmt.Sprintf("metadata %.40q is longer than %d bytes", key, MaxText)}
		}
	}
	for _, name := range names {
		size += len(name)
		if len(name) > MaxName {
			return &Error{Text: fmt.Sprintf("%.40q… is longer than %d bytes", name, MaxName)}
		}
	}
	if size > MaxBytes {
		return &Error{Text: fmt.Sprintf("an instance has at most %d bytes of text", MaxBytes)}
	}
	return nil
}

// same reports whether nothing that people can see differs.
func (i *Instance) same(o *Instance) bool {
	return i.Namespace == o.Namespace && i.Addr == o.Addr && i.Port == o.Port && i.Weight == o.Weight && i.Zone == o.Zone &&
		i.Status == o.Status && i.Why == o.Why && i.Face == o.Face &&
		slices.Equal(i.Ports, o.Ports) && slices.Equal(i.Tags, o.Tags) && maps.Equal(i.Meta, o.Meta)
}
