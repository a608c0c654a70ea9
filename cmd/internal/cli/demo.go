package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// pace is how a demo is to be played.
type pace struct {
	speed         speed
	step, atMarks bool
	at            string
}

func (a *app) demo() *cobra.Command {
	p := &pace{speed: 1}
	c := &cobra.Command{
		Use:   "demo [NAME]",
		Short: "watch a demo that plays by itself, with or without a speaker",
		Long: `Plays a story in a running world: captions, messages, questions to the room. It runs
by itself; space stops it, n and p turn chapters (PageDown and PageUp too, as clickers
send), 0 restores a chapter, b blanks the screen, o takes over. NAME is one of
msc-sim demo list, or the path of a file with a demo of your own. Without it, this
lists the demos.`,
		Example:           "  msc-sim demo order\n  msc-sim demo ./mine.md\n  msc-sim demo lecture --projector --step\n  msc-sim demo notes",
		Args:              atMost(1, "one demo"),
		ValidArgsFunction: demoNames,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listDemos(false)
			}
			return a.play(c.Context(), args[0], *p)
		},
	}
	f := c.Flags()
	f.Var(&p.speed, "speed", "speed of the demo: 2x, 0.5x")
	f.BoolVar(&p.step, "step", false, "wait for a key after each caption")
	f.BoolVar(&p.atMarks, "pause-at-marks", false, "pause at every mark")
	f.StringVar(&p.at, "at", "", "the chapter to begin with, by number or title")
	c.AddCommand(a.demoList(), a.demoCheck(), a.demoNew(), a.demoNotes())
	return c
}

// play shows a demo with the face that fits. What is wrong with its name belongs
// on the normal screen.
func (a *app) play(ctx context.Context, name string, p pace) error {
	d, err := findDemo(name)
	if err != nil {
		return err
	}
	o, err := p.options(d)
	if err != nil {
		return err
	}
	if !a.plainFace() {
		return a.screenWith(ctx, tui.Start{Demo: name}, o)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := plain.NewTeller(a.Out, plain.Options{Quiet: a.look.quiet}, cancel)
	o.Tell = t.Tell
	s, err := a.openDemo(d, o)
	if err != nil {
		return err
	}
	defer s.end()
	return plain.Demo(ctx, a.In, t, s.Show)
}

// options are p for one demo.
func (p pace) options(d *demo.Demo) (o demo.Options, err error) {
	o = demo.Options{Speed: float64(p.speed), Step: p.step, AtMarks: p.atMarks}
	if p.at != "" {
		o.From, err = chapterOf(d, p.at)
	}
	return o, err
}

// chapterOf is a chapter by its number, as people count, or by its title.
func chapterOf(d *demo.Demo, at string) (int, error) {
	titles := d.Chapters()
	if n, err := strconv.Atoi(at); err == nil {
		if n < 1 || n > len(titles) {
			return 0, sim.Invalidf("there is no chapter %d", n).WithFix("there are %d", len(titles))
		}
		return n - 1, nil
	}
	for i, t := range titles {
		if strings.EqualFold(t, at) {
			return i, nil
		}
	}
	return 0, sim.Unknown("chapter", sim.Visible(at), titles)
}

// performance is a demo together with its control endpoint.
type performance struct {
	*demo.Show
	control *control.Server
	group   errgroup.Group
}

// openDemo makes a show that ctl and the speaker's notes can reach.
func (a *app) openDemo(d *demo.Demo, o demo.Options) (*performance, error) {
	dir, err := a.runDir()
	if err != nil {
		return nil, err
	}
	o.Open = openStage
	s := demo.New(d, o)
	c, err := control.Listen(staged{s}, dir)
	if err != nil {
		return nil, err
	}
	p := &performance{Show: s, control: c}
	p.group.Go(c.Serve) // ends with end
	return p, nil
}

// openStage opens the world of a chapter.
func openStage(ctx context.Context, spec *sim.WorldSpec) (demo.World, error) {
	return lab.Open(ctx, spec, lab.Options{})
}

// Run plays the demo; when it returns, nothing of it is left.
func (p *performance) Run(ctx context.Context) error {
	defer p.end()
	return p.Show.Run(ctx)
}

// end closes the control endpoint. A second call does nothing.
func (p *performance) end() {
	_ = p.control.Close() // nobody is left to tell
	_ = p.group.Wait()
}

// staged is the world of a demo as ctl reaches it: that of the chapter that is
// played.
type staged struct{ *demo.Show }

// AllStats counts what crossed the links of this chapter.
func (s staged) AllStats() []sim.LinkStats {
	if w, ok := s.State().World.(*lab.Lab); ok {
		return w.AllStats()
	}
	return nil
}

func demoNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return demo.Names(demo.Builtin()), cobra.ShellCompDirectiveDefault // files too
}

// speed is a flag such as 2x.
type speed float64

// Bounds of --speed.
const slowest, fastest = 0.25, 8

func (s *speed) String() string { return strconv.FormatFloat(float64(*s), 'g', -1, 64) + "x" }

func (s *speed) Type() string { return "2x" }

func (s *speed) Set(v string) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(v, "x"), 64)
	if err != nil || !(n >= slowest && n <= fastest) {
		return sim.Invalidf("%q is not a speed", sim.Visible(v)).WithFix("such as 2x, between %s and %s", fmt.Sprint(slowest)+"x", fmt.Sprint(fastest)+"x")
	}
	*s = speed(n)
	return nil
}
