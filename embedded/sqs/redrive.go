package sqs

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// redrive is a RedrivePolicy: what was received so often and never deleted goes
// to another queue.
type redrive struct {
	target string // the name of that queue
	max    int    // receives
}

// readRedrive reads the policy out of its attribute.
func (s *spec) readRedrive() error {
	value := s.Attributes[redrivePolicy]
	if value == "" {
		return nil
	}
	var p struct {
		Target string      `json:"deadLetterTargetArn"`
		Max    json.Number `json:"maxReceiveCount"` // a number, or one in quotes
	}
	if err := json.Unmarshal([]byte(value), &p); err != nil {
		return invalid(redrivePolicy, value, "It cannot be read.")
	}
	target, ok := nameOfARN(p.Target)
	if !ok {
		return invalid(redrivePolicy, value, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
	}
	n, err := strconv.Atoi(p.Max.String())
	if p.Max == "" {
		return invalid(redrivePolicy, value, "Redrive policy does not contain mandatory attribute: maxReceiveCount.")
	}
	if err != nil || n < 1 || n > 1000 {
		return invalid(redrivePolicy, value, "Invalid value for maxReceiveCount: "+p.Max.String()+", valid values are from 1 to 1000 both inclusive.")
	}
	s.redrive = &redrive{target: target, max: n}
	return nil
}

// mayRedrive checks that the target of a policy is there, is of the same kind,
// and allows it.
func (s *Server) mayRedrive(from string, sp *spec) error {
	if sp.redrive == nil {
		return nil
	}
	value := sp.Attributes[redrivePolicy]
	target, ok := s.box(sp.redrive.target)
	switch {
	case !ok:
		return invalid(redrivePolicy, value, "Dead letter target does not exist.")
	case target.spec.Load().fifo() != sp.fifo():
		return invalid(redrivePolicy, value, "Dead-letter queue must be same type of queue as the source.")
	case !target.spec.Load().allows(from):
		return invalid(redrivePolicy, value, "Dead-letter queue does not allow this queue to use it: its RedriveAllowPolicy forbids it.")
	}
	return nil
}

// allows reads the RedriveAllowPolicy of a dead-letter queue.
func (s *spec) allows(source string) bool {
	var p struct {
		Permission string   `json:"redrivePermission"`
		Sources    []string `json:"sourceQueueArns"`
	}
	if value := s.Attributes[redriveAllow]; value == "" || json.Unmarshal([]byte(value), &p) != nil {
		return true
	}
	switch p.Permission {
	case "denyAll":
		return false
	case "byQueue":
		return slices.Contains(p.Sources, arn(source))
	}
	return true
}

// sources are the names of the queues whose dead letters come to one, sorted.
func (s *Server) sources(target string) (names []string) {
	for _, b := range s.boxes() {
		if r := b.spec.Load().redrive; r != nil && r.target == target {
			names = append(names, b.Name())
		}
	}
	return names
}

// bury moves a message that was received too often to the dead letters of its
// queue. One whose time was over is gone.
func (s *Server) bury(b queue.Burial) {
	if b.Reason != queue.DeliveryLimit {
		return
	}
	from, ok := s.box(b.Queue.Name())
	if !ok {
		return
	}
	r := from.spec.Load().redrive
	if r == nil {
		return
	}
	if to, ok := s.box(r.target); ok {
		e := readEnvelope(b.Message)
		e.keep(from, b.Message)
		e.Source, e.Tries = from.Name(), e.Tries+b.Tries
		_, _ = to.Put(e.message(b.Message, to, time.Now())) // a full one loses it, as the source would
	}
}

const (
	account   = "000000000000"
	region    = "us-east-1"
	arnPrefix = "arn:aws:sqs:" + region + ":" + account + ":"
)

func arn(name string) string { return arnPrefix + name }

// nameOfARN is the last part of an ARN of a queue, wherever it says it is.
func nameOfARN(a string) (name string, ok bool) {
	parts := strings.Split(a, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sqs" || parts[5] == "" {
		return "", false
	}
	return parts[5], true
}
