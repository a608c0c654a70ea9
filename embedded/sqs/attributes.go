package sqs

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Names of the attributes of a queue that are looked at here.
const (
	delaySeconds  = "DelaySeconds"
	maxSize       = "MaximumMessageSize"
	retention     = "MessageRetentionPeriod"
	waitSeconds   = "ReceiveMessageWaitTimeSeconds"
	visibility    = "VisibilityTimeout"
	policy        = "Policy"
	redrivePolicy = "RedrivePolicy"
	redriveAllow  = "RedriveAllowPolicy"
	fifoQueue     = "FifoQueue"
	contentDedup  = "ContentBasedDeduplication"
	dedupScope    = "DeduplicationScope"
	fifoLimit     = "FifoThroughputLimit"
)

// maxMessage is the published limit of one message, and of all in one batch:
// 1 MiB since August 2025, 256 KiB before.
const maxMessage = 1 << 20

// settable is one attribute that people set: its default, "" for none, and what
// it may be. Bounds and defaults are those of the API reference of Amazon SQS.
type settable struct {
	initially string
	ok        func(value string) bool
	fifo      bool // only queues in order have it
}

var settables = map[string]settable{
	delaySeconds:  {initially: "0", ok: between(0, 900)},
	maxSize:       {initially: "1048576", ok: between(1024, maxMessage)},
	retention:     {initially: "345600", ok: between(60, 1209600)},
	waitSeconds:   {initially: "0", ok: between(0, 20)},
	visibility:    {initially: "30", ok: between(0, maxVisibility)},
	policy:        {ok: isObject},
	redrivePolicy: {ok: isObject},
	redriveAllow:  {ok: isObject},
	fifoQueue:     {ok: oneOf("true"), fifo: true},
	contentDedup:  {initially: "false", ok: oneOf("true", "false"), fifo: true},
	dedupScope:    {initially: "queue", ok: oneOf("queue", "messageGroup"), fifo: true},
	fifoLimit:     {initially: "perQueue", ok: oneOf("perQueue", "perMessageGroupId"), fifo: true},

	// Kept and told, but nothing is encrypted.
	"KmsMasterKeyId":               {ok: func(string) bool { return true }},
	"KmsDataKeyReusePeriodSeconds": {ok: between(60, 86400)},
	"SqsManagedSseEnabled":         {initially: "false", ok: oneOf("true", "false")},
}

const maxVisibility = 43200 // seconds: 12 hours

func between(low, high int) func(string) bool {
	return func(value string) bool {
		n, err := strconv.Atoi(value)
		return err == nil && n >= low && n <= high
	}
}

func oneOf(words ...string) func(string) bool {
	return func(value string) bool {
		for _, w := range words {
			if value == w {
				return true
			}
		}
		return false
	}
}

// isObject reports whether value is a JSON object; "" takes a policy away.
func isObject(value string) bool {
	return value == "" || json.Valid([]byte(value)) && strings.HasPrefix(strings.TrimSpace(value), "{")
}

// spec is what is set for a queue. It is never changed: a change makes a new one.
type spec struct {
	Attributes map[string]string // those that were set, by name
	Tags       map[string]string `json:",omitempty"`
	Created    int64             // seconds since 1970
	Modified   int64
	redrive    *redrive // read from its attribute; nil = messages are handed out for ever
}

func (s *spec) get(name string) string {
	if v, ok := s.Attributes[name]; ok {
		return v
	}
	if known := settables[name]; !known.fifo || s.fifo() {
		return known.initially
	}
	return ""
}

func (s *spec) number(name string) int {
	n, _ := strconv.Atoi(s.get(name)) // checked when it was set
	return n
}

func (s *spec) seconds(name string) time.Duration {
	return time.Duration(s.number(name)) * time.Second
}

func (s *spec) fifo() bool { return s.Attributes[fifoQueue] == "true" }

// with is the spec with other attributes; what was set to "" is gone.
func (s *spec) with(attributes map[string]string, now time.Time) (*spec, error) {
	next := &spec{Attributes: map[string]string{}, Tags: s.Tags, Created: s.Created, Modified: now.Unix()}
	for name, value := range s.Attributes {
		next.Attributes[name] = value
	}
	for name, value := range attributes {
		known, ok := settables[name]
		switch {
		case !ok || known.fifo && !s.fifo() && attributes[fifoQueue] != "true":
			return nil, no.unknownAttribute.because("Unknown Attribute %s.", name)
		case !known.ok(value):
			return nil, no.invalidAttribute.because("Invalid value for the parameter %s.", name)
		case value == "":
			delete(next.Attributes, name)
		default:
			next.Attributes[name] = value
		}
	}
	if next.get(fifoLimit) == "perMessageGroupId" && next.get(dedupScope) != "messageGroup" {
		return nil, no.invalidAttribute.because("The value perMessageGroupId of %s needs the value messageGroup of %s.", fifoLimit, dedupScope)
	}
	return next, next.readRedrive()
}

// settings are those of the engine.
func (s *spec) settings() queue.Settings {
	meta, _ := json.Marshal(s) // texts and numbers always encode
	e := queue.Settings{
		Durable: true, TTL: s.seconds(retention), Overflow: queue.Reject,
		Visibility: s.seconds(visibility), Delay: s.seconds(delaySeconds), FIFO: s.fifo(), Meta: meta,
	}
	if s.redrive != nil {
		e.MaxTries = s.redrive.max
	}
	return e
}

// readSpec reads the spec that an engine kept.
func readSpec(meta []byte) (*spec, error) {
	s := &spec{}
	if err := json.Unmarshal(meta, s); err != nil {
		return nil, err
	}
	return s, s.readRedrive()
}
