package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

const (
	diskLook = time.Second // how often the disk is looked at
	diskRoom = 64 << 10    // bytes that must find room: more than a message and its index need
)

// disk watches the directory of Options.Data. Brokers and databases fail in words of
// their own, or not at all, when it is full, so it is named here once for all: on the
// timeline, which screens and serve show, and with the result of a command.
type disk struct {
	dir  string
	room func(dir string) error // nil: there is room
	say  func(string)
	stop context.CancelFunc
	done sync.WaitGroup

	mu  sync.Mutex
	why error // why nothing can be stored; nil = it can
}

// watchDisk watches dir until it is closed; "" = nothing is stored beyond the run.
func watchDisk(dir string, room func(string) error, say func(string)) *disk {
	ctx, cancel := context.WithCancel(context.Background())
	d := &disk{dir: dir, room: room, say: say, stop: cancel}
	if dir == "" {
		return d
	}
	d.done.Go(func() { // ends with close
		tick := time.NewTicker(diskLook)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				d.look()
			case <-ctx.Done():
				return
			}
		}
	})
	return d
}

func (d *disk) close() {
	d.stop()
	d.done.Wait()
}

// look finds out whether there is room, and says so when that has changed.
func (d *disk) look() error {
	if d.dir == "" {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.why
	d.why = d.room(d.dir)
	switch {
	case was == nil && d.why != nil:
		d.say(d.sentence())
	case was != nil && d.why == nil:
		d.say(fmt.Sprintf("there is room again in %s", d.dir))
	}
	return d.why
}

func (d *disk) sentence() string {
	return fmt.Sprintf("nothing can be stored in %s: %v", d.dir, d.why)
}

// explain adds to the result of a command that nothing can be stored, where that is so.
func (d *disk) explain(c sim.Command, r sim.Result, err error) (sim.Result, error) {
	_, sends := c.(sim.Send)
	if err == nil && !sends || d.look() == nil {
		return r, err
	}
	if err == nil {
		r.Text += "; " + d.sentence()
		return r, nil
	}
	e := sim.AsError(err)
	return r, sim.Errorf(e.Code, "%s; %s", e.Message, d.sentence()).
		WithFix("free space there, then restart what could not store: a broker, or the whole world")
}

// roomIn tries to write as much as [diskRoom].
func roomIn(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, ".room"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return reason(err)
	}
	_, err = f.Write(make([]byte, diskRoom))
	_ = os.Remove(f.Name())
	return reason(errors.Join(err, f.Close()))
}

// reason is an error of a file without the name of the file.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
