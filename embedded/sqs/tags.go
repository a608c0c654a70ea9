package sqs

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// maxTags is how many tags a queue may have.
const maxTags = 50

func (c call) tagQueue(in *tagQueue) (*nothing, error) {
	if len(in.Tags) == 0 {
		return nil, missing("Tags")
	}
	return c.changeTags(in.ofQueue, func(tags map[string]string) { maps.Copy(tags, in.Tags) })
}

func (c call) untagQueue(in *untagQueue) (*nothing, error) {
	if len(in.TagKeys) == 0 {
		return nil, missing("TagKeys")
	}
	return c.changeTags(in.ofQueue, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}

func (c call) changeTags(of ofQueue, with func(map[string]string)) (*nothing, error) {
	b, err := c.find(of)
	if err != nil {
		return nil, err
	}
	err = c.change(b, func(sp *spec) (*spec, error) {
		next := *sp
		if next.Tags = maps.Clone(sp.Tags); next.Tags == nil {
			next.Tags = map[string]string{}
		}
		with(next.Tags)
		if len(next.Tags) > maxTags {
			return nil, no.invalidParameter.because("Too many tags added for queue %s.", b.Name())
		}
		return &next, nil
	})
	return &nothing{}, err
}

func (c call) listTags(in *ofQueue) (*queueTags, error) {
	b, err := c.find(*in)
	if err != nil {
		return nil, err
	}
	return &queueTags{b.spec.Load().Tags}, nil
}

// accessPolicy is the Policy of a queue. It is kept and told; nothing is
// enforced: whoever reaches this machine may do everything.
type accessPolicy struct {
	Version   string
	Id        string
	Statement []statement
}

// statement is one of its sentences. Those that others wrote stay as they are.
type statement map[string]any

func (c call) addPermission(in *addPermission) (*nothing, error) {
	switch {
	case in.Label == "":
		return nil, missing("Label")
	case len(in.AWSAccountIds) == 0:
		return nil, missing("AWSAccountId.1")
	case len(in.Actions) == 0:
		return nil, missing("ActionName.1")
	}
	return c.changePolicy(in.ofQueue, func(b *box, p *accessPolicy) error {
		if slices.ContainsFunc(p.Statement, func(s statement) bool { return s["Sid"] == in.Label }) {
			return invalid("Label", in.Label, "Already exists.")
		}
		var who, what []string
		for _, id := range in.AWSAccountIds {
			who = append(who, "arn:aws:iam::"+id+":root")
		}
		for _, action := range in.Actions {
			what = append(what, "SQS:"+action)
		}
		p.Statement = append(p.Statement, statement{
			"Sid": in.Label, "Effect": "Allow", "Principal": map[string]any{"AWS": who}, "Action": what, "Resource": arn(b.Name()),
		})
		return nil
	})
}

func (c call) removePermission(in *removePermission) (*nothing, error) {
	return c.changePolicy(in.ofQueue, func(_ *box, p *accessPolicy) error {
		n := len(p.Statement)
		p.Statement = slices.DeleteFunc(p.Statement, func(s statement) bool { return s["Sid"] == in.Label })
		if len(p.Statement) == n {
			return invalid("Label", in.Label, "can't find label on existing policy.")
		}
		return nil
	})
}

func (c call) changePolicy(of ofQueue, with func(*box, *accessPolicy) error) (*nothing, error) {
	b, err := c.find(of)
	if err != nil {
		return nil, err
	}
	err = c.change(b, func(sp *spec) (*spec, error) {
		p := &accessPolicy{Version: "2008-10-17", Id: arn(b.Name()) + "/SQSDefaultPolicy"}
		if value := sp.get(policy); value != "" && json.Unmarshal([]byte(value), p) != nil {
			return nil, invalid(policy, value, "It cannot be read, so nothing can be added to it.")
		}
		if err := with(b, p); err != nil {
			return nil, err
		}
		value, _ := json.Marshal(p) // texts always encode
		return sp.with(map[string]string{policy: string(value)}, time.Now())
	})
	return &nothing{}, err
}
