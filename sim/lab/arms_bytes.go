package lab

import (
	"context"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/compare"
)

// looked is how many jobs are sent one by one to see what one of them takes.
const looked = 10

// bytes sends jobs one at a time and counts what crossed. It is to be called before
// the arm carries anything else.
func (a *arm) bytes(ctx context.Context) (b compare.Bytes, err error) {
	opened, err := a.crossing(ctx, 1)
	if err != nil {
		return b, err
	}
	before := a.lab.log.Last()
	total, err := a.crossing(ctx, looked)
	if err != nil {
		return b, err
	}
	one := total / looked
	x := a.lastExchange(before)
	b.Payload, b.Headers = parts(x)
	b.Framing = max(0, one-b.Payload-b.Headers)
	b.Connection = max(0, opened-one)
	return b, nil
}

// crossing has jobs done one after another, and returns the bytes of all connections
// of the arm since it began; those of the first job include what opened them.
func (a *arm) crossing(ctx context.Context, jobs int) (int64, error) {
	before := int64(0)
	if jobs > 1 {
		before = a.crossed()
	}
	for range jobs {
		if err := a.tell(ctx); err != nil {
			return 0, err
		}
		if err := a.settled(ctx); err != nil {
			return 0, err
		}
	}
	return a.crossed() - before, nil
}

// crossed counts all bytes between client, broker and receiver, both ways.
func (a *arm) crossed() (all int64) {
	for _, leg := range []sim.LinkID{a.link, a.link + "@in", a.link + "@out"} {
		out, in := a.lab.net.Bytes(leg)
		all += out + in
	}
	return all
}

// lastExchange is what crossed for the newest job since then.
func (a *arm) lastExchange(since sim.Seq) (x sim.Exchange) {
	buf := make([]sim.Event, 1024)
	for {
		n, next, _ := a.lab.log.Read(since, buf)
		if n == 0 {
			return x
		}
		for _, e := range buf[:n] {
			if _, sent := e.Fact.(sim.Sent); sent && e.Link == a.link {
				if y, ok := a.lab.Exchange(e.Link, e.Span); ok {
					x = y
				}
			}
		}
		since = next
	}
}

// parts divides what crossed for one job. The payload is the body as often as it
// crossed, and the body of an answer; headers are the lines that name it, or in
// HTTP/2 what they took compressed.
func parts(x sim.Exchange) (payload, headers int64) {
	legs := append([]sim.Exchange{x}, x.Then...)
	for i, leg := range legs {
		if i == 0 || len(leg.Request.Body) > 0 {
			payload += int64(len(x.Request.Body))
		}
		headers += headersOf(leg.Request) + headersOf(leg.Response)
	}
	if len(x.Then) == 0 && x.To == "" {
		payload += int64(len(x.Response.Body))
	}
	return payload, headers
}

// headersOf counts what says of a message where it goes and what it is. Frames that
// hold headers are counted as they crossed, and in HTTP/1 each line.
func headersOf(c sim.Captured) (size int64) {
	for _, f := range c.Frames {
		switch {
		case f.Name == "HEADERS" || f.Name == "CONTINUATION":
			size += int64(f.Size) - 9 // RFC 9113 §4.1: the head of a frame
		case f.Name == "record":
			size += int64(f.Size - len(c.Body))
		case strings.Contains(f.Name+f.Flags, "header"):
			size += int64(f.Size)
		}
	}
	if len(c.Frames) > 0 {
		return size
	}
	for _, l := range c.Lines {
		size += int64(len(l.Name) + len(": ") + len(l.Value) + len("\r\n"))
	}
	return size
}
