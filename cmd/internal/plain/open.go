package plain

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// opens reports whether a line asks for the bytes of the last message, and of
// which link; "" is the last one of all.
func opens(line string) (link string, ok bool) {
	word, rest, _ := strings.Cut(line, " ")
	return strings.TrimSpace(rest), word == "open"
}

// open writes every byte that crossed for the last message of a link, made
// visible. Of all links, those between services of show come first.
func (f *face) open(link string, show []string) error {
	id := f.lastOf(show)
	if link != "" {
		var err error
		if id, err = sim.ParseLink(link); err != nil {
			return err
		}
	}
	last, sent := f.last[id]
	if !sent {
		return sim.Errorf(sim.NotFound, "no message has crossed this link yet").WithFix("send a request first")
	}
	x, kept := f.world.Exchange(id, last.Span)
	if !kept {
		return sim.Errorf(sim.NotFound, "these bytes are no longer stored").WithFix("send the request again")
	}
	if x.From != "" {
		for _, y := range append([]sim.Exchange{x}, x.Then...) {
			f.carried("Message from "+y.From+" to "+y.To, y.Request)
			f.carried("Receipt", y.Response)
		}
		return nil
	}
	f.captured("Request from "+id.From()+" to "+id.To(), x.Request)
	f.captured("Answer", x.Response)
	return nil
}

// lastOf is the link of the newest message, of one between services of show if
// there is any.
func (f *face) lastOf(show []string) sim.LinkID {
	var all, shown sim.Event
	for id, e := range f.last {
		if e.Seq > all.Seq {
			all = e
		}
		if e.Seq > shown.Seq && slices.Contains(show, id.From()) && slices.Contains(show, id.To()) {
			shown = e
		}
	}
	if shown.Seq > 0 {
		return shown.Link
	}
	return all.Link
}

// carried writes what a broker carried, as it is read: its protocol may be no text.
func (f *face) carried(title string, c sim.Captured) {
	if c.Total == 0 {
		f.say("%s: nothing crossed.", title)
	} else {
		f.say("%s, %d bytes:", title, c.Total)
		f.print("  " + sim.Visible(c.Start))
		for _, l := range c.Lines {
			f.print("  " + sim.Visible(l.Name+": "+l.Value))
		}
	}
	switch {
	case len(c.Body) == 0:
	case utf8.Valid(c.Body):
		f.print("  " + sim.Visible(string(c.Body)))
	default:
		f.say("A body of %d bytes, which is no text.", len(c.Body))
	}
	for _, n := range c.Notes {
		f.say("(%s)", sim.Visible(n))
	}
}

// captured writes one message line by line, as it crossed.
func (f *face) captured(title string, c sim.Captured) {
	if len(c.Raw) == 0 {
		f.say("%s: nothing crossed.", title)
		return
	}
	f.say("%s, %d bytes:", title, c.Total)
	for _, line := range bytes.Split(bytes.TrimRight(c.Raw, "\r\n"), []byte("\n")) {
		f.print("  " + sim.Visible(strings.TrimSuffix(string(line), "\r")))
	}
	for _, n := range c.Notes {
		f.say("(%s)", sim.Visible(n))
	}
}
