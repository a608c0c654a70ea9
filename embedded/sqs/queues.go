package sqs

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// queueName reports whether a queue may be called so.
func queueName(name string) bool {
	return len(name) >= 1 && len(name) <= 80 && only(strings.TrimSuffix(name, fifoSuffix), "-_") && name != fifoSuffix
}

const fifoSuffix = ".fifo"

// createQueue makes a queue, or finds the one that is there if it is as asked.
func (c call) createQueue(in *createQueue) (*queueURL, error) {
	if in.QueueName == "" {
		return nil, missing("QueueName")
	}
	if fifo := in.Attributes[fifoQueue] == "true"; !queueName(in.QueueName) || fifo != strings.HasSuffix(in.QueueName, fifoSuffix) {
		if fifo {
			return nil, no.invalidParameter.because("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.")
		}
		return nil, no.invalidParameter.because("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	c.changing.Lock()
	defer c.changing.Unlock()
	at := &queueURL{c.base + in.QueueName}
	if b, ok := c.box(in.QueueName); ok {
		return at, b.same(in.Attributes)
	}
	sp := freshSpec(time.Now())
	sp.Tags = in.Tags
	sp, err := sp.with(in.Attributes, time.Now())
	if err == nil {
		err = c.mayRedrive(in.QueueName, sp)
	}
	if err == nil {
		_, err = c.newBox(in.QueueName, sp)
	}
	if err != nil {
		return nil, err
	}
	return at, nil
}

// same is nil when the queue has these attributes.
func (b *box) same(attributes map[string]string) error {
	sp := b.spec.Load()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if _, known := settables[name]; !known {
			return no.unknownAttribute.because("Unknown Attribute %s.", name)
		}
		if sp.get(name) != attributes[name] {
			return no.queueExists.because("A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}

func (c call) deleteQueue(in *ofQueue) (*nothing, error) {
	c.changing.Lock()
	defer c.changing.Unlock()
	b, err := c.find(*in)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	delete(c.queues, b.Name())
	delete(c.moves, b.Name()) // one that runs finds nothing more, and ends
	c.mu.Unlock()
	c.engine.Delete(b.Queue)
	return &nothing{}, c.engine.Flush()
}

// purgeQueue throws away what is not in flight, at once. (Amazon takes up to a
// minute, takes what is in flight too, and refuses a second purge so long.)
func (c call) purgeQueue(in *ofQueue) (*nothing, error) {
	b, err := c.find(*in)
	if err != nil {
		return nil, err
	}
	b.Purge()
	return &nothing{}, c.engine.Flush()
}

func (c call) getQueueURL(in *getQueueURL) (*queueURL, error) {
	if in.QueueName == "" {
		return nil, missing("QueueName")
	}
	b, err := c.named(in.QueueName)
	if err != nil {
		return nil, err
	}
	return &queueURL{c.base + b.Name()}, nil
}

func (c call) listQueues(in *listQueues) (*queueURLs, error) {
	var names []string
	for _, b := range c.boxes() {
		if strings.HasPrefix(b.Name(), in.QueueNamePrefix) {
			names = append(names, b.Name())
		}
	}
	page, next, err := c.page(names, in.NextToken, in.MaxResults)
	return &queueURLs{page, next}, err
}

func (c call) listSources(in *listSources) (*sourceURLs, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	page, next, err := c.page(c.sources(b.Name()), in.NextToken, in.MaxResults)
	return &sourceURLs{page, next}, err
}

const maxPage = 1000

// page is one page of sorted names, as URLs, and where the next one begins. Only
// who asks for a number of them is told about a next one.
func (c call) page(names []string, token string, most *int) (urls []string, next string, err error) {
	if err := inRange("MaxResults", most, 1, maxPage); err != nil {
		return nil, "", err
	}
	if token != "" && (most == nil || !queueName(token)) {
		return nil, "", invalid("NextToken", token, "It is none that was given out, or MaxResults is missing.")
	}
	first, _ := slices.BinarySearch(names, token)
	names = names[first:]
	limit := maxPage
	if most != nil {
		limit = *most
	}
	if len(names) > limit {
		if most != nil {
			next = names[limit]
		}
		names = names[:limit]
	}
	urls = []string{}
	for _, name := range names {
		urls = append(urls, c.base+name)
	}
	return urls, next, nil
}

func (c call) getAttributes(in *getAttributes) (*queueAttributes, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	all, chosen := b.told(), map[string]string{}
	for _, name := range in.AttributeNames {
		_, known := settables[name]
		value, has := all[name]
		switch {
		case name == "All":
			chosen = all
		case !known && !has:
			return nil, no.unknownAttribute.because("Unknown Attribute %s.", name)
		case has:
			chosen[name] = value
		}
	}
	return &queueAttributes{chosen}, nil
}

func (c call) setAttributes(in *setAttributes) (*nothing, error) {
	b, err := c.find(in.ofQueue)
	if err != nil {
		return nil, err
	}
	if len(in.Attributes) == 0 {
		return nil, missing("Attribute.Name")
	}
	err = c.change(b, func(sp *spec) (*spec, error) {
		if v, set := in.Attributes[fifoQueue]; set && (v == "true") != sp.fifo() {
			return nil, no.unknownAttribute.because("Unknown Attribute %s.", fifoQueue)
		}
		next, err := sp.with(in.Attributes, time.Now())
		if err == nil {
			err = c.mayRedrive(b.Name(), next)
		}
		return next, err
	})
	return &nothing{}, err
}
