package lab

import (
	"errors"
	"io"
	"os"

	"github.com/msc-sim/msc-sim/embedded/dirlock"
	"github.com/msc-sim/msc-sim/sim"
)

// takeData makes the directory in which this run keeps what it stores its own until
// it is closed: not every broker notices when another program writes into its files.
func takeData(dir string) (io.Closer, error) {
	if dir == "" {
		return io.NopCloser(nil), nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, sim.Errorf(sim.Unavailable, "nothing can be kept: %w", err).WithFix("name another directory with --data")
	}
	own, err := dirlock.Take(dir)
	switch {
	case errors.Is(err, dirlock.ErrTaken):
		return nil, sim.Errorf(sim.Conflict, "another world keeps its messages in %s", dir).WithFix("end that one, or name another directory with --data")
	case err != nil:
		return nil, sim.Errorf(sim.Unavailable, "nothing can be kept: %w", err).WithFix("name another directory with --data")
	}
	if full := roomIn(dir); full != nil {
		_ = own.Close()
		return nil, sim.Errorf(sim.Unavailable, "nothing can be stored in %s: %w", dir, full).WithFix("free space there, or name another directory with --data")
	}
	return own, nil
}
