package plain

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// look is how often Watch looks for new events.
const look = 100 * time.Millisecond

// Watch tells what happens in a world, a line an event, and does the lines of
// the door that are typed, until the person leaves or ctx ends. When in ends
// it goes on telling: somebody may be watching a world that others act on. It
// returns an error only if reading or writing failed.
func Watch(ctx context.Context, in io.Reader, out io.Writer, w World, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines, stop := readLines(ctx, in)
	defer stop()
	f := newFace(out, w, o)
	f.introduce()
	tick := time.NewTicker(look)
	defer tick.Stop()
	second := time.Now()
	for f.err == nil {
		select {
		case <-ctx.Done():
			return f.err
		case now := <-tick.C:
			if now.Sub(second) >= time.Second {
				f.printed, second = 0, now
			}
			f.tellEvents()
		case line, ok := <-lines:
			if !ok {
				lines = nil
				f.say("The input ended here. Ctrl-C ends the world.")
			} else if f.command(ctx, strings.TrimSpace(line)) {
				return f.err
			}
		}
	}
	return f.err
}

// introduce says what runs here and how to act on it.
func (f *face) introduce() {
	s := f.world.Spec()
	f.say("World %s. %s", s.Name, sim.Visible(s.About))
	for _, e := range f.world.Endpoints() {
		f.wrap("  ", e.Name+", "+e.Protocol+": "+e.Addr)
	}
	if len(s.UseCases) > 0 {
		f.say("Type a line such as: send %s. help lists the commands, q leaves.", s.UseCases[0].Name)
	}
}

// command does one typed line and reports whether it was the last one.
func (f *face) command(ctx context.Context, line string) bool {
	switch line {
	case "":
		return false
	case "q", "quit", "exit":
		return true
	case "help", "?":
		f.words(false)
		return false
	}
	if link, ok := opens(line); ok {
		if err := f.open(link, nil); err != nil {
			f.trouble(err)
		}
		return false
	}
	c, err := door.Parse(line)
	var res sim.Result
	if err == nil {
		res, err = f.do(ctx, c)
	}
	f.printed = 0
	f.tellEvents()
	f.summarize(true)
	switch {
	case err != nil:
		f.trouble(err)
	case res.Text != "":
		f.say("%s", sim.Visible(res.Text))
	case res.Data != nil:
		f.show(res.Data)
	}
	return false
}
