package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/picture"
)

const (
	// every is the time between two looks at the screen. Faster would make the
	// film restless and large.
	every = 125 * time.Millisecond
	// patience is how long a text may take to appear.
	patience = 20 * time.Second
	// rest is how long the last frame stands before the film begins again.
	rest = 3 * time.Second
	// letters are so high, in pixels.
	letters = 14
)

// frame is what the screen showed, and for how long.
type frame struct {
	screen, told string
	lasts        time.Duration
}

// reel is a film before it is developed.
type reel struct{ frames []frame }

// camera films one program in a terminal.
type camera struct {
	screen *vt.SafeEmulator
	pty    *os.File
	reel   *reel
	told   string
	tick   *time.Ticker
}

// shoot plays acts with a program in a terminal of its own, whose state is kept
// below home, and ends it.
func shoot(ctx context.Context, program, home string, acts []act) (r *reel, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // kills the program, should it still run
	cmd := exec.CommandContext(ctx, program, "lesson", "rest", "--theme", "dark")
	cmd.Env = []string{"HOME=" + home, "MSC_SIM_HOME=" + home, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "PATH=/usr/bin:/bin"}
	c := &camera{screen: vt.NewSafeEmulator(columns, rows), reel: &reel{}, tick: time.NewTicker(every)}
	defer c.tick.Stop()
	c.pty, err = pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		return nil, fmt.Errorf("opening a terminal: %w", err)
	}
	read := make(chan struct{})
	go func() { // ends with the program
		defer close(read)
		_, _ = io.Copy(c.screen, c.pty)
	}()
	go func() { _, _ = io.Copy(c.pty, c.screen) }() // what the terminal answers; ends with the screen
	defer func() {
		cancel()
		_ = cmd.Wait() // it was killed
		<-read
		if in, ok := c.screen.InputPipe().(io.Closer); ok {
			_ = in.Close()
		}
		err = errors.Join(err, c.pty.Close())
	}()
	for _, a := range acts {
		if err := c.play(ctx, a); err != nil {
			return nil, err
		}
	}
	return c.reel, nil
}

func (c *camera) play(ctx context.Context, a act) error {
	limit := time.Now().Add(patience)
	for !strings.Contains(words(c.screen.Render()), a.see) {
		if time.Now().After(limit) {
			return fmt.Errorf("%q does not appear:\n%s", a.see, ansi.Strip(c.screen.Render()))
		}
		if err := c.look(ctx); err != nil {
			return err
		}
	}
	for end := time.Now().Add(a.look); time.Now().Before(end); {
		if err := c.look(ctx); err != nil {
			return err
		}
	}
	c.told = a.told
	_, err := io.WriteString(c.pty, a.keys)
	return err
}

// words are those on a screen with single spaces, so that a text is found where
// lines break.
func words(screen string) string { return strings.Join(strings.Fields(ansi.Strip(screen)), " ") }

// look waits for the next tick and takes a frame, if something has changed.
func (c *camera) look(ctx context.Context) error {
	select {
	case <-c.tick.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	now := frame{c.screen.Render(), c.told, every}
	if n := len(c.reel.frames); n > 0 && c.reel.frames[n-1].screen == now.screen && c.reel.frames[n-1].told == now.told {
		c.reel.frames[n-1].lasts += every
		return nil
	}
	if strings.TrimSpace(ansi.Strip(now.screen)) == "" {
		return nil // nothing was drawn yet
	}
	c.reel.frames = append(c.reel.frames, now)
	return nil
}

// develop draws every frame, with what was pressed below it.
func (r *reel) develop() (all []image.Image, err error) {
	for _, f := range r.frames {
		told := f.told
		if told == "" {
			told = "msc-sim lesson rest"
		} else {
			told = "key  " + told
		}
		img, err := picture.NewScreen(strings.TrimSuffix(f.screen, "\n")+"\n\n \x1b[1m"+told+"\x1b[0m", columns, rows+2).Image(picture.Options{Dark: true, Size: letters})
		if err != nil {
			return nil, err
		}
		all = append(all, img)
	}
	return all, nil
}

// delays are how long each frame stands, in hundredths of a second, as GIF has it.
func (r *reel) delays() (all []int) {
	for i, f := range r.frames {
		if i == len(r.frames)-1 {
			f.lasts += rest
		}
		all = append(all, int(f.lasts/(10*time.Millisecond)))
	}
	return all
}

func (r *reel) length() (d time.Duration) {
	for _, f := range r.frames {
		d += f.lasts
	}
	return d.Round(time.Second)
}
